"""From the frozen figures of a report to its bytes: a PDF for reading and a workbook for counting on.

Owns the call into Typst with our one template and the fonts of the papers. Equal figures give equal bytes: the date is
the report's own day, nothing is random, no clock is read.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import typst

from screens.report.document import document
from screens.report.shape import Document
from screens.report.workbook import workbook
from smart_products.reports.figures import Figures
from smart_products.reports.operations.making import Drawn
from smart_products.signing.papers import fonts, readable

TEMPLATE = Path(__file__).with_name("report.typ")


def draw(figures: Figures, language: str) -> Drawn:
    """Return the PDF and the workbook of a report."""
    told = document(figures, language)
    return Drawn(pdf=_pdf(told, figures.as_of), workbook=workbook(figures, told))


def _pdf(told: Document, on: date) -> bytes:
    values = _readable(asdict(told) | {"date": [on.year, on.month, on.day]})
    made = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(values, ensure_ascii=False)},
        pdf_standards=["a-3b"],
        timestamp=datetime.combine(on, time(), UTC),
    )
    return bytes(made)


def _readable(value: Any) -> Any:
    """Return values whose texts hold only characters that the fonts show."""
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, dict):
        return {name: _readable(one) for name, one in value.items()}
    return [_readable(one) for one in value] if isinstance(value, list | tuple) else value

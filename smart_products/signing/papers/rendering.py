"""From a frozen text and plain values to the bytes of a PDF/A-3b paper.

Owns the call into Typst: our one template, the fonts of the wheel and nothing of the machine. Values travel as
JSON and are shown as they are. Equal input gives equal bytes: the date is given, nothing is random, no clock is read.
PDF/A-3, because the seal attaches a file of its own.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

import typst
from pylopdf_fonts_zh_cn import sans_path

from smart_products.catalogue.bodies import blocks
from smart_products.signing.papers.labels import FIELDS, KINDS, Language, PaperKind
from smart_products.signing.papers.letters import readable

TEMPLATE = Path(__file__).with_name("paper.typ")


class PaperError(ValueError):
    """The paper can not be rendered from these values."""


def render(
    *,
    kind: PaperKind,
    language: Language,
    paper_title: str,
    body: str,
    fields: Mapping[str, str],
    reference: str,
    on: date,
) -> bytes:
    """Return a paper as PDF/A-3b.

    `body` is plain text (catalogue/bodies.py), `fields` are values by their names in labels.py, `reference` stands at
    the foot of each page, `on` is the paper's date. Raises PaperError for an unknown kind or field and an empty text.
    """
    told = _inputs(kind, language, paper_title, body, fields, reference, on)
    made = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs=told,
        pdf_standards=["a-3b"],
        timestamp=datetime.combine(on, time(), UTC),
    )
    return bytes(made)


def _inputs(
    kind: PaperKind,
    language: Language,
    paper_title: str,
    body: str,
    fields: Mapping[str, str],
    reference: str,
    on: date,
) -> dict[str, str]:
    """Return what the template is told: one JSON text."""
    if unknown := sorted(set(fields) - set(FIELDS)):
        raise PaperError(f"unknown fields: {', '.join(unknown)}")
    if kind not in KINDS:
        raise PaperError(f"unknown kind of paper: {kind}")
    found = blocks(body)
    if not found or not paper_title.strip():
        raise PaperError("a paper needs a title and a text")
    values = {
        "kind": KINDS[kind],
        "language": language,
        "title": readable(paper_title),
        "fields": [[*FIELDS[name], readable(fields[name])] for name in FIELDS if name in fields],
        "body": [{"kind": block.kind, "lines": [readable(line) for line in block.lines]} for block in found],
        "reference": readable(reference),
        "date": [on.year, on.month, on.day],
    }
    return {"paper": json.dumps(values, ensure_ascii=False)}


@functools.cache
def fonts() -> typst.Fonts:
    """Return the two fonts of the wheel, read once."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(sans_path().parent)])

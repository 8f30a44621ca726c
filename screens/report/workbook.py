"""The workbook of a report: its figures as numbers that can be added up, sheet by sheet.

Money stands in yuan with two decimals: a number of a workbook is exact to fifteen digits, so to the fen below ten
trillion yuan. Every text is written as text: a name that begins with `=` is a name. Equal figures give equal bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import override

from screens.report.frame import Frame, frame_of, own
from screens.report.growth import steps
from screens.report.headline import told
from screens.report.parts import definitions, source
from screens.report.shape import Document
from smart_products.reports.figures import Figures, Span
from smart_products.signing.states import EndReason
from smart_products.statistics.figures import LEAVE_REASONS, MatrixRow

Cell = str | int | Decimal | float | None  # float: a share of heads, never money
Sheet = tuple[str, Sequence[Sequence[Cell]]]
WIDTHS = (34, 18)


def workbook(figures: Figures, document: Document) -> bytes:
    """Return the workbook in the document's language."""
    with override(document.language):
        frame = frame_of(figures, document.language)
        sheets: list[Sheet] = [
            (_("Summary"), _summary(frame, document)),
            (_("Why"), _why(figures)),
            (_("Products"), _rows(told(frame), [(_node(frame, one), one) for one in told(frame).rows])),
            (_("Units"), _rows(told(frame), [(frame.name(one.place), one.row) for one in told(frame).units])),
            (_("Left"), _left(figures)),
            (_("Cohorts"), _cohorts(figures)),
            (_("Definitions"), [(one.name, one.text) for one in (*definitions().facts, *source(frame).facts)]),
        ]
    return _written(sheets, figures)


def _written(sheets: Sequence[Sheet], figures: Figures) -> bytes:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"constant_memory": True, "in_memory": True})
    book.set_properties({"created": datetime.combine(figures.as_of, time())})
    money, share, head = (
        book.add_format({"num_format": "#,##0.00"}),
        book.add_format({"num_format": "0.0%"}),
        book.add_format({"bold": True, "bottom": 1}),
    )
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        sheet.set_column(0, 0, WIDTHS[0])
        sheet.set_column(1, 20, WIDTHS[1])
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(y, x, cell, head if y == 0 else None)
                elif cell is not None:
                    form: Any = money if isinstance(cell, Decimal) else share if isinstance(cell, float) else None
                    sheet.write_number(y, x, cell, form)
    book.close()
    return held.getvalue()


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def _summary(frame: Frame, document: Document) -> list[Sequence[Cell]]:
    row = told(frame).total
    return [
        (document.kicker, document.days),
        (_("Retained clients"), row.clients.retained),
        (_("First-sign retention"), row.first_sign.rate),
        (_("Signed assets"), _yuan(row.assets.now)),
        (_("Growth"), row.assets.growth),
        (_("Clients and money"), _yuan(own(row.assets)), row.assets.points(own(row.assets))),
        (_("Market"), _yuan(row.assets.market), row.assets.points(row.assets.market)),
        (_("Without the market"), row.market_neutral_growth),
    ]


def _why(figures: Figures) -> list[Sequence[Cell]]:
    found: list[Sequence[Cell]] = [(_("From"), _("To"), _("Step"), _("Yuan"), _("Share of the assets before"))]
    for span in (figures.period, figures.year):
        if span.since is None:
            continue
        assets = span.total.assets
        found += [
            (span.since.isoformat(), figures.as_of.isoformat(), name, _yuan(fen), _points(key, assets.points(fen)))
            for key, name, fen in steps(assets)
        ]
    return found


def _points(key: str, share: float | None) -> float | None:
    return None if key in {"before", "now"} else share


def _rows(span: Span, rows: Sequence[tuple[str, MatrixRow]]) -> list[Sequence[Cell]]:
    head = (
        *(_("Name"), _("Clients"), _("Assets"), _("Assets before"), _("Entered"), _("Left"), _("Net inflow")),
        *(_("Market"), _("Moved"), _("Growth"), _("First signings"), _("Lapsed"), _("First-sign")),
    )
    return [head, *((name, *_figures(row)) for name, row in rows)]


def _figures(row: MatrixRow) -> tuple[Cell, ...]:
    assets, clients = row.assets, row.clients
    return (
        *(clients.retained, _yuan(assets.now), _yuan(assets.before), _yuan(assets.entered_total)),
        *(_yuan(-assets.left_total), _yuan(assets.flow), _yuan(assets.market), _yuan(assets.moved), assets.growth),
        *(clients.first_time, clients.lapsed, row.first_sign.rate),
    )


def _left(figures: Figures) -> list[Sequence[Cell]]:
    spans = [span for span in (figures.period, figures.year) if span.since is not None]
    found: list[Sequence[Cell]] = [(_("Reason"), *(f"{span.since} – {figures.as_of}" for span in spans))]
    for reason in LEAVE_REASONS:
        amounts = (_yuan(span.total.assets.left.get(reason, 0)) for span in spans)
        found.append((str(EndReason(reason).label), *amounts))
    return found


def _cohorts(figures: Figures) -> list[Sequence[Cell]]:
    cohorts = figures.tenure.cohorts
    months = max((len(one.cells) for one in cohorts), default=0)
    found: list[Sequence[Cell]] = [(_("Cohort"), _("Clients"), *(str(month) for month in range(months)))]
    found += [
        (f"{one.month:%Y-%m}", one.clients, *(one.rate(month) for month in range(len(one.cells)))) for one in cohorts
    ]
    return found


def _node(frame: Frame, row: MatrixRow) -> str:
    return _("All products") if row.kind == "matrix" else row.name if frame.chinese else row.name_en

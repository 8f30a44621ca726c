"""The workbook of a report: its figures as numbers that can be added up, sheet by sheet. Equal figures, equal bytes."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import override

from core.money import yuan
from screens import tables
from screens.report.frame import Frame, frame_of, own
from screens.report.growth import steps
from screens.report.headline import told
from screens.report.parts import definitions, source
from screens.report.shape import Document
from screens.tables import Entry, Table
from smart_products.reports.figures import Figures
from smart_products.signing.states import EndReason
from smart_products.statistics.figures import LEAVE_REASONS, MatrixRow

FIRST = 34
"""Characters of the first column, where names stand."""


def workbook(figures: Figures, document: Document) -> bytes:
    """Return the workbook in the document's language."""
    with override(document.language):
        frame = frame_of(figures, document.language)
        sheets: list[tuple[str, Sequence[Sequence[Entry]]]] = [
            (_("Summary"), _summary(frame, document)),
            (_("Why"), _why(figures)),
            (_("Products"), _rows([(_node(frame, one), one) for one in told(frame).rows])),
            (_("Units"), _rows([(frame.name(one.place), one.row) for one in told(frame).units])),
            (_("Left"), _left(figures)),
            (_("Cohorts"), _cohorts(figures)),
            (_("Definitions"), [(_("Term"), _("Meaning")), *_definitions(frame)]),
        ]
    named = [Table([str(cell) for cell in head], lines, name, FIRST) for name, (head, *lines) in sheets]
    return tables.workbook(named, created=figures.as_of)


def _definitions(frame: Frame) -> list[tuple[str, str]]:
    return [(one.name, one.text) for one in (*definitions().facts, *source(frame).facts)]


def _summary(frame: Frame, document: Document) -> list[Sequence[Entry]]:
    row = told(frame).total
    return [
        (document.kicker, document.days),
        (_("Retained clients"), row.clients.retained),
        (_("First-sign retention"), row.first_sign.rate),
        (_("Signed assets"), yuan(row.assets.now)),
        (_("Growth"), row.assets.growth),
        (_("Clients and money"), yuan(own(row.assets)), row.assets.points(own(row.assets))),
        (_("Market"), yuan(row.assets.market), row.assets.points(row.assets.market)),
        (_("Without the market"), row.market_neutral_growth),
    ]


def _why(figures: Figures) -> list[Sequence[Entry]]:
    found: list[Sequence[Entry]] = [(_("From"), _("To"), _("Step"), _("Yuan"), _("Share of the assets before"))]
    for span in (figures.period, figures.year):
        if span.since is None:
            continue
        assets = span.total.assets
        found += [
            (span.since.isoformat(), figures.as_of.isoformat(), name, yuan(fen), _points(key, assets.points(fen)))
            for key, name, fen in steps(assets)
        ]
    return found


def _points(key: str, share: float | None) -> float | None:
    return None if key in {"before", "now"} else share


def _rows(rows: Sequence[tuple[str, MatrixRow]]) -> list[Sequence[Entry]]:
    head = (
        *(_("Name"), _("Clients"), _("Assets"), _("Assets before"), _("Entered"), _("Left"), _("Net inflow")),
        *(_("Market"), _("Moved"), _("Growth"), _("First signings"), _("Lapsed"), _("First-sign")),
    )
    return [head, *((name, *_figures(row)) for name, row in rows)]


def _figures(row: MatrixRow) -> tuple[Entry, ...]:
    assets, clients = row.assets, row.clients
    return (
        *(clients.retained, yuan(assets.now), yuan(assets.before), yuan(assets.entered_total)),
        *(yuan(-assets.left_total), yuan(assets.flow), yuan(assets.market), yuan(assets.moved), assets.growth),
        *(clients.first_time, clients.lapsed, row.first_sign.rate),
    )


def _left(figures: Figures) -> list[Sequence[Entry]]:
    spans = [span for span in (figures.period, figures.year) if span.since is not None]
    found: list[Sequence[Entry]] = [(_("Reason"), *(f"{span.since} – {figures.as_of}" for span in spans))]
    for reason in LEAVE_REASONS:
        amounts = (yuan(span.total.assets.left.get(reason, 0)) for span in spans)
        found.append((str(EndReason(reason).label), *amounts))
    return found


def _cohorts(figures: Figures) -> list[Sequence[Entry]]:
    cohorts = figures.tenure.cohorts
    months = max((len(one.cells) for one in cohorts), default=0)
    found: list[Sequence[Entry]] = [(_("Cohort"), _("Clients"), *(str(month) for month in range(months)))]
    found += [
        (f"{one.month:%Y-%m}", one.clients, *(one.rate(month) for month in range(len(one.cells)))) for one in cohorts
    ]
    return found


def _node(frame: Frame, row: MatrixRow) -> str:
    return _("All products") if row.kind == "matrix" else row.name if frame.chinese else row.name_en

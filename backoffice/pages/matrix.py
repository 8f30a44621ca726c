"""The matrix page as a whole: takes what the domain answered, gives every part of the page in the
reader's words.

Chooses the node that the page is about, the unit of money, and what to compare with. Draws nothing,
asks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from backoffice.filters import Filters
from backoffice.pages.breakdown import Breakdown, breakdown
from backoffice.pages.choices import Choices, anniversary, choices, on_or_before
from backoffice.pages.frame import Frame
from backoffice.pages.growth import Growth, growth
from backoffice.pages.headline import Figure, headline
from backoffice.pages.notes import Note, notes
from backoffice.pages.panels import Definitions, Panel, Setting, panels, terms_panel
from backoffice.pages.table import Table, name_of, table
from backoffice.scope import Scope, Unit
from screens import formats
from smart_products.statistics.figures import MatrixRow
from smart_products.statistics.queries import Matrix


@dataclass(frozen=True, slots=True)
class Chosen:
    """The node that narrows the page, and the address of the page without it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class MatrixPage:
    """Everything the template draws."""

    title: str
    frame: Frame
    choices: Choices
    notes: tuple[Note, ...]
    figures: tuple[Figure, ...]
    growth: Growth
    table: Table | None
    breakdown: Breakdown | None
    panels: tuple[Panel, ...]
    terms: Definitions
    chosen: Chosen | None
    version: str
    published: str
    others: bool
    """Whether there are versions beside the one shown."""
    empty: bool
    """Whether no client stands in this selection on either day."""
    later: str
    """Where the breakdown comes from, when it is drawn in after the page; empty when it is here."""
    plain_address: str
    sheet_address: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the page needs beside the figures themselves."""

    days: Sequence[date]
    scope: Scope
    tiers: Mapping[str, str]
    channels: Mapping[str, str]
    language: str
    units: Sequence[Unit] = ()
    """All units that the reader sees, parents before children."""


def by_default(filters: Filters, scope: Scope) -> str:
    """Return the breakdown to show: the chosen one, else units below, else a slice that is not fixed."""
    if filters.by == "unit" and scope.children:
        return "unit"
    if filters.by in ("tier", "channel") and not getattr(filters, filters.by):
        return filters.by
    if scope.children:
        return "unit"
    return "" if filters.tier and filters.channel else "channel" if filters.tier else "tier"


def main_row(matrix: Matrix, node: str | None) -> MatrixRow:
    """Return the row that the page is about: the chosen node, or the whole matrix."""
    wanted = node or "matrix"
    return next((row for row in matrix.rows if row.node == wanted), matrix.rows[0])


def frame_of(matrix: Matrix, row: MatrixRow, days: Sequence[date], language: str) -> Frame:
    """Return days, unit of money and language of the page."""
    earlier = [day for day in days if day < matrix.as_of]
    year = on_or_before(earlier, anniversary(matrix.as_of))
    largest = max(abs(row.assets.now), abs(row.assets.before))
    since = matrix.since or matrix.as_of
    scale = formats.scale_for(largest, language)
    return Frame(language, matrix.as_of, since, since == year, scale, matrix.opening)


def page(matrix: Matrix, by: str, filters: Filters, around: Surroundings) -> MatrixPage:
    """Return the page for one answer of the domain, with the rows of one breakdown of it."""
    row = main_row(matrix, filters.node)
    frame = frame_of(matrix, row, around.days, around.language)
    chosen = Chosen(name_of(row, frame), filters.address(node=None)) if filters.node else None
    figures = headline(frame, row, matrix.line)
    setting = Setting(
        frame=frame,
        filters=filters,
        scope=around.scope,
        node=chosen.name if chosen else "",
        tier=around.tiers.get(filters.tier or "", ""),
        channel=around.channels.get(filters.channel or "", ""),
        publication=matrix.publication,
        versions=matrix.versions,
    )
    empty = not (row.clients.retained or row.clients.before or row.assets.now or row.assets.before)
    title = _("Product matrix") if chosen is None else chosen.name
    return MatrixPage(
        title=title,
        frame=frame,
        choices=choices(
            around.days, around.scope, filters, as_of=matrix.as_of,
            since=None if matrix.opening else frame.since,
            tiers=around.tiers, channels=around.channels, language=around.language,
        ),
        notes=() if empty else tuple(notes(frame, row, matrix.publication, matrix.versions,
        matrix.warnings, filters)),
        figures=tuple(figures),
        growth=growth(frame, row.assets, row.returns),
        table=None if chosen else table(frame, matrix.rows, matrix.overlap, filters),
        breakdown=None if matrix.later else _breakdown(frame, row, matrix.slices, by, filters, around),
        panels=tuple(panels(setting, row, figures)),
        terms=terms_panel(setting, row),
        chosen=chosen,
        version=_("Version %(number)s") % {"number": matrix.publication.version},
        published=formats.moment(matrix.publication.published_at),
        others=len(matrix.versions) > 1,
        empty=empty,
        later=filters.address(by=by, show="rows") if matrix.later else "",
        plain_address=filters.address(tier=None, channel=None, node=None),
        sheet_address=filters.address(),
    )  # fmt: skip


def _breakdown(
    frame: Frame, row: MatrixRow, slices: Sequence[MatrixRow], by: str, filters: Filters, around: Surroundings
) -> Breakdown | None:
    if not by:
        return None
    places = {place.code: place.name for place in around.scope.children}
    names = {"unit": places, "tier": around.tiers, "channel": around.channels}[by]
    below = around.scope.child_level
    return breakdown(frame, slices, row, by=by, names=names, filters=filters, below=below)

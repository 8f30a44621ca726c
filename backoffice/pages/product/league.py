"""The league: first-sign retention of units, tiers or channels side by side, with its interval and a verdict in words.

The mean is pooled over the rows, which add up. A row whose interval holds the mean can not be told from it, and
says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backoffice.charts.interval import Interval, intervals
from backoffice.filters import Filters
from backoffice.pages.breakdown import Tab, structures
from backoffice.pages.frame import Frame
from backoffice.pages.matrix import Surroundings
from backoffice.pages.panels import Definitions
from backoffice.pages.product.head import Head, Node, chart_panel, head, plain_frame, setting
from backoffice.pages.product.tenure import days_text
from backoffice.pages.product.triangle import span
from backoffice.pages.table import Cell
from backoffice.scope import Scope, place
from screens import formats
from smart_products.statistics.figures import ratio
from smart_products.statistics.queries import PublicationView
from smart_products.statistics.retention import Standing

MOST = 400
"""More rows than this are not drawn."""
FIRST = 10
"""So many rows stand on the page of the product; the rest on a page of its own."""
ABOVE, BELOW, LIKE = 1, -1, 0


@dataclass(frozen=True, slots=True)
class LeagueRow:
    """One row as it is drawn."""

    place: str
    name: str
    note: str
    address: str
    clients: str
    rate: Cell
    verdict: str
    span: str
    drawn: Interval | None
    later: Cell
    """180-day retention."""
    median: Cell


@dataclass(frozen=True, slots=True)
class League:
    """The sheet of a league."""

    clauses: tuple[str, ...]
    subtitle: str
    first: str
    tabs: tuple[Tab, ...]
    structures: tuple[Tab, ...]
    """Units as they were, or as they are; nothing where the rows are no units."""
    orders: tuple[Tab, ...]
    rows: tuple[LeagueRow, ...]
    total: LeagueRow
    more: int
    """Rows that are not drawn."""


@dataclass(frozen=True, slots=True)
class LeaguePage:
    """The league as a page of its own."""

    head: Head
    league: League | None
    definitions: tuple[Definitions, ...]


def page(
    rows: Sequence[Standing],
    by: str,
    node: Node,
    versions: Sequence[PublicationView],
    filters: Filters,
    around: Surroundings,
) -> LeaguePage:
    """Return the page with every row of a breakdown; `versions` are those of its day."""
    frame = plain_frame(filters, around)
    shown = next(one for one in versions if (one.version == filters.version if filters.version else one.current))
    top = head(frame, node, filters, around, shown, versions)
    shared = setting(frame, filters, around, top.title, shown, versions)
    sheet = league(frame, rows, by, filters, around, whole=True) if by else None
    return LeaguePage(top, sheet, (chart_panel(shared, None, "league"),))


def piece(rows: Sequence[Standing], by: str, filters: Filters, around: Surroundings) -> League | None:
    """Return the sheet with the first rows alone, for the page of the product."""
    return league(plain_frame(filters, around), rows, by, filters, around, whole=False) if by else None


def names_of(by: str, around: Surroundings) -> Mapping[str, str]:
    """Return the words for what stands in the rows of a breakdown, by code."""
    if by == "tier":
        return around.tiers
    if by == "channel":
        return around.channels
    return {unit.code: place(unit, around.language).name for unit in around.units}


def ways(scope: Scope, filters: Filters) -> tuple[str, ...]:
    """Return the breakdowns on offer: units where some lie below, a slice only while it is not fixed already."""
    found = []
    if scope.children:
        found.append("unit")
    if scope.outlets and scope.child_level not in ("", "outlet"):
        found.append("outlet")
    return (*found, *(name for name in ("tier", "channel") if not getattr(filters, name)))


def way_of(scope: Scope, filters: Filters) -> str:
    """Return the breakdown to show: the chosen one where it is on offer, else the first; empty where there is none."""
    offered = ways(scope, filters)
    return filters.by if filters.by in offered else next(iter(offered), "")


def league(
    frame: Frame,
    rows: Sequence[Standing],
    by: str,
    filters: Filters,
    around: Surroundings,
    *,
    whole: bool,
) -> League:
    """Return the sheet for the rows of one breakdown; `whole` draws all of them."""
    names, scope = names_of(by, around), around.scope
    signed = [row for row in rows if row.first_sign.clients]
    clients, retained = sum(row.first_sign.clients for row in signed), sum(row.first_sign.retained for row in signed)
    mean = ratio(retained, clients) or 0.0
    ordered = _ordered(signed, filters.order)
    shown = ordered[: MOST if whole else FIRST]
    drawn = intervals([_bounds(row) for row in shown], mean)
    written = [
        _row(number, row, by, names, mean, line, filters)
        for number, (row, line) in enumerate(zip(shown, drawn, strict=True), start=1)
    ]
    return League(
        clauses=finding(frame, signed, mean, by, names),
        subtitle=_(
            "Of the first signings since %(since)s, the share retained on %(day)s. An interval that crosses the dotted "
            "mean can not be called better or worse."
        )
        % {"since": rows[0].first_sign.since.isoformat(), "day": frame.as_of.isoformat()}
        if rows
        else "",
        first=heading(by),
        tabs=tuple(
            Tab(_tab(way, scope), filters.address(by=way) + "#league", way == by) for way in ways(scope, filters)
        ),
        structures=structures(filters, "league") if by in {"unit", "outlet"} else (),
        orders=(
            Tab(_("By first signings"), filters.address(order="") + "#league", not filters.order),
            Tab(_("By rate"), filters.address(order="rate") + "#league", filters.order == "rate"),
        ),
        rows=tuple(written),
        total=LeagueRow(
            "", _("All together"), "", "", formats.heads(clients), _share(retained, clients), "", "", None,
            _pooled_later(signed), Cell(""),
        ),
        more=len(ordered) - len(shown),
    )  # fmt: skip


def heading(by: str) -> str:
    """Return the name of what stands in the rows."""
    return {"unit": _("Unit"), "outlet": _("Outlet"), "tier": _("Asset tier"), "channel": _("Channel")}[by]


def _tab(by: str, scope: Scope) -> str:
    if by == "unit":
        return _("By branch company") if scope.child_level == "branch" else _("By outlet")
    return {"outlet": _("By outlet"), "tier": _("By tier"), "channel": _("By channel")}[by]


def code_of(row: Standing, by: str) -> str:
    """Return the code of what a row stands for."""
    return {"tier": row.tier, "channel": row.channel}.get(by, row.unit) or ""


def _ordered(rows: Sequence[Standing], order: str) -> list[Standing]:
    if order == "rate":
        return sorted(rows, key=lambda row: -(row.first_sign.rate or 0.0))
    return sorted(rows, key=lambda row: -row.first_sign.clients)


def _bounds(row: Standing) -> tuple[float, float, float] | None:
    interval, rate = row.first_sign.interval, row.first_sign.rate
    return None if interval is None or rate is None else (interval[0], rate, interval[1])


def verdict(row: Standing, mean: float) -> int:
    """Return whether a row stands above or below the mean, or can not be told from it."""
    low, high = row.first_sign.interval or (0.0, 1.0)
    return ABOVE if low > mean else BELOW if high < mean else LIKE


def _row(
    number: int,
    row: Standing,
    by: str,
    names: Mapping[str, str],
    mean: float,
    drawn: Interval | None,
    filters: Filters,
) -> LeagueRow:
    first, code = row.first_sign, code_of(row, by)
    words = {ABOVE: _("above the mean"), BELOW: _("below the mean"), LIKE: _("like the mean")}
    change = {"unit" if by == "outlet" else by: code, "by": "", "order": ""}
    median = row.tenure.median_days
    return LeagueRow(
        place=str(number),
        name=names.get(code, code),
        note="",
        address=filters.address(**change),
        clients=formats.heads(first.clients),
        rate=_share(first.retained, first.clients),
        verdict=words[verdict(row, mean)],
        span=span(first.interval) if first.interval else "",
        drawn=drawn,
        later=_share(first.retained_180, first.observable_180),
        median=Cell(days_text(median)) if median is not None else Cell(formats.DASH, "", _no_median()),
    )


def _no_median() -> str:
    return _("More than half of the spells are still in force.")


def _share(part: int, whole: int) -> Cell:
    share = ratio(part, whole)
    if share is None:
        return Cell(formats.DASH, "", _("Nobody can be observed for so long yet."))
    words = {"retained": formats.heads(part), "clients": formats.heads(whole)}
    return Cell(formats.rate(share), _("%(retained)s of %(clients)s clients") % words)


def _pooled_later(rows: Sequence[Standing]) -> Cell:
    return _share(sum(row.first_sign.retained_180 for row in rows), sum(row.first_sign.observable_180 for row in rows))


def finding(frame: Frame, rows: Sequence[Standing], mean: float, by: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the title: who stands above and below the mean for certain; else that nobody does."""
    if len(rows) < 2:
        return (_("First-sign retention compared"),)
    above, below = (
        [names.get(code_of(row, by), code_of(row, by)) for row in rows if verdict(row, mean) == side]
        for side in (ABOVE, BELOW)
    )
    clauses = []
    if above:
        text = _("%(name)s keeps more than the mean") if len(above) == 1 else _("%(count)s keep more than the mean")
        clauses.append(text % {"name": above[0], "count": formats.heads(len(above))})
    if below:
        text = _("%(name)s keeps less than the mean") if len(below) == 1 else _("%(count)s keep less than the mean")
        clauses.append(text % {"name": below[0], "count": formats.heads(len(below))})
    return frame.clauses(*clauses) if clauses else (_("None can be told from the mean"),)

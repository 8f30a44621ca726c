"""The figures of one node taken apart by unit, asset tier or channel: the way down from headquarters.

Counts and sums add up over these slices, so the last line is their total and equals the page's own figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.charts.points import bars
from backoffice.filters import Filters
from backoffice.pages.frame import Frame
from backoffice.pages.table import Row, parts, write
from screens import formats
from smart_products.statistics.figures import MatrixRow

MOST = 400
"""More rows than this are not drawn; the sums are those of all."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A way to take the figures apart."""

    name: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The sheet of one breakdown."""

    clauses: tuple[str, ...]
    first: str
    tabs: tuple[Tab, ...]
    structures: tuple[Tab, ...]
    """Which tree of units holds; empty for a breakdown without units."""
    rows: tuple[Row, ...]
    total: Row | None
    unit: str
    moved: bool
    more: int
    """Rows that are not drawn."""


def tabs(filters: Filters, chosen: str, *, below: str) -> tuple[Tab, ...]:
    """Return the ways on offer; units only where some lie below, a slice only while it is not fixed
    already.
    """
    offered = []
    if below:
        name = _("By branch company") if below == "branch" else _("By outlet")
        offered.append(("unit", name))
    if not filters.tier:
        offered.append(("tier", _("By tier")))
    if not filters.channel:
        offered.append(("channel", _("By channel")))
    return tuple(Tab(name, filters.address(by=key) + "#by", key == chosen) for key, name in offered)


def structures(filters: Filters, place: str = "by") -> tuple[Tab, ...]:
    """Return the two ways to take units: as they were on each day, or as they are on the as-of day."""
    return (
        Tab(_("Units as they were"), filters.address(structure="") + f"#{place}", not filters.structure),
        Tab(_("Units as they are"), filters.address(structure="now") + f"#{place}", bool(filters.structure)),
    )


def key_of(row: MatrixRow, by: str) -> str:
    """Return the code of the slice that a row stands for."""
    return {"unit": row.unit, "tier": row.tier or "", "channel": row.channel or ""}[by]


def breakdown(
    frame: Frame,
    rows: Sequence[MatrixRow],
    whole: MatrixRow,
    *,
    by: str,
    names: Mapping[str, str],
    filters: Filters,
    below: str,
) -> Breakdown:
    """Return the sheet for the rows of one breakdown; `names` maps codes of slices to words.

    Units stand in order of their assets, tiers and channels as they came.
    """
    ordered = sorted(rows, key=lambda row: -row.assets.now) if by == "unit" else list(rows)
    shown = ordered[:MOST]
    drawn = bars([parts(row.assets) for row in [*shown, whole]])
    written = []
    for row, bar in zip(shown, drawn, strict=False):
        code = key_of(row, by)
        address = filters.address(**{by: code, "by": ""})
        written.append(write(frame, row, bar, name=names.get(code, code), address=address))
    return Breakdown(
        clauses=finding(frame, ordered, by, names),
        first={"unit": _("Unit"), "tier": _("Asset tier"), "channel": _("Channel")}[by],
        tabs=tabs(filters, by, below=below),
        structures=structures(filters) if by == "unit" else (),
        rows=tuple(written),
        total=write(frame, whole, drawn[-1], name=_("Total"), address=filters.address(by="")),
        unit=frame.scale.word,
        moved=any(row.assets.moved for row in shown),
        more=len(ordered) - len(shown),
    )


def finding(frame: Frame, rows: Sequence[MatrixRow], by: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the title: who added most and how many lost; else a plain name."""
    plain = {"unit": _("By unit"), "tier": _("By asset tier"), "channel": _("By channel")}[by]
    if frame.opening or len(rows) < 2:
        return (plain,)
    best = max(rows, key=lambda row: row.assets.change)
    lost = [row for row in rows if row.assets.change < 0]
    if best.assets.change <= 0:
        return (_("Signed assets fell everywhere"),)
    code = key_of(best, by)
    words = {"name": names.get(code, code), "amount": str(frame.sized(best.assets.change, signed=True))}
    first = _("%(name)s added most (%(amount)s)") % words
    if not lost:
        return (first,)
    text = ngettext("%(count)s fell", "%(count)s fell", len(lost)) % {"count": formats.heads(len(lost))}
    return frame.clauses(first, text)

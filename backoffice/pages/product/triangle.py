"""The cohort triangle: a month of first signings a row, a month end later a column, in heads or in money.

A month end that has not come is empty, never 0. In money each cell shows value retention and below it the same without
the market. The last line pools the rows above it: retained over observable, never a mean of rates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.charts.heat import Heat, heat
from backoffice.filters import Filters
from backoffice.pages.breakdown import Tab
from backoffice.pages.frame import Frame
from screens import formats
from smart_products.statistics.queries import Who
from smart_products.statistics.retention import Cohort, CohortCell, pooled, pooled_value

MONTHS = 13
"""So many cohorts and columns are shown unless all are asked for."""
LATER = 6
"""The title tells what is left after so many months."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A cell: what is written in it, its step of the scale, and the counts behind it."""

    text: str = ""
    under: str = ""
    step: int | None = None
    exact: str = ""
    reason: str = ""
    who: str = ""
    """The count whose clients the cell opens to; empty where it opens to none."""
    address: str = ""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A row of the triangle."""

    name: str
    clients: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class Triangle:
    """The sheet of the cohorts."""

    clauses: tuple[str, ...]
    subtitle: str
    tabs: tuple[Tab, ...]
    months: tuple[int, ...]
    rows: tuple[HeatRow, ...]
    pool: HeatRow | None
    scale: Heat
    assets: bool
    more: str
    """What the link to the cohorts that are not shown says; empty when all are."""
    more_address: str


def triangle(frame: Frame, cohorts: Sequence[Cohort], filters: Filters) -> Triangle:
    """Return the sheet for the cohorts of one retention, oldest first."""
    money, every = filters.show == "assets", filters.cohorts == "all"
    shown = tuple(cohorts if every else cohorts[-MONTHS:])
    most = max((len(one.cells) for one in shown), default=0)
    months = tuple(range(most if every else min(most, MONTHS)))
    write = _money_cell if money else _heads_cell
    shares = [_share(one, k, money) for one in shown for k in months]
    scale = heat(share for share in shares if share is not None)
    hidden = len(cohorts) - len(shown)
    more = ngettext("Show %(count)s older month", "Show %(count)s older months", hidden) % {"count": hidden}
    return Triangle(
        clauses=_money_finding(frame, shown) if money else _heads_finding(frame, shown),
        subtitle=_money_subtitle() if money else _heads_subtitle(),
        tabs=(
            Tab(_("By clients"), filters.address(show="") + "#cohorts", not money),
            Tab(_("By assets"), filters.address(show="assets") + "#cohorts", money),
        ),
        months=months,
        rows=tuple(
            HeatRow(
                formats.month(one.month),
                formats.heads(one.clients),
                tuple(_opened(write(frame, one, k, scale), one, k, filters) for k in months),
            )
            for one in shown
        ),
        pool=_pool(shown, months, money),
        scale=scale,
        assets=money,
        more=_("Show a year alone") if every and len(cohorts) > MONTHS else more if hidden else "",
        more_address=filters.address(cohorts="" if every else "all") + "#cohorts",
    )


def _opened(cell: HeatCell, cohort: Cohort, months: int, filters: Filters) -> HeatCell:
    """Return a cell with the way to its clients."""
    if _cell_at(cohort, months) is None:
        return cell
    place = f"&cohort={formats.month(cohort.month)}&months={months}"
    return replace(cell, who=Who.COHORT.value, address=filters.address(show="", cohorts="") + place)


def _share(cohort: Cohort, months: int, money: bool) -> float | None:
    return cohort.value_retention(months) if money else cohort.rate(months)


def _cell_at(cohort: Cohort, months: int) -> CohortCell | None:
    return cohort.cells[months] if months < len(cohort.cells) else None


def _heads_cell(frame: Frame, cohort: Cohort, months: int, scale: Heat) -> HeatCell:
    cell, rate = _cell_at(cohort, months), cohort.rate(months)
    if cell is None or rate is None:
        return HeatCell()
    words = {
        "month": formats.month(cohort.month),
        "clients": formats.heads(cohort.clients),
        "retained": formats.heads(cell.retained),
        "day": cell.day.isoformat(),
    }
    exact = _("%(month)s: %(retained)s of %(clients)s clients on %(day)s") % words
    interval = cohort.interval(months)
    if interval is not None:
        exact = _("%(text)s, 95%% interval %(interval)s") % {"text": exact, "interval": span(interval)}
    return HeatCell(formats.percent(rate), "", scale.step(rate), exact)


def _money_cell(frame: Frame, cohort: Cohort, months: int, scale: Heat) -> HeatCell:
    cell, rate = _cell_at(cohort, months), cohort.value_retention(months)
    if cell is None:
        return HeatCell()
    if rate is None or cell.assets is None:
        return HeatCell(formats.DASH, reason=_("The assets of one of the two month ends are not known."))
    words = {
        "month": formats.month(cohort.month),
        "amount": frame.sized(cell.assets).exact,
        "day": cell.day.isoformat(),
    }
    exact = _("%(month)s: %(amount)s on %(day)s") % words
    neutral = cohort.market_neutral_value_retention(months)
    under = formats.percent(neutral) if neutral is not None else formats.DASH
    return HeatCell(formats.percent(rate), under, scale.step(rate), exact)


def span(interval: tuple[float, float]) -> str:
    """Return an interval of shares: `93.9–94.3`, in percent."""
    return "–".join(formats.percent(bound) for bound in interval)


def _pool(cohorts: tuple[Cohort, ...], months: Sequence[int], money: bool) -> HeatRow | None:
    if len(cohorts) < 2:
        return None
    cells: dict[int, HeatCell] = {}
    if money:
        for value in pooled_value(cohorts):
            neutral = value.market_neutral_rate
            under = formats.DASH if neutral is None else formats.percent(neutral)
            cells[value.months] = HeatCell(formats.percent(value.rate or 0.0), under)
    else:
        for one in pooled(cohorts):
            words = {"retained": formats.heads(one.retained), "clients": formats.heads(one.clients)}
            exact = _("%(retained)s of %(clients)s clients") % words
            cells[one.months] = HeatCell(formats.percent(one.rate or 0.0), exact=exact)
    clients = formats.heads(sum(one.clients for one in cohorts))
    return HeatRow(_("Pooled"), clients, tuple(cells.get(k, HeatCell()) for k in months))


def _heads_subtitle() -> str:
    return _(
        "A row holds the clients who signed for the first time in a month, a column the month ends after it; in the "
        "cell the share retained, in percent. Where a cell is empty, its month end has not come."
    )


def _money_subtitle() -> str:
    return _(
        "A row holds the clients who signed for the first time in a month; in the cell their signed assets at a later "
        "month end over those at their first one, in percent, and below it the same without the market."
    )


def _heads_finding(frame: Frame, cohorts: tuple[Cohort, ...]) -> tuple[str, ...]:
    known = [one for one in pooled(cohorts) if one.rate is not None and one.months <= LATER]
    if not known:
        return (_("Who stays, by month of first signing"),)
    first, last = known[0], known[-1]
    begin = _("%(rate)s stay to their first month end") % {"rate": formats.rate(first.rate or 0.0)}
    if last is first:
        return (begin,)
    text = ngettext("%(rate)s after %(count)s month", "%(rate)s after %(count)s months", last.months)
    return frame.clauses(begin, text % {"rate": formats.rate(last.rate or 0.0), "count": last.months})


def _money_finding(frame: Frame, cohorts: tuple[Cohort, ...]) -> tuple[str, ...]:
    known = [one for one in pooled_value(cohorts) if 0 < one.months <= LATER]
    if not known:
        return (_("What the assets of each month of signing are worth later"),)
    last = known[-1]
    words = {"rate": formats.rate(last.rate or 0.0), "count": last.months}
    text = ngettext(
        "After %(count)s month %(rate)s of the assets are there",
        "After %(count)s months %(rate)s of the assets are there",
        last.months,
    )
    if last.market_neutral_rate is None:
        return (text % words,)
    neutral = _("without the market %(rate)s") % {"rate": formats.rate(last.market_neutral_rate)}
    return frame.clauses(text % words, neutral)

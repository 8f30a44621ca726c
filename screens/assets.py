"""Signed assets as a client reads them: how much, what came from the client, what from the market, over a period.

Turns exact days of the domain into text; money and rate stand side by side with the method named. Reads the chosen
period from the address. Never computes a figure of its own but differences of what it is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from core.money import yuan
from screens import formats
from screens.worth import PHONE, WIDE, Chart, Point, chart
from smart_products.statistics.personal import Day, Period, over

EVERY_DAY = 70
"""The table lists every day of a period up to this many closes, and ends of months of a longer one."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure: its text, `up`, `down` or nothing for colour and arrow, and why there is none."""

    text: str
    direction: str = ""
    reason: str = ""

    @property
    def arrow(self) -> str:
        return {"up": "▲", "down": "▼"}.get(self.direction, "")


@dataclass(frozen=True, slots=True)
class Choice:
    """A period on offer."""

    text: str
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A close in the table."""

    day: str
    own: str
    market: Amount
    total: str


@dataclass(frozen=True, slots=True)
class AssetsPage:
    """All that a page shows of signed assets."""

    total: str
    unit: str
    as_of: str
    base_day: str
    from_start: bool
    """Whether the period begins with the first signing, so that there was nothing before."""
    own: str
    own_parts: tuple[str, ...]
    market: Amount
    time_weighted: Amount
    dietz: Amount
    finding: tuple[str, ...]
    periods: tuple[Choice, ...]
    charts: tuple[Chart, ...]
    rows: tuple[Row, ...]
    since: str
    until: str
    first: str
    latest: str
    skipped: int


@dataclass(frozen=True, slots=True)
class Span:
    """What an address asks for: a named period, or two days."""

    name: str = ""
    since: date | None = None
    until: date | None = None


NAMED = ("quarter", "year")


def span(query: Mapping[str, str]) -> Span:
    """Return the period of an address; what can not be read counts as not chosen."""
    name = query.get("period", "")
    return Span(name if name in NAMED else "", _day(query.get("since", "")), _day(query.get("until", "")))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def page(line: Sequence[Day], asked: Span, language: str) -> AssetsPage | None:
    """Return the page of a line of days, or None for an empty one."""
    if not line:
        return None
    first, last = line[0].day, line[-1].day
    since, until = _ends(asked, first, last)
    period = over(line, since, until)
    if period is None:
        return None
    points = _points(period)
    drawn = (chart(points, frame, language) for frame in (PHONE, WIDE))
    returns = period.returns()
    nothing = _("No rate: there were no assets to earn on.")
    return AssetsPage(
        total=formats.exact(period.last.assets),
        unit=formats.scales(language)[-1].word,
        as_of=period.last.day.isoformat(),
        base_day=period.base.day.isoformat(),
        from_start=period.base is line[0] and not period.base.assets,
        own=formats.exact(period.own),
        own_parts=_parts(period),
        market=change(period.market),
        time_weighted=rate(returns.time_weighted, nothing),
        dietz=rate(returns.modified_dietz, nothing),
        finding=finding(points, language),
        periods=_choices(asked, whole=not line[0].assets),
        charts=tuple(one for one in drawn if one is not None),
        rows=_rows(points),
        since=period.base.day.isoformat(),
        until=period.last.day.isoformat(),
        first=first.isoformat(),
        latest=last.isoformat(),
        skipped=returns.skipped_days,
    )


def _ends(asked: Span, first: date, last: date) -> tuple[date, date]:
    if asked.name == "quarter":
        return _months_before(last, 3), last
    if asked.name == "year":
        return date(last.year - 1, 12, 31), last
    return asked.since or first, asked.until or last


def csv_text(line: Sequence[Day], asked: Span) -> str:
    """Return every day of the period with its terms, in yuan to the fen, one row a day."""
    rows = ["day,signed_assets,entered,left,flow,market"]
    if line:
        period = over(line, *_ends(asked, line[0].day, line[-1].day))
        for day in (period.base, *period.days) if period is not None else ():
            terms = (day.assets, day.entered, day.left, day.flow, day.market)
            rows.append(",".join((day.day.isoformat(), *(str(yuan(term)) for term in terms))))
    return "\r\n".join(rows) + "\r\n"


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28))


def _choices(asked: Span, *, whole: bool) -> tuple[Choice, ...]:
    """Return the periods on offer; `whole`: the record reaches back to the first signing."""
    free = not asked.name and (asked.since or asked.until)
    return (
        Choice(_("3 months"), "?" + urlencode({"period": "quarter"}), asked.name == "quarter"),
        Choice(_("This year"), "?" + urlencode({"period": "year"}), asked.name == "year"),
        Choice(_("Since signing") if whole else _("On record"), "?", not asked.name and not free),
    )


def _points(period: Period) -> list[Point]:
    days = (period.base, *period.days)
    markets = accumulate((day.market for day in period.days), initial=0)
    return [Point(day.day, day.assets, day.assets - market) for day, market in zip(days, markets, strict=True)]


def _parts(period: Period) -> tuple[str, ...]:
    """Return what one's own money is made of; parts of nothing are left out."""
    parts = []
    if period.base.assets:
        parts.append(
            _("On %(day)s: %(amount)s")
            % {"day": period.base.day.isoformat(), "amount": formats.exact(period.base.assets)}
        )
        words = _("Signed since: %(amount)s")
    else:
        words = _("When signed: %(amount)s")
    if period.entered:
        parts.append(words % {"amount": formats.exact(period.entered)})
    if period.flow:
        parts.append(_("Paid in and out since: %(amount)s") % {"amount": formats.exact(period.flow, signed=True)})
    if period.left:
        parts.append(_("No longer signed: %(amount)s") % {"amount": formats.exact(-period.left, signed=True)})
    return tuple(parts)


def change(fen: int) -> Amount:
    """Return an amount with its sign and direction."""
    return Amount(formats.exact(fen, signed=True), "up" if fen > 0 else "down" if fen < 0 else "")


def rate(fraction: float | None, reason: str) -> Amount:
    """Return a rate with its sign and direction, or a dash with the reason."""
    if fraction is None:
        return Amount(formats.DASH, reason=reason)
    text = formats.rate(fraction, signed=True)
    return Amount(text, "up" if round(fraction, 3) > 0 else "down" if round(fraction, 3) < 0 else "")


def finding(points: Sequence[Point], language: str) -> tuple[str, ...]:
    """Return the title of the chart: what the market did to the client's money, clause by clause."""
    markets = [point.value - point.own for point in points]
    last, lowest, highest = markets[-1], min(markets), max(markets)
    if last > 0:
        first = _("The market has added %(amount)s") % {"amount": _exact(last, language)}
        if lowest < 0:
            return _clauses(language, first, _("once it had taken %(amount)s") % {"amount": _exact(-lowest, language)})
        return (first,)
    if last < 0:
        first = _("The market has taken %(amount)s") % {"amount": _exact(-last, language)}
        if highest > 0:
            return _clauses(language, first, _("once it had added %(amount)s") % {"amount": _exact(highest, language)})
        return (first,)
    return (_("Signed assets day by day"),)


def _exact(fen: int, language: str) -> str:
    return formats.scales(language)[-1].pattern.format(formats.exact(fen))


def _clauses(language: str, *parts: str) -> tuple[str, ...]:
    comma = "，" if formats.is_chinese(language) else ","
    return (*(part + comma for part in parts[:-1]), parts[-1])


def _rows(points: Sequence[Point]) -> tuple[Row, ...]:
    if len(points) <= EVERY_DAY:
        chosen = list(points)
    else:
        chosen = [points[0]]
        chosen += [a for a, b in pairwise(points) if a.day.month != b.day.month]
        chosen.append(points[-1])
    unique = {point.day: point for point in chosen}
    return tuple(
        Row(
            point.day.isoformat(), formats.exact(point.own), change(point.value - point.own), formats.exact(point.value)
        )
        for point in reversed(unique.values())
    )

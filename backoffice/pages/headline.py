"""The four figures at the head of the matrix page, each with its line and one computed sentence why.

Takes the row of the node that the page is about and its thirteen month ends. A figure that can not be
told is a dash with its reason, never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backoffice.charts.spark import Spark, spark
from backoffice.pages.frame import Change, Frame, direction, no_growth_reason
from backoffice.pages.growth import own
from screens import formats
from smart_products.statistics.figures import Assets, Clients, FirstSign, MatrixRow, Point


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline figure; `key` names its panel in the address."""

    key: str
    name: str
    value: Change
    unit: str
    why: str
    spark: Spark
    spark_text: str
    ends: tuple[str, str]


def headline(frame: Frame, row: MatrixRow, line: Sequence[Point]) -> list[Figure]:
    """Return retained clients, first-sign retention, signed assets and growth, in this order."""
    return [
        _retained(frame, row.clients, line),
        _first_sign(frame, row.first_sign, line),
        _assets(frame, row, line),
        _growth(frame, row, line),
    ]


def _line(
    values: Sequence[float | None], texts: Sequence[str], line: Sequence[Point]
) -> tuple[Spark, str, tuple[str, str]]:
    drawn = spark(values)
    ends = (formats.month(line[0].day), formats.month(line[-1].day)) if len(line) > 1 else ("", "")
    known = [text for value, text in zip(values, texts, strict=True) if value is not None]
    words = {"count": len(line), "first": known[0] if known else "", "last": known[-1] if known else ""}
    text = _("%(count)s month ends: from %(first)s to %(last)s") % words if known else _("No month ends yet")
    return drawn, text, ends


def _retained(frame: Frame, clients: Clients, line: Sequence[Point]) -> Figure:
    values = [float(point.retained) for point in line]
    drawn, text, ends = _line(values, [formats.heads(point.retained) for point in line], line)
    change = clients.retained - clients.before
    words = {
        "count": formats.heads(abs(change)),
        "over": frame.over,
        "first": formats.heads(clients.first_time),
        "again": formats.heads(clients.reactivated),
        "lapsed": formats.heads(clients.lapsed),
        "moved": formats.heads(clients.moved, signed=True),
    }
    if frame.opening:
        why = _("The first day with facts: movements count from the next one.")
    else:
        start = _("%(count)s more clients %(over)s:") if change >= 0 else _("%(count)s fewer clients %(over)s:")
        rest = _("%(first)s first signings, %(again)s came back, %(lapsed)s lapsed.")
        if clients.moved:
            rest = _(
                "%(first)s first signings, %(again)s came back, %(lapsed)s lapsed, %(moved)s moved between slices."
            )
        why = frame.sentences(start % words, rest % words)
    value = Change(formats.heads(clients.retained), "")
    return Figure("retained", _("Retained clients"), value, _("clients"), why, drawn, text, ends)


def _first_sign(frame: Frame, first: FirstSign, line: Sequence[Point]) -> Figure:
    rates = [point.first_sign_rate for point in line]
    drawn, text, ends = _line(rates, [formats.rate(rate) if rate is not None else "" for rate in rates], line)
    name = _("First-sign retention")
    since = first.since.isoformat()
    if first.rate is None:
        reason = _("Nobody signed for the first time between %(since)s and %(until)s.")
        why = reason % {"since": since, "until": first.until.isoformat()}
        return Figure("first-sign", name, Change(formats.DASH, "", reason=why), "", why, drawn, text, ends)
    words = {
        "since": since,
        "clients": formats.heads(first.clients),
        "retained": formats.heads(first.retained),
        "days": formats.decimal(first.mean_days or 0.0, 0),
    }
    why = _(
        "%(clients)s first signings since %(since)s, %(retained)s retained; signed %(days)s days "
        "ago on average."
    ) % words  # fmt: skip
    if first.rate_180 is not None:
        later = _("180-day retention %(rate)s.") % {"rate": formats.rate(first.rate_180)}
        why = frame.sentences(why, later)
    value = Change(formats.percent(first.rate), "")
    return Figure("first-sign", name, value, "%", why, drawn, text, ends)


def _assets(frame: Frame, row: MatrixRow, line: Sequence[Point]) -> Figure:
    assets = row.assets
    values = [float(point.assets) for point in line]
    drawn, text, ends = _line(values, [str(frame.sized(point.assets)) for point in line], line)
    written = frame.sized(assets.now)
    why = "" if frame.opening else _assets_why(frame, assets)
    if row.clients.retained > 0:
        mean = frame.sized(round(assets.now / row.clients.retained))
        why = frame.sentences(why, _("%(amount)s a client.") % {"amount": mean})
    value = Change(written.text, "", written.exact)
    return Figure("signed-assets", _("Signed assets"), value, written.unit, why, drawn, text, ends)


def _assets_why(frame: Frame, assets: Assets) -> str:
    change = frame.sized(abs(assets.change))
    unit = formats.scale_for(assets.change, frame.language)
    words = {
        "amount": str(change),
        "over": frame.over,
        "own": formats.amount(own(assets), unit, signed=True),
        "market": formats.amount(assets.market, unit, signed=True),
    }
    if assets.change >= 0:
        return _("%(amount)s more %(over)s: clients and money %(own)s, market %(market)s.") % words
    return _("%(amount)s less %(over)s: clients and money %(own)s, market %(market)s.") % words


def growth_name(frame: Frame) -> str:
    """Return the name of the fourth figure: year on year, or over the chosen period."""
    return _("Signed assets, year on year") if frame.yearly else _("Growth of signed assets")


def _growth(frame: Frame, row: MatrixRow, line: Sequence[Point]) -> Figure:
    assets = row.assets
    # The line is year on year; beside the growth of another period it would tell something else.
    yoys = [point.yoy if frame.yearly else None for point in line]
    drawn, text, ends = _line(yoys, [formats.rate(yoy, signed=True) if yoy is not None else "" for yoy in yoys], line)
    name = growth_name(frame)
    if assets.growth is None or frame.opening:
        reason = _("There is no earlier day to compare with yet.") if frame.opening else no_growth_reason(frame)
        return Figure("growth", name, Change(formats.DASH, "", reason=reason), "", reason, drawn, text, ends)
    words = {
        "growth": formats.rate(assets.growth, signed=True),
        "own": formats.points(own(assets), assets.before),
        "market": formats.points(assets.market, assets.before),
    }
    why = _("%(growth)s: clients and money %(own)s, market %(market)s (points).") % words
    neutral = row.market_neutral_growth
    if neutral is not None:
        without = _("Without the market %(rate)s.") % {"rate": formats.rate(neutral, signed=True)}
        why = frame.sentences(why, without)
    if not frame.yearly and line and line[-1].day == frame.as_of and line[-1].yoy is not None:
        yearly = _("Year on year %(rate)s.") % {"rate": formats.rate(line[-1].yoy, signed=True)}
        why = frame.sentences(why, yearly)
    exact_rate = formats.rate(assets.growth, signed=True, digits=4)
    value = Change(formats.percent(assets.growth, signed=True), direction(round(assets.growth, 3)), exact_rate)
    return Figure("growth", name, value, "%", why, drawn, text, ends)

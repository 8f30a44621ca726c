"""The head of a report: a title that says the finding, and the four figures, each with a sentence why.

Takes the frozen figures and nothing else. A figure that can not be told is a dash with its reason, never zero.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from screens import formats
from screens.report.frame import Frame, own, points, way
from screens.report.shape import Tile
from smart_products.reports.figures import Span


def told(frame: Frame) -> Span:
    """Return the span that the head speaks of: the year in a monthly report, else the day or the week."""
    return frame.figures.year if frame.monthly else frame.figures.period


def title(frame: Frame) -> str:
    """Return the finding: signed assets, how much they changed, and what brought it."""
    span = told(frame)
    assets = span.total.assets
    words = {"assets": frame.sized(assets.now).full, "over": frame.over(span.since)}
    if span.since is None or assets.growth is None:
        return _("Signed assets %(assets)s; there is no earlier day to compare with yet") % words
    words |= {
        "growth": formats.rate(assets.growth, signed=True),
        "own": points(own(assets), assets.before),
        "market": points(assets.market, assets.before),
    }
    return _("Signed assets %(assets)s, %(growth)s %(over)s: clients %(own)s points, market %(market)s points") % words


def tiles(frame: Frame) -> tuple[Tile, ...]:
    """Return retained clients, first-sign retention, signed assets and growth."""
    return _retained(frame), _first_sign(frame), _assets(frame), _growth(frame)


def _retained(frame: Frame) -> Tile:
    span = told(frame)
    clients = span.total.clients
    change = clients.retained - clients.before
    why = ""
    if span.since is not None:
        words = {
            "count": formats.heads(abs(change)),
            "over": frame.over(span.since),
            "first": formats.heads(clients.first_time),
            "again": formats.heads(clients.reactivated),
            "lapsed": formats.heads(clients.lapsed),
            "moved": formats.heads(clients.moved, signed=True),
        }
        start = _("%(count)s more clients %(over)s:") if change >= 0 else _("%(count)s fewer clients %(over)s:")
        rest = (
            _("%(first)s first signings, %(again)s came back, %(lapsed)s lapsed, %(moved)s moved between slices.")
            if clients.moved
            else _("%(first)s first signings, %(again)s came back, %(lapsed)s lapsed.")
        )
        why = frame.sentences(start % words, rest % words)
    return Tile(_("Retained clients"), formats.heads(clients.retained), _("clients"), why, way(change))


def _first_sign(frame: Frame) -> Tile:
    first = frame.figures.year.total.first_sign
    name = _("First-sign retention")
    if first.rate is None:
        reason = _("Nobody signed for the first time between %(since)s and %(until)s.")
        return Tile(name, formats.DASH, "", reason % {"since": first.since, "until": first.until})
    why = _(
        "%(clients)s first signings since %(since)s, %(retained)s retained; signed %(days)s days "
        "ago on average."
    ) % {
        "since": first.since,
        "clients": formats.heads(first.clients),
        "retained": formats.heads(first.retained),
        "days": formats.decimal(first.mean_days or 0.0, 0),
    }  # fmt: skip
    if first.rate_180 is not None:
        why = frame.sentences(why, _("180-day retention %(rate)s.") % {"rate": formats.rate(first.rate_180)})
    return Tile(name, formats.percent(first.rate), "%", why)


def _assets(frame: Frame) -> Tile:
    span = told(frame)
    assets, written = span.total.assets, frame.sized(span.total.assets.now)
    why = ""
    if span.since is not None:
        scale = formats.scale_for(assets.change, frame.language)
        words = {
            "amount": str(frame.sized(abs(assets.change))),
            "over": frame.over(span.since),
            "own": formats.amount(own(assets), scale, signed=True),
            "market": formats.amount(assets.market, scale, signed=True),
        }
        why = (
            _("%(amount)s more %(over)s: clients and money %(own)s, market %(market)s.")
            if assets.change >= 0
            else _("%(amount)s less %(over)s: clients and money %(own)s, market %(market)s.")
        ) % words
    return Tile(_("Signed assets"), written.text, written.unit, why, way(assets.change))


def _growth(frame: Frame) -> Tile:
    span = told(frame)
    assets = span.total.assets
    yearly = frame.monthly and frame.figures.yearly
    name = _("Signed assets, year on year") if yearly else _("Growth of signed assets")
    if span.since is None or assets.growth is None:
        return Tile(name, formats.DASH, "", _("There is no earlier day to compare with yet."))
    why = _("%(growth)s: clients and money %(own)s, market %(market)s (points).") % {
        "growth": formats.rate(assets.growth, signed=True),
        "own": points(own(assets), assets.before),
        "market": points(assets.market, assets.before),
    }
    neutral = span.total.market_neutral_growth
    if neutral is not None:
        without = _("Without the market %(rate)s.") % {"rate": formats.rate(neutral, signed=True)}
        why = frame.sentences(why, without)
    return Tile(name, formats.percent(assets.growth, signed=True), "%", why, way(round(assets.growth, 3)))

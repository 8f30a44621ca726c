"""How long a signing lasts: the survival curve with its band and its table, and retention by days of each client.

Two curves stand together only where two sides are compared; the log-rank test then says whether they differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.charts import tenure as plotting
from backoffice.charts.tenure import FEWEST, FULL, PHONE, WIDE, Curve, Plot, Size
from backoffice.filters import Filters
from backoffice.pages.frame import Frame
from backoffice.pages.product.triangle import span
from screens import formats
from smart_products.statistics.retention import NDay, Retention
from smart_products.statistics.survival import LogRank, Survival

SIGNIFICANT = 0.05
RISK_TOP, RISK_ROW = 60.0, 18.0
"""Where the table of those at risk begins below the axis, and how far its lines stand apart."""
FLOOR = 0.001
"""A smaller p-value is not told more exactly."""


@dataclass(frozen=True, slots=True)
class Side:
    """A group that a curve stands for."""

    name: str
    curve: Survival


@dataclass(frozen=True, slots=True)
class RiskLine:
    """How many of a group are at risk at the marks of the axis; the name where there are several groups."""

    name: str
    name_y: float
    y: float
    counts: tuple[tuple[float, str], ...]
    other: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A curve, and the days of its median beside the dot where no other curve is near."""

    curve: Curve
    other: bool
    label: str
    x: float
    y: float
    at_end: bool
    """Whether the label ends at its place."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing with its words; the other side's curve lies below the page's own."""

    size: Size
    height: float
    shares: tuple[tuple[str, float], ...]
    days: tuple[tuple[str, float], ...]
    lines: tuple[Line, ...]
    risk: tuple[RiskLine, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of the table: a day, then at risk, share and band of each group."""

    key: int
    day: str
    groups: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Tenure:
    """The sheet of the curve, or of two; their names then stand above the drawing."""

    clauses: tuple[str, ...]
    subtitle: str
    names: tuple[str, ...]
    key: tuple[str, ...]
    """What stands above the drawing for each curve of several: its name and its median."""
    wide: Drawing | None
    phone: Drawing | None
    """None where no group is large enough."""
    rows: tuple[TableRow, ...]
    small: tuple[str, ...]
    """Why a group has no curve."""


@dataclass(frozen=True, slots=True)
class NDayRow:
    """Retention after so many days."""

    key: int
    days: str
    observable: str
    rate: str
    interval: str
    unbounded: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NDays:
    """The sheet of N-day retention."""

    clauses: tuple[str, ...]
    rows: tuple[NDayRow, ...]
    basis: str
    other: str
    """The name of the other basis, and its address."""
    address: str


def days_text(days: int) -> str:
    """Return a number of days in words."""
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": formats.heads(days)}


def tenure(frame: Frame, sides: Sequence[Side], test: LogRank | None = None) -> Tenure:
    """Return the sheet for one group, or for two that are compared."""
    curves = [side.curve for side in sides]
    several = len(sides) > 1
    drawn = any(plotting.last_day(curve) is not None for curve in curves)
    size = FULL if several else WIDE
    marks = plotting.marks(curves, size.parts)
    return Tenure(
        clauses=finding(frame, sides),
        subtitle=frame.sentences(*(_counted(side, several) for side in sides), _tested(test)),
        names=tuple(side.name for side in sides),
        key=tuple(_key(side) for side in sides) if several else (),
        wide=_drawing(sides, size) if drawn else None,
        phone=_drawing(sides, PHONE) if drawn else None,
        rows=tuple(TableRow(day, formats.heads(day), tuple(_group(one, day) for one in curves)) for day in marks),
        small=tuple(_too_small(side, several) for side in sides if plotting.last_day(side.curve) is None),
    )


def _drawing(sides: Sequence[Side], size: Size) -> Drawing:
    plot = plotting.plot([side.curve for side in sides], size)
    several = len(sides) > 1
    drawn = zip(sides, plot.curves, strict=True)
    lines = [_line(side, curve, size, place > 0, several) for place, (side, curve) in enumerate(drawn)]
    risk = [
        _risk(side, plot, size.bottom + RISK_TOP + RISK_ROW * place * (1 + several), place > 0, several)
        for place, side in enumerate(sides)
    ]
    return Drawing(
        size=size,
        height=risk[-1].y + RISK_ROW / 2,
        shares=tuple((formats.rate(share, digits=0), at) for share, at in plot.shares),
        days=tuple((formats.heads(day), at) for day, at in plot.days),
        lines=tuple(reversed(lines)),
        risk=tuple(risk),
    )


def _line(side: Side, curve: Curve, size: Size, other: bool, several: bool) -> Line:
    median = side.curve.median_days
    text = days_text(median) if median is not None and curve.median and not several else ""
    x, y = curve.median or (0.0, 0.0)
    at_end = x > (size.left + size.right) / 2
    return Line(curve, other, text, x + (-10 if at_end else 10), y - 12, at_end)


def _key(side: Side) -> str:
    median = side.curve.median_days
    if median is None:
        return side.name
    return _("%(name)s (median %(days)s)") % {"name": side.name, "days": days_text(median)}


def _risk(side: Side, plot: Plot, top: float, other: bool, several: bool) -> RiskLine:
    counts = tuple((at, formats.heads(side.curve.at_risk(day))) for day, at in plot.days)
    return RiskLine(side.name if several else "", top, top + RISK_ROW * several, counts, other)


def finding(frame: Frame, sides: Sequence[Side]) -> tuple[str, ...]:
    """Return the title: how long half of the signings last, or what share lasts to the end of the curve."""
    drawn = [side for side in sides if plotting.last_day(side.curve) is not None]
    if not drawn:
        return (_("How long a signing lasts"),)
    return frame.clauses(*(_lasts(side, len(sides) > 1) for side in drawn))


def _lasts(side: Side, named: bool) -> str:
    last, median = plotting.last_day(side.curve) or 0, side.curve.median_days
    half = median is not None and median <= last
    days = median if half and median is not None else last
    words = {"name": side.name, "rate": formats.rate(side.curve.at(last) or 0.0), "days": days_text(days)}
    if half:
        text = _("Half of the signings last more than %(days)s")
        return (_("%(name)s: half last more than %(days)s") if named else text) % words
    text = _("%(rate)s of the signings last more than %(days)s")
    return (_("%(name)s: %(rate)s last more than %(days)s") if named else text) % words


def _counted(side: Side, named: bool) -> str:
    words = {"name": side.name, "spells": formats.heads(side.curve.spells), "ends": formats.heads(side.curve.ends)}
    if named:
        return _("%(name)s: %(spells)s spells, %(ends)s of them ended.") % words
    return (
        _("Kaplan-Meier estimate of %(spells)s spells, %(ends)s of them ended; the band is the 95%% interval.") % words
    )


def _tested(test: LogRank | None) -> str:
    if test is None:
        return ""
    words = {"p": p_text(test.p), "chi2": formats.decimal(test.chi2, 1)}
    if test.p < SIGNIFICANT:
        return _("The curves differ (log-rank test, chi-square %(chi2)s, p %(p)s).") % words
    return _("The curves can not be told apart (log-rank test, chi-square %(chi2)s, p %(p)s).") % words


def p_text(p: float) -> str:
    """Return a p-value with its sign: `= 0.012`, `< 0.001`."""
    return f"< {FLOOR}" if p < FLOOR else f"= {formats.decimal(p, 3)}"


def _group(curve: Survival, day: int) -> tuple[str, str, str]:
    level, at_risk = curve.at(day), formats.heads(curve.at_risk(day))
    point = next((one for one in reversed(curve.points) if one.day <= day), None)
    if level is None:
        return at_risk, formats.DASH, formats.DASH
    if point is None or point.low is None or point.high is None:
        return at_risk, formats.rate(level), formats.DASH
    return at_risk, formats.rate(level), span((point.low, point.high))


def _too_small(side: Side, named: bool) -> str:
    words = {"name": side.name, "fewest": FEWEST, "count": formats.heads(side.curve.spells)}
    if named:
        return _("%(name)s: fewer than %(fewest)s spells (%(count)s), so no curve is drawn.") % words
    return _("Fewer than %(fewest)s spells (%(count)s), so no curve is drawn.") % words


def n_days(frame: Frame, found: Retention, filters: Filters) -> NDays:
    """Return the sheet of N-day retention."""
    confirmed = filters.basis == "confirmed"
    text = _("Basis confirmed: signings withdrawn in the cooling-off period are left out.")
    if not confirmed:
        text = _("Basis signed (the default): a withdrawal in the cooling-off period counts as an end.")
    return NDays(
        clauses=_n_day_finding(frame, found.n_day),
        rows=tuple(_n_day_row(one) for one in found.n_day),
        basis=text,
        other=_("Show basis signed") if confirmed else _("Show basis confirmed"),
        address=filters.address(basis="" if confirmed else "confirmed") + "#n-day",
    )


def _n_day_row(one: NDay) -> NDayRow:
    observable = _("%(count)s observable") % {"count": formats.heads(one.observable)}
    if one.rate is None or one.interval is None:
        reason = _("Nobody's day %(count)s has come yet.") % {"count": one.days}
        return NDayRow(one.days, days_text(one.days), observable, formats.DASH, "", formats.DASH, reason)
    later = formats.rate(one.unbounded_rate or 0.0)
    return NDayRow(one.days, days_text(one.days), observable, formats.rate(one.rate), span(one.interval), later)


def _n_day_finding(frame: Frame, found: Sequence[NDay]) -> tuple[str, ...]:
    known = [one for one in found if one.rate is not None and one.days >= 30]
    if not known:
        return (_("Retention by days of each client"),)
    texts = [
        _("%(rate)s stay %(days)s") % {"rate": formats.rate(one.rate or 0.0), "days": days_text(one.days)}
        for one in (known[0], known[-1])
    ]
    return frame.clauses(*texts) if len(known) > 1 else (texts[0],)

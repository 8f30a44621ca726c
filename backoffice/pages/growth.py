"""Why signed assets grew: the steps of the waterfall, its two drawings, and the finding that heads it.

The finding is computed from the same exact amounts as the drawing and falls back to a plain name.
Points are rounded once each and never forced to add up; the exact amounts stand on hover and in the panel.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from backoffice.charts import waterfall
from backoffice.charts.waterfall import Column, Line, Step, Tick
from backoffice.pages.frame import Frame
from screens import formats
from smart_products.statistics.figures import ENTER_REASONS, Assets, Returns
from smart_products.statistics.queries import Money

MONEY: dict[str, tuple[str, str]] = {
    **{reason: (Money.ENTERED, f"&reason={reason}") for reason in ENTER_REASONS},
    **{money.value: (money, "") for money in (Money.LEFT, Money.MOVED, Money.FLOW, Money.MARKET)},
    "now": (Money.ASSETS, ""),
}
"""The amounts that the steps open to, and what their addresses say beside."""


@dataclass(frozen=True, slots=True)
class StepText:
    """The words of one step: a name, a remark below it, the amount, the exact amount, the points."""

    key: str
    name: str
    remark: str
    amount: str
    exact: str
    points: str
    direction: str
    total: bool
    who: str = ""
    """The amount whose clients the step opens to; empty for the level before."""
    more: str = ""
    """What an address says beside it."""


@dataclass(frozen=True, slots=True)
class Brace:
    """A bracket over some columns with what they come to."""

    path: str
    middle: float
    text: str


@dataclass(frozen=True, slots=True)
class Growth:
    """The waterfall sheet."""

    clauses: tuple[str, ...]
    subtitle: str
    unit: str
    columns: tuple[tuple[Column, StepText], ...]
    lines: tuple[tuple[Line, StepText], ...]
    ticks: tuple[tuple[Tick, str], ...]
    braces: tuple[Brace, ...]
    steps: tuple[StepText, ...]
    wide: waterfall.Wide
    upright: waterfall.Upright
    opening: bool


def own(assets: Assets) -> int:
    """Return the change that clients and money brought: all of it but the market, in fen."""
    return assets.change - assets.market


def steps(assets: Assets) -> list[Step]:
    """Return the steps in the order in which they are told; `moved` only where clients changed slice."""
    entered = assets.entered
    found = [
        Step("before", assets.before, total=True),
        Step("new_client", entered.get("new_client", 0)),
        Step("returned_client", entered.get("returned_client", 0)),
        Step("expanded", entered.get("expanded", 0)),
        Step("left", -assets.left_total),
    ]
    if assets.moved:
        found.append(Step("moved", assets.moved))
    return [
        *found,
        Step("flow", assets.flow),
        Step("market", assets.market),
        Step("now", assets.now, total=True),
    ]


def step_names(frame: Frame) -> dict[str, tuple[str, str]]:
    """Return name and remark of each step."""
    return {
        "before": (_("Before"), frame.since.isoformat()),
        "new_client": (_("New clients"), _("first signing ever")),
        "returned_client": (_("Returned"), _("signed again")),
        "expanded": (_("Expanded"), _("an account added")),
        "left": (_("Left"), _("ended, expired, closed")),
        "moved": (_("Moved"), _("between slices, net")),
        "flow": (_("Net inflow"), _("in less out")),
        "market": (_("Market"), _("prices, dividends, fees")),
        "now": (_("Now"), frame.as_of.isoformat()),
    }


def _texts(frame: Frame, assets: Assets, found: list[Step]) -> list[StepText]:
    names = step_names(frame)
    texts = []
    for step in found:
        written = frame.money(step.amount, signed=not step.total)
        name, remark = names[step.key]
        points = "" if step.key == "before" else formats.points(
            assets.change if step.total else step.amount, assets.before
        )  # fmt: skip
        way = "" if step.total or not step.amount else ("up" if step.amount > 0 else "down")
        behind = MONEY.get(step.key, ("", ""))
        exact = written.exact
        texts.append(StepText(step.key, name, remark, written.text, exact, points or "", way, step.total, *behind))
    return texts


def _brace(frame: Frame, assets: Assets, columns: list[Column], label: str, amount: int) -> Brace:
    first, last = columns[0].x, round(columns[-1].x + columns[-1].width, 1)
    points = formats.points(amount, assets.before)
    words = {"label": label, "amount": str(frame.money(amount, signed=True)), "points": points}
    text = _("%(label)s %(amount)s, %(points)s points") if points else _("%(label)s %(amount)s")
    return Brace(f"M{first} 34V26H{last}V34", round((first + last) / 2, 1), text % words)


def growth(frame: Frame, assets: Assets, returns: Returns) -> Growth:
    """Return the sheet that says why signed assets changed between the two days."""
    found = steps(assets)
    texts = _texts(frame, assets, found)
    drawn = waterfall.wide(found, frame.scale.fen)
    stood = waterfall.upright(found)
    ours = [column for column in drawn.columns if not column.total and column.key != "market"]
    market = [column for column in drawn.columns if column.key == "market"]
    braces = (
        _brace(frame, assets, ours, _("Clients and money"), own(assets)),
        _brace(frame, assets, market, _("Market"), assets.market),
    )
    ticks = tuple((tick, _tick_text(tick.amount, frame)) for tick in drawn.ticks)
    return Growth(
        clauses=finding(frame, assets),
        subtitle=_subtitle(frame, assets, returns),
        unit=frame.scale.word,
        columns=tuple(zip(drawn.columns, texts, strict=True)),
        lines=tuple(zip(stood.lines, texts, strict=True)),
        ticks=ticks,
        braces=braces,
        steps=tuple(texts),
        wide=drawn,
        upright=stood,
        opening=frame.opening,
    )


def _tick_text(fen: int, frame: Frame) -> str:
    text = formats.amount(fen, frame.scale)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _subtitle(frame: Frame, assets: Assets, returns: Returns) -> str:
    words = {
        "before": str(frame.money(assets.before)),
        "now": str(frame.money(assets.now)),
        "unit": frame.scale.word,
    }
    text = _(
        "Signed assets from %(before)s to %(now)s. On each bar the amount (%(unit)s), "
        "below it the points of the assets before; hatched is the market."
    ) % words  # fmt: skip
    if returns.time_weighted is None:
        return text
    twr = _("Time-weighted return %(rate)s.") % {"rate": formats.rate(returns.time_weighted, signed=True)}
    return frame.sentences(text, twr)


def finding(frame: Frame, assets: Assets) -> tuple[str, ...]:
    """Return the title of the waterfall in clauses: how much, and whether clients, money or the market
    did it.
    """
    change, market, mine = assets.change, assets.market, own(assets)
    if frame.opening:
        return (_("Signed assets at the opening"),)
    if change == 0 or (assets.before == 0 and assets.now == 0):
        return (_("Signed assets and why they changed"),)
    words = {
        "amount": str(frame.sized(abs(change))),
        "over": frame.over,
        "own": str(frame.sized(abs(mine))),
        "market": str(frame.sized(abs(market))),
        "own_share": formats.percent(mine / change, digits=0),
        "market_share": formats.percent(market / change, digits=0),
    }
    if change > 0:
        return (_("Up %(amount)s %(over)s,") % words, _rise(mine, market) % words)
    return (_("Down %(amount)s %(over)s,") % words, _fall(mine, market) % words)


def _rise(mine: int, market: int) -> str:
    if market < 0:
        return _("clients and money brought %(own)s, the market took %(market)s")
    if mine < 0:
        return _("all of it from the market: clients and money took %(own)s")
    if mine >= market:
        return _("%(own_share)s%% of it from clients and money")
    return _("%(market_share)s%% of it from the market")


def _fall(mine: int, market: int) -> str:
    if mine > 0:
        return _("the market took %(market)s, clients and money brought %(own)s")
    if market > 0:
        return _("clients and money took %(own)s, the market brought %(market)s")
    if mine <= market:
        return _("%(own_share)s%% of it by clients and money that left")
    return _("%(market_share)s%% of it by the market")

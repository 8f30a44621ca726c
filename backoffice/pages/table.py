"""The rows of the matrix table and of the breakdowns: texts, bars, and the gross, overlap and net at
the foot.

Growth and points are given per node alone; for gross they would count an account several times, so
there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.charts.points import Bar, bars
from backoffice.filters import Filters
from backoffice.pages.frame import Change, Frame, missing, money_change, no_growth_reason, rate_change
from screens import formats
from smart_products.statistics.figures import Assets, MatrixRow, Overlap


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in a table and what stands behind it."""

    text: str
    exact: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it is drawn."""

    code: str
    name: str
    kind: str
    note: str
    address: str
    heads: str
    assets: Cell
    change: Change
    growth: Change
    neutral: Change
    """Growth without the market."""
    bar: Bar
    entered: Cell
    left: Cell
    flow: Cell
    market: Cell
    retention: Cell


@dataclass(frozen=True, slots=True)
class Foot:
    """Gross or overlap: heads, money and its change, and why there is no growth."""

    name: str
    note: str
    heads: str
    assets: Cell
    change: Cell
    why: str


@dataclass(frozen=True, slots=True)
class Table:
    """Groups of rows (a family and its products), then the foot."""

    clauses: tuple[str, ...]
    groups: tuple[tuple[Row, ...], ...]
    feet: tuple[Foot, ...]
    net: Row | None
    unit: str
    moved: bool
    """Whether any row has clients that changed slice, so that the bars show it."""
    cut: bool
    """Whether a bar was too long for the common scale."""


def name_of(row: MatrixRow, frame: Frame) -> str:
    """Return the node's name in the reader's language."""
    return row.name if formats.is_chinese(frame.language) else row.name_en or row.name


def parts(assets: Assets) -> dict[str, float]:
    """Return each term as a fraction of the assets before; nothing where there were none."""
    if assets.before <= 0:
        return {}
    amounts = {
        "entered": assets.entered_total,
        "flow": assets.flow,
        "market": assets.market,
        "moved": assets.moved,
        "left": -assets.left_total,
    }
    return {part: fen / assets.before for part, fen in amounts.items()}


def _points(frame: Frame, fen: int, assets: Assets) -> Cell:
    text = formats.points(fen, assets.before)
    written = formats.money(fen, frame.language, signed=True).exact
    return Cell(formats.DASH, written, no_growth_reason(frame)) if text is None else Cell(text, written)


def _no_neutral(frame: Frame, assets: Assets) -> str:
    if assets.growth is None:
        return no_growth_reason(frame)
    return _("A day of the period had no return that could be measured.")


def _retention(row: MatrixRow) -> Cell:
    first = row.first_sign
    if first.rate is None:
        return Cell(formats.DASH, "", _("No first signings in the period."))
    words = {"retained": formats.heads(first.retained), "clients": formats.heads(first.clients)}
    return Cell(formats.rate(first.rate), _("%(retained)s of %(clients)s clients") % words)


def write(frame: Frame, row: MatrixRow, bar: Bar, *, name: str, address: str, note: str = "") -> Row:
    """Return a row as texts; money in the unit of the page, exact amounts beside it."""
    assets = row.assets
    money = frame.money(assets.now)
    opening = missing(_("There is no earlier day to compare with yet."))
    return Row(
        code=row.node,
        name=name,
        kind=row.kind,
        note=note,
        address=address,
        heads=formats.heads(row.clients.retained),
        assets=Cell(money.text, money.exact),
        change=opening if frame.opening else money_change(frame, assets.change),
        growth=opening if frame.opening else rate_change(assets.growth, no_growth_reason(frame)),
        neutral=opening if frame.opening else rate_change(row.market_neutral_growth, _no_neutral(frame, assets)),
        bar=bar,
        entered=_points(frame, assets.entered_total, assets),
        left=_points(frame, -assets.left_total, assets),
        flow=_points(frame, assets.flow, assets),
        market=_points(frame, assets.market, assets),
        retention=_retention(row),
    )


def table(frame: Frame, rows: Sequence[MatrixRow], overlap: Overlap, filters: Filters) -> Table:
    """Return the matrix table: families, each followed by its products, and net at the foot."""
    drawn = bars([parts(row.assets) for row in rows])
    written: list[Row] = []
    for row, bar in zip(rows, drawn, strict=True):
        note = _("each client once") if row.kind == "family" else ""
        address = filters.address(node=row.node, by="")
        written.append(write(frame, row, bar, name=name_of(row, frame), address=address, note=note))
    groups: list[list[Row]] = []
    for line in written:
        if line.kind == "family" or (line.kind == "product" and not groups):
            groups.append([])
        if line.kind != "matrix":
            groups[-1].append(line)
    products = [row for row in rows if row.kind == "product"]
    matrix = next((line for line in written if line.kind == "matrix"), None)
    return Table(
        clauses=finding(frame, products),
        groups=tuple(tuple(group) for group in groups),
        feet=_feet(frame, overlap, len(products)),
        net=matrix,
        unit=frame.scale.word,
        moved=any(row.assets.moved for row in rows),
        cut=any(bar.cut for bar in drawn),
    )


def _feet(frame: Frame, overlap: Overlap, products: int) -> tuple[Foot, Foot]:
    gross, less = frame.money(overlap.gross_assets), frame.money(-overlap.assets)
    gross_change = frame.money(overlap.gross_assets - overlap.gross_assets_before, signed=True)
    less_change = frame.money(overlap.assets_before - overlap.assets, signed=True)
    none = Cell(formats.DASH, "", _("There is no earlier day to compare with yet."))
    each = overlap.gross_clients / overlap.net_clients if overlap.net_clients else None
    mean = _("%(count)s products a client on average") % {"count": formats.decimal(each)} if each else ""
    counted = ngettext("%(count)s product added up", "%(count)s products added up", products) % {"count": products}
    return (
        Foot(
            _("Gross"), counted, formats.heads(overlap.gross_clients), Cell(gross.text, gross.exact),
            none if frame.opening else Cell(gross_change.text, gross_change.exact),
            _(
                "An account with several products counts several times here, so there is no growth and no "
                "split"
            ),
        ),
        Foot(
            _("Overlap"), _("accounts with several products"), formats.heads(-overlap.clients),
            Cell(less.text, less.exact), none if frame.opening else Cell(less_change.text,
            less_change.exact), mean,
        ),
    )  # fmt: skip


def finding(frame: Frame, products: Sequence[MatrixRow]) -> tuple[str, ...]:
    """Return the title of the table: what doubled or grew fastest, and what shrinks; else a plain name."""
    grown = [(row.assets.growth, name_of(row, frame)) for row in products if row.assets.growth is not None]
    if frame.opening or not grown:
        return (_("Families and products"),)
    comma = "、" if formats.is_chinese(frame.language) else ", "
    ranked = sorted(grown, reverse=True)
    doubled = [name for growth, name in ranked if growth >= 1.0]
    shrinking = [name for growth, name in reversed(ranked) if growth <= -0.001]
    clauses: list[str] = []
    if 0 < len(doubled) <= 2:
        clauses.append(_("%(names)s more than doubled") % {"names": comma.join(doubled)})
    elif len(doubled) > 2:
        text = ngettext("%(count)s product more than doubled", "%(count)s products more than doubled", len(doubled))
        clauses.append(text % {"count": len(doubled)})
    elif len(ranked) > 1 and ranked[0][0] > 0:
        words = {"name": ranked[0][1], "rate": formats.rate(ranked[0][0], signed=True)}
        clauses.append(_("%(name)s grew fastest (%(rate)s)") % words)
    if 0 < len(shrinking) <= 2:
        clauses.append(_("%(names)s shrank") % {"names": comma.join(shrinking)})
    elif len(shrinking) > 2:
        text = ngettext("%(count)s product shrank", "%(count)s products shrank", len(shrinking))
        clauses.append(text % {"count": len(shrinking)})
    if not clauses:
        return (_("Families and products"),)
    return frame.clauses(*clauses)

"""Two sides next to each other: two units, two products, or one scope on two days.

The figures of both stand in two columns with their difference, raw and without the market; their curves stand in one
drawing. The log-rank test is told where the sides hold different clients: on two days they would be the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from backoffice.filters import MATRIX, Filters
from backoffice.pages.choices import Group, Option, anniversary, month_ends, on_or_before
from backoffice.pages.frame import Change, Frame, direction, missing, rate_change
from backoffice.pages.headline import headline
from backoffice.pages.matrix import Surroundings, frame_of, main_row
from backoffice.pages.panels import Definitions, Panel, panels
from backoffice.pages.product.head import CodedNode, Head, chart_panel, head, node_text, setting
from backoffice.pages.product.tenure import Side, Tenure, days_text, tenure
from backoffice.pages.product.triangle import span
from backoffice.scope import place, scope
from core.money import yuan
from screens import formats
from screens.tables import Entry, Table
from smart_products.statistics.figures import MatrixRow
from smart_products.statistics.queries import Matrix, Standing
from smart_products.statistics.retention import Retention
from smart_products.statistics.survival import logrank

SHEET = (
    "as_of", "version", "node", "unit", "retained_clients", "first_sign_clients", "first_sign_retained",
    "first_sign_rate", "retention_180", "median_tenure_days", "signed_assets", "growth", "market_neutral_growth",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """What the domain answered about one side."""

    filters: Filters
    standing: Standing
    retention: Retention

    @property
    def row(self) -> MatrixRow:
        """Return the row of the side's node."""
        return self.standing.row


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of one side: its text, and what stands below it."""

    text: Change
    under: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of both sides and the difference, the first less the second."""

    key: str
    name: str
    values: tuple[Value, ...]
    difference: Change


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two sides as they are drawn."""

    names: tuple[str, ...]
    heads: tuple[tuple[str, str], ...]
    """The name of each side, and the address of its page."""
    remark: str
    lines: tuple[Line, ...]
    tenure: Tenure


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Everything the template draws; without a second side there is nothing to compare yet."""

    head: Head
    sides: tuple[Group, ...]
    comparison: Comparison | None
    panels: tuple[Panel, ...]
    definitions: tuple[Definitions, ...]


def page(
    matrix: Matrix, seen: Sequence[Seen], nodes: Sequence[CodedNode], filters: Filters, around: Surroundings
) -> ComparePage:
    """Return the page of one scope with the two sides to compare, the first being its own; none without a choice."""
    row = main_row(matrix, filters.node)
    frame = frame_of(matrix, row, around.days, around.language)
    figures = headline(frame, row, matrix.line)
    top = head(frame, row, filters, around, matrix.publication, matrix.versions)
    shared = setting(frame, filters, around, top.title, matrix.publication, matrix.versions)
    names = {one.code: node_text(one, around.language) for one in nodes}
    return ComparePage(
        head=top,
        sides=sides(nodes, filters, around, matrix.as_of),
        comparison=comparison(frame, seen[0], seen[1], names, around) if seen else None,
        panels=tuple(panels(shared, row, figures)),
        definitions=(chart_panel(shared, row, "tenure"),),
    )


def sides(nodes: Iterable[CodedNode], filters: Filters, around: Surroundings, as_of: date) -> tuple[Group, ...]:
    """Return what one can compare with: other units in sight, other nodes, and earlier days."""
    chosen = filters.versus
    unit = around.scope.unit.code
    offered: list[tuple[str, list[tuple[str, str]]]] = [
        (
            _("Units"),
            [(f"unit.{one.code}", place(one, around.language).name) for one in around.units if one.code != unit],
        ),
        (
            _("Products"),
            [
                (f"node.{one.code}", node_text(one, around.language))
                for one in nodes
                if one.code != (filters.node or MATRIX)
            ],
        ),
        (_("Days"), [(f"as_of.{day.isoformat()}", text) for day, text in _days(around, as_of)]),
    ]
    groups = [Group("", (Option("", _("nothing yet"), not chosen),))]
    for name, pairs in offered:
        if pairs:
            groups.append(Group(name, tuple(Option(value, text, value == chosen) for value, text in pairs)))
    return tuple(groups)


def _days(around: Surroundings, as_of: date) -> list[tuple[date, str]]:
    """Return the day a year earlier and the month ends before the page's day, the latest first."""
    earlier = [day for day in around.days if day < as_of]
    found = list(reversed(month_ends(earlier)))
    year = on_or_before(earlier, anniversary(as_of))
    days = [year, *(day for day in found if day != year)] if year else found
    return [(day, formats.day_with_weekday(day, around.language)) for day in days]


def name_of_side(one: Seen, other: Seen, names: Mapping[str, str], around: Surroundings) -> str:
    """Return what tells a side from the other: its unit, its node or its day."""
    mine, theirs = one.filters, other.filters
    if mine.node != theirs.node:
        return names.get(mine.node or MATRIX, mine.node or MATRIX)
    if one.standing.as_of != other.standing.as_of:
        return one.standing.as_of.isoformat()
    code = one.row.unit
    return next((place(unit, around.language).name for unit in around.units if unit.code == code), code)


def comparison(frame: Frame, one: Seen, other: Seen, names: Mapping[str, str], around: Surroundings) -> Comparison:
    """Return the sheet of two sides."""
    called = (name_of_side(one, other, names, around), name_of_side(other, one, names, around))
    curves = (one.retention.survival, other.retention.survival)
    same = one.standing.as_of != other.standing.as_of
    test = None if same else logrank(curves[0].lengths, curves[1].lengths)
    return Comparison(
        names=called,
        heads=tuple(zip(called, (seen.filters.address(versus=None) for seen in (one, other)), strict=True)),
        remark=_remark(one, other, around),
        lines=tuple(_lines(frame, one, other)),
        tenure=tenure(frame, [Side(name, curve) for name, curve in zip(called, curves, strict=True)], test),
    )


def sheet(seen: Sequence[Seen]) -> Table:
    """Return a line for each side: counts, exact yuan, shares as they are."""
    lines: list[Sequence[Entry]] = []
    for one in seen:
        row, first = one.row, one.retention.first_sign
        median = one.retention.survival.median_days
        lines.append([
            one.standing.as_of.isoformat(), one.standing.version, row.node, row.unit,
            row.clients.retained, first.clients, first.retained, first.rate,
            first.rate_180, "" if median is None else median, yuan(row.assets.now),
            row.assets.growth, row.market_neutral_growth,
        ])  # fmt: skip
    return Table(SHEET, lines)


def _remark(one: Seen, other: Seen, around: Surroundings) -> str:
    """Return how the difference is to be read."""
    if one.standing.as_of != other.standing.as_of:
        return _("Both days hold the same clients in part, so no test of the curves is told.")
    if one.filters.node != other.filters.node:
        return _("A client with both products counts on both sides; the test takes the two for independent.")
    codes = (one.row.unit, other.row.unit)
    if any(codes[0] in _above(code, around) and codes[1] in _above(code, around) for code in codes):
        return _("One side lies within the other, so the true difference is larger than the one shown.")
    return ""


def _above(code: str, around: Surroundings) -> set[str]:
    """Return the codes of a unit and of all above it."""
    return {place.code for place in scope(around.units, code, around.language).path}


def _lines(frame: Frame, one: Seen, other: Seen) -> list[Line]:
    rows = (one.row, other.row)
    first = (one.retention.first_sign, other.retention.first_sign)
    spans = [span(each.interval) if each.interval else "" for each in first]
    neutral = [row.market_neutral_growth for row in rows]
    return [
        _heads([row.clients.retained for row in rows]),
        _shares("first-sign", _("First-sign retention"), [each.rate for each in first], spans),
        _shares("first-sign", _("180-day retention"), [each.rate_180 for each in first], ["", ""]),
        _tenures([seen.retention.survival.median_days for seen in (one, other)]),
        _assets(frame, [row.assets.now for row in rows]),
        _growths(_("Growth of signed assets"), [row.assets.growth for row in rows]),
        _growths(_("Growth without the market"), neutral),
    ]


def _heads(counts: Sequence[int]) -> Line:
    values = tuple(Value(Change(formats.heads(count), "")) for count in counts)
    less = counts[0] - counts[1]
    return Line("retained", _("Retained clients"), values, Change(formats.heads(less, signed=True), ""))


def _assets(frame: Frame, amounts: Sequence[int]) -> Line:
    written = [frame.sized(amount) for amount in amounts]
    values = tuple(Value(Change(str(one), "", one.exact)) for one in written)
    less = frame.sized(amounts[0] - amounts[1], signed=True)
    return Line("signed-assets", _("Signed assets"), values, Change(str(less), "", less.exact))


def _shares(key: str, name: str, rates: Sequence[float | None], spans: Sequence[str]) -> Line:
    values = tuple(Value(_share(rate), below) for rate, below in zip(rates, spans, strict=True))
    return Line(key, name, values, _points(rates, coloured=False))


def _share(rate: float | None) -> Change:
    return missing(_("It can not be told on this side.")) if rate is None else Change(formats.rate(rate), "")


def _growths(name: str, rates: Sequence[float | None]) -> Line:
    values = tuple(Value(rate_change(rate, _("It can not be told on this side."))) for rate in rates)
    return Line("growth", name, values, _points(rates, coloured=True))


def _points(rates: Sequence[float | None], *, coloured: bool) -> Change:
    first, second = rates
    if first is None or second is None:
        return missing(_("One of the sides can not be told."))
    text = _("%(points)s points") % {"points": formats.percent(first - second, signed=True)}
    return Change(text, direction(round(first - second, 3)) if coloured else "")


def _tenures(medians: Sequence[int | None]) -> Line:
    still = _("More than half of the spells are still in force.")
    values = tuple(Value(missing(still) if days is None else Change(days_text(days), "")) for days in medians)
    first, second = medians
    if first is None or second is None:
        return Line("tenure", _("Median tenure"), values, missing(still))
    return Line("tenure", _("Median tenure"), values, Change(formats.heads(first - second, signed=True), ""))

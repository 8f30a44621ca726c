"""Where clients went over a period: who stayed, who left for another product or for none, and who came from where.

Each person counts once in a group and may stand in several pairs of products, so pairs never add up and no code adds
them. For a product its pairs stand in a list; for a family or the whole matrix in a square, from a row to a column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from backoffice.charts.heat import Heat, heat
from backoffice.filters import MATRIX, Filters
from backoffice.pages.frame import Frame
from backoffice.pages.matrix import Surroundings
from backoffice.pages.panels import Definitions
from backoffice.pages.product.head import Head, chart_panel, head, node_text, plain_frame, setting
from backoffice.pages.product.triangle import HeatCell
from screens import formats
from screens.tables import Entry, Table
from smart_products.statistics.figures import ratio
from smart_products.statistics.overlap import Pairs, TransitionRow
from smart_products.statistics.queries import PublicationView, Transitions, Who

SHEET = (
    "since", "as_of", "unit", "tier", "channel", "from", "to", "transitions", "shared_clients",
)  # fmt: skip
WAYS = ("stayed", "switched_out", "kept_others", "outside", "switched_in", "added", "from_outside")
"""The groups of a node's clients; in the sheet they stand as what they come `from` or go `to`."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of clients: how many, and their share of those at the start or at the end."""

    name: str
    count: str
    share: str
    kind: str = ""
    """`child` for a part of the line above, `total` for the last line."""
    who: str = ""
    """The count whose clients it opens to."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What a product exchanged with another one, and what they share at the end."""

    name: str
    address: str
    went: str
    came: str
    net: str
    shared: str
    went_address: str
    """Of the clients who went there; as a query string, like the two below."""
    came_address: str
    shared_address: str


@dataclass(frozen=True, slots=True)
class SquareRow:
    """A row of a square, with those who went nowhere else at its end."""

    name: str
    address: str
    cells: tuple[HeatCell, ...]
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Square:
    """Pairs of products as a heat map."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[SquareRow, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """The sheet of moves."""

    clauses: tuple[str, ...]
    period: str
    went: tuple[Group, ...]
    came: tuple[Group, ...]
    pairs: tuple[Pair, ...]
    squares: tuple[Square, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class MovesPage:
    """The sheet as a page of its own."""

    head: Head
    moves: Moves
    definitions: tuple[Definitions, ...]


def page(found: Transitions, versions: Sequence[PublicationView], filters: Filters, around: Surroundings) -> MovesPage:
    """Return the page for the transitions of a period."""
    frame, row, shown = plain_frame(filters, around), row_of(found, filters), found.shared.publication
    top = head(frame, row.node, filters, around, shown, versions)
    top = replace(top, choices=replace(top.choices, bases=()))
    shared = setting(frame, filters, around, top.title, shown, versions)
    return MovesPage(top, moves(found, filters, around), (chart_panel(shared, None, "moves"),))


def row_of(found: Transitions, filters: Filters) -> TransitionRow:
    """Return the row of the node that is asked for; UnknownScope was raised before where there is none."""
    code = filters.node or MATRIX
    return next((row for row in found.rows if row.node.code == code), found.total)


def moves(found: Transitions, filters: Filters, around: Surroundings) -> Moves:
    """Return the sheet for one node."""
    row, frame = row_of(found, filters), plain_frame(filters, around)
    products = [one for one in found.rows if one.node.kind == "product"]
    inside = [one for one in products if row.node.kind == "matrix" or one.node.family == row.node.family]
    alone = row.node.kind == "product"
    period = {"since": found.since.isoformat(), "until": found.shared.as_of.isoformat()}
    remark = _("One person can go to several products, so the pairs do not add up; each group counts a person once.")
    if not alone:
        words = {"count": formats.heads(found.switched)}
        remark = frame.sentences(remark, _("%(count)s persons changed products in the whole matrix.") % words)
    return Moves(
        clauses=finding(frame, row),
        period=_("%(since)s to %(until)s.") % period,
        went=_went(row, around),
        came=_came(row),
        pairs=_pairs(row, products, found, filters, around) if alone else (),
        squares=() if alone else _squares(inside, products, found, filters, around),
        remark=remark,
    )


def finding(frame: Frame, row: TransitionRow) -> tuple[str, ...]:
    """Return the title: what became of those who left; else a plain name."""
    if not row.left:
        return (_("Where clients went"),)
    if row.node.kind == "matrix":
        share = formats.rate(row.left / row.before)
        return (_("%(share)s of the clients at the start are in no product any more") % {"share": share},)
    left = _("Of the %(count)s who left") % {"count": formats.heads(row.left)}
    share = formats.rate(row.outside / row.left, digits=0)
    return frame.clauses(left, _("%(share)s are in no product any more") % {"share": share})


def _group(name: str, count: int, whole: int, kind: str = "", who: str = "") -> Group:
    share = ratio(count, whole)
    return Group(name, formats.heads(count), formats.DASH if share is None else formats.rate(share), kind, who)


def _went(row: TransitionRow, around: Surroundings) -> tuple[Group, ...]:
    whole = row.before
    total = _group(_("At the start"), whole, whole, "total")
    if row.node.kind == "matrix":
        stay, gone = _("Still in a product"), _("In no product any more")
        return _group(stay, row.stayed, whole, who=Who.STAYED), _group(gone, row.left, whole, who=Who.LEFT), total
    name = {"name": node_text(row.node, around.language)}
    return (
        _group(_("Still in %(name)s") % name, row.stayed, whole, who=Who.STAYED),
        _group(_("Left %(name)s") % name, row.left, whole, who=Who.LEFT),
        _group(_("switched to another product"), row.switched_out, whole, "child", Who.SWITCHED_OUT),
        _group(_("kept only others they had"), row.kept_others, whole, "child", Who.KEPT_OTHERS),
        _group(_("in no product any more"), row.outside, whole, "child", Who.OUTSIDE),
        total,
    )


def _came(row: TransitionRow) -> tuple[Group, ...]:
    whole = row.stayed + row.came
    stayed, total = _group(_("There from the start"), row.stayed, whole), _group(_("At the end"), whole, whole, "total")
    if row.node.kind == "matrix":
        return stayed, _group(_("Came from no product"), row.came, whole, who=Who.CAME), total
    return (
        stayed,
        _group(_("Came"), row.came, whole, who=Who.CAME),
        _group(_("switched from another product"), row.switched_in, whole, "child", Who.SWITCHED_IN),
        _group(_("added to what they had"), row.added, whole, "child", Who.ADDED),
        _group(_("from no product"), row.from_outside, whole, "child", Who.FROM_OUTSIDE),
        total,
    )


def _pairs(
    row: TransitionRow, products: Sequence[TransitionRow], found: Transitions, filters: Filters, around: Surroundings
) -> tuple[Pair, ...]:
    number = row.node.number
    lines = []
    for other in products:
        theirs = other.node.number
        went, came = found.pairs.get((number, theirs), 0), found.pairs.get((theirs, number), 0)
        shared = found.shared.pairs.get((number, theirs), 0)
        if theirs != number and (went or came or shared):
            lines.append((went + came, other, went, came, shared))
    return tuple(
        Pair(
            node_text(other.node, around.language), filters.address(node=other.node.code), formats.heads(went),
            formats.heads(came), formats.heads(came - went, signed=True), formats.heads(shared),
            _pair_address(filters, row, other), _pair_address(filters, other, row), _pair_address(filters, row, other),
        )
        for _size, other, went, came, shared in sorted(lines, key=lambda line: -line[0])
    )  # fmt: skip


def _pair_address(filters: Filters, one: TransitionRow, other: TransitionRow) -> str:
    return f"{filters.address(node=one.node.code)}&{urlencode({'other': other.node.code})}"


def _squares(
    inside: Sequence[TransitionRow],
    products: Sequence[TransitionRow],
    found: Transitions,
    filters: Filters,
    around: Surroundings,
) -> tuple[Square, ...]:
    names = tuple(node_text(one.node, around.language) for one in products)
    went = _square(Who.TRANSITIONS, inside, products, found.pairs, filters, around, [one.before for one in inside])
    shared_rows = {row.node.number: row.retained for row in found.shared.rows}
    whole = [shared_rows.get(one.node.number, 0) for one in inside]
    both = _square(Who.SHARED, inside, products, found.shared.pairs, filters, around, whole)
    ends = [(formats.heads(one.kept_others), formats.heads(one.outside)) for one in inside]
    return (
        Square(
            _("From a product (row) to another (column), clients"),
            (*names, _("kept others"), _("no product")),
            tuple(SquareRow(*line, end) for line, end in zip(went, ends, strict=True)),
        ),
        Square(_("Clients that two products share at the end"), names, tuple(SquareRow(*line, ()) for line in both)),
    )


def _square(
    who: Who,
    inside: Sequence[TransitionRow],
    products: Sequence[TransitionRow],
    pairs: Pairs,
    filters: Filters,
    around: Surroundings,
    whole: Sequence[int],
) -> list[tuple[str, str, tuple[HeatCell, ...]]]:
    """Return name, address and cells of each row; the heat is the share of the row's own clients."""
    scale = heat(
        pairs.get((one.node.number, other.node.number), 0) / total
        for one, total in zip(inside, whole, strict=True)
        for other in products
        if other is not one and total
    )
    return [
        (
            node_text(one.node, around.language),
            filters.address(node=one.node.code),
            tuple(_pair_cell(who, one, other, pairs, total, scale, filters) for other in products),
        )
        for one, total in zip(inside, whole, strict=True)
    ]


def _pair_cell(
    who: Who, one: TransitionRow, other: TransitionRow, pairs: Pairs, whole: int, scale: Heat, filters: Filters
) -> HeatCell:
    if other is one or not whole:
        return HeatCell()
    count = pairs.get((one.node.number, other.node.number), 0)
    exact = _("%(rate)s of the clients of this row") % {"rate": formats.rate(count / whole)}
    opens = {"who": who.value, "address": _pair_address(filters, one, other)} if count else {}
    return HeatCell(formats.heads(count), "", scale.step(count / whole), exact, **opens)


def sheet(found: Transitions) -> Table:
    """Return a line for each pair of products, and one for each group of each node."""
    both = found.shared
    scope: list[Entry] = [
        found.since.isoformat(), both.as_of.isoformat(), both.unit, both.tier or "", both.channel or "",
    ]  # fmt: skip
    codes = {row.node.number: row.node.code for row in found.rows}
    lines: list[Sequence[Entry]] = [
        [*scope, codes[one], codes[other], found.pairs.get((one, other), 0), both.pairs.get((one, other), 0)]
        for one, other in sorted({*found.pairs, *both.pairs})
    ]
    for row in found.rows:
        for way in WAYS:
            comes = way in WAYS[4:]
            ends = (way, row.node.code) if comes else (row.node.code, way)
            lines.append([*scope, *ends, getattr(row, way), ""])
    return Table(SHEET, lines)

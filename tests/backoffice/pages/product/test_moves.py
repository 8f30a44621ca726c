"""Moves of clients: groups that add up, pairs that do not, squares for what holds several products."""

from __future__ import annotations

from django.utils import translation

from backoffice.filters import Filters
from backoffice.pages.matrix import Surroundings
from backoffice.pages.product.moves import Moves, moves, sheet
from backoffice.scope import scope
from screens.tables import csv_text
from smart_products.statistics.nodes import NodeName
from smart_products.statistics.overlap import SharedRow, TransitionRow
from smart_products.statistics.queries import Shared, Transitions
from tests.backoffice import samples

MATRIX = NodeName(0, "matrix", "matrix", "", "matrix", "matrix")
TRADE = NodeName(1001, "family", "trade", "trade", "智能交易", "Smart trading")
COND = NodeName(1, "product", "cond", "trade", "条件单", "Conditional orders")
GRID = NodeName(2, "product", "grid", "trade", "网格交易", "Grid trading")
FUND = NodeName(3, "product", "fund", "advice", "基金投顾", "Fund advisory")


def transitions() -> Transitions:
    rows = (
        TransitionRow(MATRIX, stayed=80, outside=20, from_outside=30),
        TransitionRow(TRADE, 60, 2, 3, 5, 1, 4, 10),
        TransitionRow(COND, 30, 6, 4, 10, 5, 5, 20),
        TransitionRow(GRID, 40, 5, 1, 2, 6, 2, 9),
        TransitionRow(FUND),
    )
    pairs = {(1, 2): 6, (2, 1): 5, (1, 3): 1}
    shared = Shared(
        samples.AS_OF, samples.matrix().publication, "HQ", None, None,
        tuple(SharedRow(row.node, row.stayed + row.came) for row in rows),
        {(1, 2): 12, (2, 1): 12},
    )  # fmt: skip
    return Transitions(samples.SINCE, rows, pairs, 11, shared)


def draw(node: str | None) -> Moves:
    filters = Filters(as_of=samples.AS_OF, node=node)
    around = Surroundings(samples.DAYS, scope(samples.UNITS, None, "en"), {}, {}, "en", samples.UNITS)
    with translation.override("en"):
        return moves(transitions(), filters, around)


def test_a_product_shows_its_groups_and_what_it_exchanged_with_others() -> None:
    drawn = draw("cond")
    assert drawn.clauses == ("Of the 20 who left,", "50% are in no product any more")
    counts = [int(group.count) for group in drawn.went]
    assert counts == [30, 20, 6, 4, 10, 50]
    assert counts[1] == sum(counts[2:5])
    assert counts[0] + counts[1] == counts[5]
    assert [int(group.count) for group in drawn.came] == [30, 30, 5, 5, 20, 60]
    assert [(pair.name, pair.went, pair.came, pair.net, pair.shared) for pair in drawn.pairs] == [
        ("Grid trading", "6", "5", "−1", "12"),
        ("Fund advisory", "1", "0", "−1", "0"),
    ]
    assert drawn.squares == ()


def test_a_family_shows_squares_from_its_own_products_to_all() -> None:
    went, shared = draw("trade").squares
    assert [row.name for row in went.rows] == ["Conditional orders", "Grid trading"]
    assert went.columns[-2:] == ("kept others", "no product")
    assert [cell.text for cell in went.rows[0].cells] == ["", "6", "1"]
    assert went.rows[0].ends == ("4", "10")
    assert [cell.text for cell in shared.rows[1].cells] == ["12", "", "0"]


def test_the_whole_tells_who_is_in_no_product_and_how_many_changed() -> None:
    drawn = draw(None)
    assert drawn.clauses == ("20.0% of the clients at the start are in no product any more",)
    assert [group.count for group in drawn.went] == ["80", "20", "100"]
    assert len(drawn.squares[0].rows) == 3
    assert drawn.remark.endswith("11 persons changed products in the whole matrix.")


def test_nobody_at_all_is_told_without_a_share() -> None:
    drawn = draw("fund")
    assert drawn.clauses == ("Where clients went",)
    assert drawn.went[0].share == "—"


def test_the_sheet_holds_every_pair_and_every_group() -> None:
    written = csv_text(sheet(transitions())).splitlines()
    assert "2023-12-29,2024-12-31,HQ,,,cond,grid,6,12" in written
    assert "2023-12-29,2024-12-31,HQ,,,cond,outside,10," in written
    assert "2023-12-29,2024-12-31,HQ,,,from_outside,grid,9," in written
    assert len(written) == 1 + 3 + 5 * 7

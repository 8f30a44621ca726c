"""What a search finds among units and products, in which order, and where a match leads."""

from __future__ import annotations

from datetime import date

from accounts.queries import UnitNode
from backoffice.filters import Filters
from backoffice.pages import search
from smart_products.statistics.nodes import NodeName

UNITS = [
    UnitNode(1, "HQ", "headquarters", "总部", "Headquarters", None),
    UnitNode(2, "B1", "branch", "广州分公司", "Guangzhou", 1),
    UnitNode(3, "B1-1", "outlet", "天河营业部", "Tianhe", 2),
    UnitNode(4, "B1-2", "outlet", "新广州营业部", "", 2),
]
NODES = [
    NodeName(0, "matrix", "matrix", "", "matrix", "matrix"),
    NodeName(1, "family", "trading", "trading", "智能交易", "Smart trading"),
    NodeName(2, "product", "grid", "trading", "网格交易", "Grid trading"),
]


def find(words: str, *, language: str = "zh-hans", filters: Filters | None = None) -> search.Search:
    return search.search(words, UNITS, NODES, filters or Filters(), language)


def test_names_in_both_languages_and_codes_are_found_whatever_their_case() -> None:
    assert [match.name for match in find("tianhe").matches] == ["天河营业部"]
    assert [match.name for match in find("TRADING", language="en").matches] == ["Smart trading", "Grid trading"]
    assert [match.code for match in find("b1-").matches] == ["B1-1", "B1-2"]


def test_what_starts_with_the_words_stands_before_what_holds_them() -> None:
    assert [match.code for match in find("广州").matches] == ["B1", "B1-2"]
    assert [match.code for match in find("b1").matches] == ["B1", "B1-1", "B1-2"]


def test_a_match_says_where_it_belongs_and_keeps_the_other_choices() -> None:
    chosen = Filters(as_of=date(2024, 12, 16), tier="t2", by="tier")
    (unit,) = find("天河", filters=chosen).matches
    assert (unit.place, unit.page, unit.address) == (
        "总部 › 广州分公司",
        "matrix",
        "?as_of=2024-12-16&unit=B1-1&tier=t2",
    )
    (product,) = find("网格", filters=chosen).matches
    assert (product.place, product.page, product.address) == (
        "智能交易",
        "product",
        "?as_of=2024-12-16&tier=t2&node=grid",
    )


def test_no_words_and_no_match_find_nothing() -> None:
    assert find("  ").matches == ()
    assert find("nowhere") == search.Search("nowhere", (), 0)
    assert find("matrix").matches == ()


def test_too_many_matches_are_counted() -> None:
    many = [UnitNode(number, f"U{number}", "outlet", f"营业部{number}", "", None) for number in range(1, 31)]
    found = search.search("营业部", many, (), Filters(), "zh-hans")
    assert (len(found.matches), found.more, found.only) == (20, 10, None)

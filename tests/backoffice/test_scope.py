"""The way down from headquarters, cut to what a reader may see."""

from __future__ import annotations

import pytest

from accounts.queries import UnitNode
from backoffice.scope import NoUnits, UnknownUnit, scope

TREE = [
    UnitNode(1, "HQ", "headquarters", "总部", "Headquarters", None),
    UnitNode(2, "B1", "branch", "广州分公司", "Guangzhou", 1),
    UnitNode(3, "B1-1", "outlet", "天河营业部", "", 2),
    UnitNode(4, "B1-2", "outlet", "越秀营业部", "Yuexiu", 2),
    UnitNode(5, "B2", "branch", "深圳分公司", "Shenzhen", 1),
]


def test_without_a_choice_the_highest_visible_unit_is_shown() -> None:
    found = scope(TREE, None, "zh-hans")
    assert (found.unit.code, found.child_level, found.branches, found.outlets) == ("HQ", "branch", 2, 2)


def test_the_path_leads_from_the_top_to_the_choice() -> None:
    found = scope(TREE, "B1-1", "zh-hans")
    assert [place.name for place in found.path] == ["总部", "广州分公司", "天河营业部"]
    assert found.children == ()


def test_a_branch_manager_starts_at_the_branch_and_sees_no_other() -> None:
    mine = TREE[1:4]
    assert [place.code for place in scope(mine, "B1-2", "en").path] == ["B1", "B1-2"]
    for code in ("HQ", "B2", "nowhere"):
        with pytest.raises(UnknownUnit):
            scope(mine, code, "en")


def test_a_missing_english_name_falls_back_to_the_chinese_one() -> None:
    assert scope(TREE, "B1-1", "en").unit.name == "天河营业部"
    assert scope(TREE, "B1-2", "en").unit.name == "Yuexiu"


def test_nobody_without_units() -> None:
    with pytest.raises(NoUnits):
        scope([], None, "en")

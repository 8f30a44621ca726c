"""Names by their sound, and how covered fields look."""

from __future__ import annotations

import pytest

from accounts.masking import covered, reads_in_full
from accounts.roles import MEANINGS, Area, Field, opening, reading
from accounts.rules import Role
from accounts.spelling import LONGEST, folded, spell


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("张三", "zhangsan", "zs"),
        ("欧阳志远", "ouyangzhiyuan", "oyzy"),
        ("曾小明", "zengxiaoming", "zxm"),
        ("单于飞", "chanyufei", "cyf"),
        ("单田芳", "shantianfang", "stf"),
        ("小单", "xiaodan", "xd"),
        ("吕布", "lvbu", "lb"),
        ("Anna Li", "annali", "al"),
        ("阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"),
        ("李A", "lia", "la"),
        ("", "", ""),
        ("···", "", ""),
    ],
)
def test_a_name_by_its_sound(name: str, pinyin: str, initials: str) -> None:
    assert spell(name) == (pinyin, initials)


def test_no_name_is_too_long_for_the_index() -> None:
    assert len(spell("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 200).pinyin) == LONGEST


def test_words_are_compared_without_spaces_case_and_width() -> None:
    assert folded(" ＺＨＡＮＧ  san's") == "zhangsans"


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        (Field.NAME, "欧阳志远", "欧**"),
        (Field.NAME, "", ""),
        (Field.MOBILE, "13812345678", "138****5678"),
        (Field.MOBILE, "12345", "****"),
        (Field.EMAIL, "li.na@example.com", "l***@example.com"),
    ],
)
def test_a_covered_field(field: Field, value: str, shown: str) -> None:
    assert covered(field, value) == shown


def test_who_reads_a_field_in_full_is_said_by_the_table() -> None:
    assert {role for role in opening(Area.CLIENTS) if not reads_in_full({role}, Field.NAME)} == {
        "head_office_manager",
        "branch_manager",
        "auditor",
    }
    assert all(reading(field) <= opening(Area.CLIENTS) | {Role.CLIENT} for field in Field)
    for role, meaning in MEANINGS.items():
        masked = "stay masked" in str(meaning.sentence)
        assert not (masked and role in reading(Field.NAME)), "the sentence says what the table says"
    assert not reads_in_full(set(), Field.NAME)
    assert reads_in_full({"branch_manager", "adviser"}, Field.NAME), "any of several roles is enough"

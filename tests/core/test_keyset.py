"""Pages of a long list by their place: each row once, forward and back, and no place but a true one."""

from __future__ import annotations

import json

import pytest

from accounts.models import Unit
from accounts.operations import UnitRow, merge_units
from core.keyset import BadPlace, cut
from tests.accounts.organisation import AT, BY, FIRST

pytestmark = pytest.mark.django_db

CODES = [f"U{number:02d}" for number in range(23)]


def units() -> None:
    merge_units(
        source="core", upserts=[UnitRow(code, FIRST, None, "headquarters", code) for code in CODES], by=BY, at=AT
    )


@pytest.mark.parametrize(("order", "codes"), [(("source", "code"), CODES), (("-source", "-code"), CODES[::-1])])
def test_every_row_once_forward_and_back(order: tuple[str, ...], codes: list[str]) -> None:
    units()
    page = cut(Unit.objects.all(), order, size=5)
    assert page.before == ""
    walked = [page]
    while walked[-1].after:
        walked.append(cut(Unit.objects.all(), order, size=5, after=walked[-1].after))
    assert [row.code for one in walked for row in one.rows] == codes
    back = [walked[-1]]
    while back[-1].before:
        back.append(cut(Unit.objects.all(), order, size=5, before=back[-1].before))
    assert [[row.code for row in one.rows] for one in back[::-1]] == [
        codes[:5],
        *([row.code for row in one.rows] for one in walked[1:]),
    ]
    assert back[-1].after, "one can turn round"


def test_a_page_that_just_fits_has_no_other() -> None:
    units()
    page = cut(Unit.objects.all(), ("source", "code"), size=len(CODES))
    assert (len(page.rows), page.before, page.after) == (len(CODES), "", "")
    assert cut(Unit.objects.none(), ("source", "code"), size=5).rows == []


NOT_PLACES = (
    *("x", "[]", '["core"]', '["core","U01","more"]', '{"a":1}', "7"),
    *('["core",{}]', '["\\u0000","U01"]', "[" * 90_000),
)


@pytest.mark.parametrize("many", [0, 1_000], ids=["looked-for-near", "said"])
@pytest.mark.parametrize("every", [1, 2, 7, 30], ids=["all", "dense", "few", "one"])
def test_rows_of_keys_alone_however_they_are_found(monkeypatch: pytest.MonkeyPatch, many: int, every: int) -> None:
    """Whether they are looked for near the place, or all said to the database, makes no difference."""
    monkeypatch.setattr("core.keyset.MANY", many)
    units()
    chosen = Unit.objects.filter(code__in=CODES[::every])
    keys, order = sorted(chosen.values_list("pk", flat=True)), ("source", "code")
    walked = [cut(Unit.objects.all(), order, size=2, keys=keys)]
    while walked[-1].after:
        walked.append(cut(Unit.objects.all(), order, size=2, after=walked[-1].after, keys=keys))
    assert [row.code for one in walked for row in one.rows] == CODES[::every]
    back = [walked[-1]]
    while back[-1].before:
        back.append(cut(Unit.objects.all(), order, size=2, before=back[-1].before, keys=keys))
    assert [row.code for one in back[::-1] for row in one.rows] == CODES[::every]


@pytest.mark.parametrize("place", NOT_PLACES, ids=range(len(NOT_PLACES)))
def test_what_is_no_place_is_refused(place: str) -> None:
    with pytest.raises(BadPlace):
        cut(Unit.objects.all(), ("source", "code"), size=5, after=place)


def test_a_place_is_of_the_columns_own_type() -> None:
    with pytest.raises(BadPlace):
        cut(Unit.objects.all(), ("id",), size=5, after=json.dumps(["one"]))

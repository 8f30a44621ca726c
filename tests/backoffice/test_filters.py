"""The address holds the choices: read and written back it is the same, and a bad one is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.filters import BREAKDOWNS, BadAddress, Filters, read

CODES = st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=20)
FILTERS = st.builds(
    Filters,
    as_of=st.none() | st.dates(),
    since=st.none() | st.dates(),
    unit=CODES,
    tier=CODES,
    channel=CODES,
    node=CODES,
    version=st.none() | st.integers(1, 10**6),
    by=st.sampled_from(["", *BREAKDOWNS]),
    basis=st.sampled_from(["", "confirmed"]),
    show=st.sampled_from(["", "assets"]),
    cohorts=st.sampled_from(["", "all"]),
    order=st.sampled_from(["", "rate"]),
    versus=CODES,
)


@given(FILTERS)
def test_an_address_reads_back_to_the_same_choices(chosen: Filters) -> None:
    assert read(dict(parse_qsl(chosen.address().removeprefix("?")))) == chosen


def test_a_change_touches_only_its_own_part() -> None:
    chosen = Filters(as_of=date(2024, 12, 31), unit="B1")
    assert chosen.address(unit="B2") == "?as_of=2024-12-31&unit=B2"
    assert chosen.address(unit=None) == "?as_of=2024-12-31"


@pytest.mark.parametrize(
    "query",
    [
        {"as_of": "yesterday"}, {"since": "2024-13-01"}, {"version": "0"}, {"version": "-1"},
        {"version": "२"},
        {"version": "9" * 40}, {"unit": "x" * 101}, {"node": "a\0b"}, {"by": "client"},
        {"basis": "both"}, {"show": "all"},
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(BadAddress):
        read(query)


def test_the_other_side_differs_in_one_thing_alone() -> None:
    chosen = Filters(as_of=date(2024, 12, 31), since=date(2024, 1, 2), unit="B1", node="grid", version=2, tier="t1")
    assert chosen.other_side() is None
    sides = {
        "unit.B.2": replace(chosen, unit="B.2"),
        "node.etf": replace(chosen, node="etf"),
        "node.matrix": replace(chosen, node=None),
        "as_of.2023-12-29": replace(chosen, as_of=date(2023, 12, 29), since=None, version=None),
    }
    for versus, expected in sides.items():
        assert replace(chosen, versus=versus).other_side() == expected


@pytest.mark.parametrize("versus", ["B1", "unit.", "as_of.yesterday", "channel.app"])
def test_a_side_that_can_not_be_read_is_refused(versus: str) -> None:
    with pytest.raises(BadAddress):
        Filters(versus=versus).other_side()

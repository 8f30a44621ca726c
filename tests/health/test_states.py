"""The limits of health: what is good, wants a look, wants an act."""

from __future__ import annotations

import pytest

from smart_products.health.rules import State, from_limits, from_room, waiting, worst


@pytest.mark.parametrize(
    ("value", "state"),
    [(0, State.GOOD), (1, State.LOOK), (2, State.LOOK), (3, State.ACT), (400, State.ACT), (None, State.LOOK)],
)
def test_the_worse_the_larger(value: int | None, state: State) -> None:
    assert from_limits(value, 1, 3) is state


@pytest.mark.parametrize(("share", "state"), [(0.2, State.GOOD), (0.19, State.LOOK), (0.1, State.LOOK), (0, State.ACT)])
def test_the_worse_the_less_room(share: float, state: State) -> None:
    assert from_room(share, 0.2, 0.1) is state


def test_what_is_parked_waits_for_a_person_however_young_the_queue() -> None:
    assert waiting(None, 0, 15, 60) is State.GOOD
    assert waiting(15, 0, 15, 60) is State.LOOK
    assert waiting(60, 0, 15, 60) is State.ACT
    assert waiting(None, 1, 15, 60) is State.ACT


def test_the_gravest_state_counts() -> None:
    assert worst([]) is State.GOOD
    assert worst([State.GOOD, State.ACT, State.LOOK]) is State.ACT

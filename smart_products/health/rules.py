"""When something is good, wants a look, or wants an act: the limits' meaning, apart from where values come from.

Pure: takes numbers, gives states. Limits are settings; what to do about a state, words.py says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How something stands."""

    GOOD = "good"
    LOOK = "look"
    ACT = "act"


ORDER = tuple(State)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: of which kind, which one of them, how it stands, and the values behind that."""

    code: str
    state: State
    subject: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def worst(states: Iterable[State]) -> State:
    """Return the gravest of some states; GOOD of none."""
    return max(states, key=ORDER.index, default=State.GOOD)


def from_limits(value: int | None, look: int, act: int) -> State:
    """Return the state of a value that is the worse the larger it is; one that can not be told wants a look."""
    if value is None:
        return State.LOOK
    return State.ACT if value >= act else State.LOOK if value >= look else State.GOOD


def from_room(share: float, look: float, act: float) -> State:
    """Return the state of a share that is still free."""
    return State.ACT if share < act else State.LOOK if share < look else State.GOOD


def waiting(oldest_minutes: int | None, parked: int, look: int, act: int) -> State:
    """Return the state of a queue: what is parked wants an act, and so does what waits too long."""
    if parked:
        return State.ACT
    return State.GOOD if oldest_minutes is None else from_limits(oldest_minutes, look, act)

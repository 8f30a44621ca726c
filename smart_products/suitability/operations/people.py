"""Two people: who acted is kept by a key that does not change, and the second has to be another.

Owns that key. The database refuses the same person twice as well. Never decides who
may act: the faces do.
"""

from __future__ import annotations

from core.actor import Actor, PersonNeeded, TwoPeopleNeeded

__all__ = ["PersonNeeded", "TwoPeopleNeeded", "key_of", "second_person"]


def key_of(by: Actor) -> str:
    """Return the key of an actor: a login by its id, which outlives its name, a part of the system by its name."""
    return f"{by.kind}:{by.name if by.user_id is None else by.user_id}"


def second_person(by: Actor, first: str) -> str:
    """Return the key of who takes the second step. Raises TwoPeopleNeeded when it is who took the first."""
    key = key_of(by)
    if key == first:
        raise TwoPeopleNeeded(f"{by.name} took the first step: another person has to take the second")
    return key

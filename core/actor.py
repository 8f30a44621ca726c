"""Who acts: a person with a login, or a named part of the system.

Owns the value that every operation takes as `by=` and that the audit log keeps, and what is refused where a person,
or a second one, is needed. Never looks anything up and never decides what else an actor may do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["user", "system"]


class PersonNeeded(PermissionError):
    """A part of the system can not do this: persons answer for it."""


class TwoPeopleNeeded(PermissionError):
    """Who took the first step can not take the second."""


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor: `name` is the login name or the name of the system part; `user_id` only for a person."""

    kind: Kind
    name: str
    user_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse an actor without a name, a person without an id, and a system part with one."""
        if not self.name:
            raise ValueError("an actor needs a name")
        if (self.kind == "user") != (self.user_id is not None):
            raise ValueError("exactly a user has a user_id")


def system(name: str) -> Actor:
    """Return the actor for a part of the system, such as `system("deliver")`."""
    return Actor(kind="system", name=name)


def person_of(by: Actor) -> int:
    """Return the id of the person who acts. Raises PersonNeeded for a part of the system."""
    if by.user_id is None:
        raise PersonNeeded(f"{by.name} is no person")
    return by.user_id

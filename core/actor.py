"""Who acts: a person with a login, or a named part of the system.

Owns the value that every operation takes as `by=` and that the audit log keeps.
Never looks anything up and never decides what an actor may do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["user", "system"]


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

"""A field of a client as one reader gets it: in full, or covered with a way to have it shown.

Asks the table of masking alone; what was shown on asking is recorded by the view.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from accounts.masking import ON_ASKING, covered, reads_in_full, roles_at
from accounts.models import Client
from accounts.roles import Field


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as text; `covered` when it is not the whole."""

    client: UUID
    field: Field
    text: str
    covered: bool


def outlet_path(client: Client) -> str:
    """Return the path of a client's outlet; one without an outlet is reached by nobody."""
    return client.outlet.path if client.outlet is not None else ""


def reading(user: Any, field: Field) -> Callable[[Client], Shown]:
    """Return how a reader gets a field of any client; what his roles reach is asked once an outlet."""

    @cache
    def in_full(path: str) -> bool:
        return reads_in_full(roles_at(user, path), field)

    return lambda client: _shown(client, field, in_full(outlet_path(client)))


def shown(client: Client, field: Field, user: Any, asked: Collection[str] = ()) -> Shown:
    """Return a field for a reader; `asked` are the fields that were just asked for."""
    return _shown(client, field, field in asked or reads_in_full(roles_at(user, outlet_path(client)), field))


def _shown(client: Client, field: Field, in_full: bool) -> Shown:
    value: str = getattr(client, field)
    text = value if in_full else covered(field, value)
    return Shown(client.public_id, field, text, covered=bool(value) and not in_full)


def on_asking(name: str) -> Field | None:
    """Return the field of this name if it can be asked for."""
    return Field(name) if name in ON_ASKING else None

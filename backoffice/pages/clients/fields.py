"""A field of a client as one reader gets it: in full, or covered with a way to have it shown.

Asks the table of masking alone; what was shown on asking is recorded by the view.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.masking import ON_ASKING, Field, covered, reads_in_full, roles_at
from accounts.models import Client


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


def shown(client: Client, field: Field, user: Any, asked: Collection[str] = ()) -> Shown:
    """Return a field for a reader; `asked` are the fields that were just asked for."""
    value: str = getattr(client, field)
    if not value or field in asked or reads_in_full(roles_at(user, outlet_path(client)), field):
        return Shown(client.public_id, field, value, covered=False)
    return Shown(client.public_id, field, covered(field, value), covered=True)


def on_asking(name: str) -> Field | None:
    """Return the field of this name if it can be asked for."""
    return Field(name) if name in ON_ASKING else None

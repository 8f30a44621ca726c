"""Which fields of a client which role reads in full, and how a covered one looks.

Asks the table of roles, for lists, pages and exports alike. A person may hold several roles: what counts for a client
are those that reach his outlet. Never decides whether a client is seen at all (`scoping.py`), and never records that a
field was shown.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from accounts.roles import MEANINGS, Field
from accounts.rules import Role
from accounts.scoping import grants

ON_ASKING = frozenset({Field.NAME, Field.MOBILE, Field.EMAIL})
"""Fields that any role may be shown when asked for, one at a time; each time is recorded."""


def reads_in_full(roles: Collection[str], field: Field) -> bool:
    """Tell whether somebody who holds these roles on a client's outlet reads a field in full."""
    return any(field in MEANINGS[Role(role)].reads for role in roles)


def roles_at(user: Any, path: str) -> frozenset[str]:
    """Return the roles that a user's grants of today reach a unit with."""
    return frozenset(
        grant.role for grant in grants(user) if grant.unit.path.endswith(".") and path.startswith(grant.unit.path)
    )


def covered(field: Field, value: str) -> str:
    """Return a value so that only who knows it already can tell it: `欧**`, `138****5678`, `l***@example.com`."""
    if not value:
        return ""
    if field is Field.NAME:
        return f"{value[0]}**"
    if field is Field.EMAIL:
        name, _, house = value.partition("@")
        return f"{name[:1]}***@{house}"
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 11 else "****"

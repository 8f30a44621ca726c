"""Which fields of a client which role reads in full, and how a covered one looks.

One table for lists, pages and exports. A person may hold several roles: what counts for a client are those that reach
his outlet. Never decides whether a client is seen at all (`scoping.py`), and never records that a field was shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from accounts.scoping import grants


class Field(StrEnum):
    """What is covered for some: three fields of a client, and the papers he signed, which hold them all."""

    NAME = "name"
    MOBILE = "mobile"
    EMAIL = "email"
    PAPERS = "papers"


OWN_PEOPLE = frozenset({"outlet_manager", "adviser", "relationship_manager"})
"""Roles of those who know the client."""

FULL: Mapping[Field, frozenset[str]] = {
    Field.NAME: OWN_PEOPLE | {"operations", "compliance"},
    Field.MOBILE: OWN_PEOPLE | {"operations"},
    Field.EMAIL: OWN_PEOPLE | {"operations"},
    Field.PAPERS: frozenset({"outlet_manager", "adviser", "compliance"}),
}
"""By field, the roles that read it in full; every other role reads it covered."""

ON_ASKING = frozenset({Field.NAME, Field.MOBILE, Field.EMAIL})
"""Fields that any role may be shown when asked for, one at a time; each time is recorded."""

CLIENT_ROLES = OWN_PEOPLE | {"head_office_manager", "branch_manager", "operations", "compliance", "auditor"}
"""Roles that have lists of clients and a client's page."""


def reads_in_full(roles: Collection[str], field: Field) -> bool:
    """Tell whether somebody who holds these roles on a client's outlet reads a field in full."""
    return not FULL[field].isdisjoint(roles)


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

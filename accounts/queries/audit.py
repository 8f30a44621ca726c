"""What may be asked of the audit log: a question that never goes beyond the reach of who asks. Never writes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from accounts.queries.organisation import UnitNode, clients_by_code, visible_units
from accounts.scoping import Reach, reaches
from core.queries import AuditQuestion


def units_within(user: Any, reach: Reach, on: date) -> list[UnitNode]:
    """Return the units that lie within a reach, as they were on a day."""
    return [unit for unit in visible_units(user, on) if reaches(list(reach.places), unit.path)]


def audit_question(
    reach: Reach,
    *,
    path: str | None = None,
    house_alone: bool = False,
    who: str = "",
    action: str = "",
    subject: str = "",
    client: str = "",
    first: datetime | None = None,
    until: datetime | None = None,
) -> AuditQuestion:
    """Return a question within a reach: of a unit's path, or of what concerns the house alone.

    From a time until before another. Who asks has seen to it that the path lies within the reach.
    """
    known = clients_by_code([client]).get(client, []) if client else []
    return AuditQuestion(
        places=(path,) if path is not None else () if house_alone else reach.places,
        house=reach.house and path is None,
        who=who,
        action=action,
        subject=subject,
        clients=[f"{source}/{client}" for source, _client in known] or ([client] if client else []),
        first=first,
        until=until,
    )

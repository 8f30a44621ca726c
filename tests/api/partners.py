"""A partner's system: its login, the role that two administrators gave it, and the client that is given tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.models import Unit, User
from accounts.operations import IssuedClient, add_partner, confirm_grant, issue_client, propose_grant
from accounts.queries import acting
from accounts.roles import Area
from accounts.rules import Role
from core import clock
from tests.delivered import Broker


def partner(broker: Broker) -> User:
    """Make a partner's login with a role that two administrators gave it."""
    first, second = (acting(broker.user(name)) for name in ("administrator", "administrator_colleague"))
    user = add_partner(username="crm", full_name="客户关系系统", by=first, at=clock.now())
    grant = propose_grant(
        user=user, role=Role.BRANCH_MANAGER, unit=branch(), since=clock.shanghai_today(), by=first, at=clock.now()
    )
    confirm_grant(grant=grant, by=second, at=clock.now())
    return user


def branch() -> Unit:
    """Return the unit of its role."""
    return Unit.objects.filter(level="branch").earliest("pk")


def made(broker: Broker, user: User, **less: Any) -> IssuedClient:
    """Make a client of a partner, for figures and clients unless less is asked for."""
    asked: dict[str, Any] = {"role": Role.BRANCH_MANAGER, "unit": branch(), "areas": [Area.FIGURES, Area.CLIENTS]}
    until = clock.now() + timedelta(days=90)
    by = acting(broker.user("administrator"))
    return issue_client(user=user, name="CRM", **asked | less, until=until, by=by, at=clock.now())

"""How tests ask the API: with a token of a person, narrowed to a role, a unit and areas."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from accounts.models import ApiToken, Unit, User
from accounts.operations import issue_token
from accounts.queries import acting
from accounts.roles import MEANINGS, Area
from accounts.rules import Role
from core import clock


def token(
    user: User,
    *,
    role: Role | None = None,
    unit: Unit | None = None,
    areas: Collection[Area] | None = None,
    made: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token for a person, for all of his role that stands highest unless less is asked for; good for a day."""
    at = made or clock.now()
    held = user.grants.select_related("unit").order_by("unit__path").first()
    assert held is not None
    kind = Role(role or held.role)
    issued = issue_token(
        user=user, name="test", role=kind, unit=unit or held.unit, areas=areas or MEANINGS[kind].areas,
        until=at + timedelta(days=1), by=acting(user), at=at,
    )  # fmt: skip
    return issued.token, issued.secret


class Program(Client):
    """A program that shows a token at each request, reads English and keeps no session."""

    def __init__(self, secret: str = "", **kwargs: Any) -> None:
        told = {"Accept-Language": "en"} | ({"Authorization": f"Bearer {secret}"} if secret else {})
        super().__init__(headers=told, **kwargs)


def program(user: User, **narrow: Any) -> Program:
    """Return a program with a token of this person."""
    return Program(token(user, **narrow)[1])


def code_of(answer: Any) -> tuple[int, str]:
    """Return the status of a refusal and its code."""
    assert answer["Content-Type"] == "application/problem+json", answer.content[:200]
    told = answer.json()
    assert told["status"] == answer.status_code
    return answer.status_code, told["code"]

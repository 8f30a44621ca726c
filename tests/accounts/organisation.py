"""A small broker: two branches, three outlets, four clients; no test changes it for another."""

from __future__ import annotations

from datetime import UTC, date, datetime

from accounts.models import RoleGrant, Unit, User
from accounts.operations import (
    AccountRow,
    ClientRow,
    UnitRow,
    create_staff,
    grant_role,
    merge_accounts,
    merge_clients,
    merge_units,
)
from accounts.rules import Role
from core.actor import system

FIRST = date(2024, 1, 2)
AT = datetime(2024, 1, 2, 12, 0, tzinfo=UTC)
BY = system("test")
SOURCE = "core"

UNITS = [
    UnitRow("HQ", FIRST, None, "headquarters", "总部", "Head office"),
    UnitRow("B1", FIRST, "HQ", "branch", "一分", "First branch"),
    UnitRow("B2", FIRST, "HQ", "branch", "二分", "Second branch"),
    UnitRow("O11", FIRST, "B1", "outlet", "甲"),
    UnitRow("O12", FIRST, "B1", "outlet", "乙"),
    UnitRow("O21", FIRST, "B2", "outlet", "丙"),
]
CLIENTS = [
    ClientRow("C1", FIRST, "O11", "app", "ordinary", "C3", FIRST, FIRST, "张三", 1980, "13800000000", None, "ab"),
    ClientRow("C2", FIRST, "O12", "web", "ordinary"),
    ClientRow("C3", FIRST, "O21", "app", "professional", "C5", FIRST),
    ClientRow("C4", FIRST, "O21", "app", "ordinary"),
]
ACCOUNTS = [AccountRow(f"A{number}", f"C{number}", FIRST) for number in range(1, 5)]


def organise() -> None:
    """Merge the small broker."""
    merge_units(source=SOURCE, upserts=UNITS, by=BY, at=AT)
    merge_clients(source=SOURCE, upserts=CLIENTS, by=BY, at=AT)
    merge_accounts(source=SOURCE, upserts=ACCOUNTS, by=BY, at=AT)


def staff(username: str, unit: str | None = None, role: Role = Role.BRANCH_MANAGER) -> User:
    """Make a login, with a role on a unit if one is named."""
    user = create_staff(username=username, password="right horse", by=BY, at=AT)
    if unit is not None:
        grant(user, unit, role)
    return user


def grant(user: User, unit: str, role: Role = Role.BRANCH_MANAGER, since: date = FIRST) -> RoleGrant:
    """Grant a role on a unit by its code."""
    place = Unit.objects.get(source=SOURCE, code=unit)
    return grant_role(user=user, role=role, unit=place, since=since, by=BY, at=AT)

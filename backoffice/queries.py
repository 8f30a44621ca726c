"""Who is reading: the person before the screen, and the role in which.

Which part of the organisation may be seen, accounts decides. Never writes.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import AssetAccount, User
from accounts.roles import Area
from accounts.rules import Role
from accounts.scoping import areas, areas_on_top, grants


@dataclass(frozen=True, slots=True)
class Reader:
    """The person before the screen."""

    name: str
    role: str
    feeds: bool
    """Whether deliveries and job runs may be seen."""
    operates: bool = False
    """Whether acts of operations may be done: sign-offs, deliveries sent again, calendar days."""
    terms: bool = False
    """Whether terms of products may be read: by whoever works for the house."""
    manages_terms: bool = False
    """Whether terms may be drafted, proposed and published."""
    settings: bool = False
    """Whether logins and roles of staff may be seen and administered."""
    house: bool = False
    """Whether limits of the whole house may be seen and changed."""
    audits: bool = False
    """Whether the audit log may be read, as far as `reach_of` says."""
    reports: bool = False
    """Whether reports of the own units may be opened."""
    manages_reports: bool = False
    """Whether plans of reports and their recipients may be changed."""
    clients: bool = False
    """Whether lists of clients and their contracts may be read: those of the own units."""
    follows: bool = False
    """Whether the log of events may be read, and pushed to webhooks."""
    records: bool = False
    """Whether tables may be read row by row, in the admin."""


def reader(user: User | AnonymousUser) -> Reader:
    """Return the person's name, the role that stands highest in the organisation, and what may be seen and done."""
    if not isinstance(user, User):
        return Reader("", "", False)
    held = sorted(grants(user), key=lambda grant: (grant.unit.path.count("."), grant.pk))
    opened = areas(user)
    return Reader(
        name=user.get_full_name() or user.get_username(),
        role=str(Role(held[0].role).label) if held else "",
        feeds=Area.FEEDS in opened,
        operates=Area.OPERATE in opened,
        terms=Area.TERMS in opened,
        manages_terms=Area.MANAGE_TERMS in opened,
        settings=Area.SETTINGS in opened,
        house=Area.SETTINGS in areas_on_top(user),
        audits=Area.AUDIT in opened,
        clients=Area.CLIENTS in opened,
        follows=Area.EVENTS in opened,
        records=Area.RECORDS in opened,
        reports=Area.REPORTS in opened,
        manages_reports=Area.MANAGE_REPORTS in opened,
    )


def visible_accounts(user: User | AnonymousUser) -> QuerySet[AssetAccount]:
    """Return the asset accounts whose clients the person may see now."""
    return AssetAccount.objects.visible_to(user)

"""The views that a person is offered: the own ones, and those shared with a unit at or above one of his roles."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import SavedView, User
from accounts.scoping import granted_paths


def views_of(user: User) -> QuerySet[SavedView]:
    """Return the views that a person may open, by name; nobody without a role is offered a shared one."""
    above = {path[: end + 1] for path in granted_paths(user) for end, mark in enumerate(path) if mark == "."}
    offered = Q(owner=user) | Q(shared_with__path__in=above, owner__is_active=True)
    return SavedView.objects.filter(offered).select_related("owner", "shared_with").order_by("name", "pk")

"""Reads of limits and sealed settings: what holds, what held, what waits for a second person. Never writes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from core.limits import LIMITS
from core.models import SettingVersion


def limit(key: str) -> Decimal:
    """Return a limit as it holds now: what was agreed last, or what the house began with. Raises KeyError."""
    known = LIMITS[key]
    held = agreed(key)
    return known.default if held is None else known.read(held)


def limit_days(key: str) -> int:
    """Return a limit of whole days or rows as it holds now. Raises KeyError."""
    return int(limit(key))


def agreed(key: str) -> str | None:
    """Return the value of a setting that was agreed last; None when none ever was."""
    return SettingVersion.objects.agreed().filter(key=key).values_list("value", flat=True).first()


def settings_agreed() -> Mapping[str, SettingVersion]:
    """Return the version of each setting that holds, by key; a key that nobody ever changed is missing."""
    found = SettingVersion.objects.agreed().order_by("key", "-pk").distinct("key")
    return {one.key: one for one in found}


def settings_waiting() -> list[SettingVersion]:
    """Return what waits for a second person, the oldest first: at most one version a key."""
    return list(SettingVersion.objects.waiting().order_by("proposed_at", "pk"))


def setting_of(public_id: UUID) -> SettingVersion | None:
    """Return a version of a setting, whatever became of it."""
    return SettingVersion.objects.filter(public_id=public_id).first()

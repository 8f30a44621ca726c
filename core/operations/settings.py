"""Limits and sealed settings: proposed by one person, confirmed by another, who sees what would change.

Owns `SettingVersion`. Which fingerprint a sealed setting has, the room that seals knows; who may act, a face decides.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.actor import Actor, TwoPeopleNeeded, person_of
from core.audit import record
from core.limits import LIMITS, SEALED
from core.models import SettingVersion
from core.operations.calendar import NothingNew, ProposalOver
from core.queries.settings import agreed


class UnknownSetting(ValueError):
    """There is no setting of this key."""


class ProposalOpen(ValueError):
    """Another value of this setting waits for a second person."""


class PersonsPropose(PermissionError):
    """Only the system sets a value up alone: persons propose and confirm."""


@transaction.atomic
def set_up_setting(*, key: str, value: str, reason: str, by: Actor, at: datetime) -> SettingVersion:
    """Set a value when a house is set up. Raises PersonsPropose, UnknownSetting, OutOfBounds and NothingNew."""
    if by.kind == "user":
        raise PersonsPropose(by.name)
    version = SettingVersion.objects.create(
        key=key, value=_judged(key, value), reason=reason, set_up_at=at, proposer=by.name
    )
    _record("set_up_setting", version, by, at)
    return version


@transaction.atomic
def propose_setting(*, key: str, value: str, reason: str, by: Actor, at: datetime) -> SettingVersion:
    """Propose a value; the one before holds until a colleague confirms.

    Raises PersonNeeded, UnknownSetting, OutOfBounds, NothingNew and ProposalOpen.
    """
    person = person_of(by)
    judged = _judged(key, value)
    version, created = SettingVersion.objects.waiting().get_or_create(
        key=key,
        defaults={
            "value": judged, "reason": reason, "proposed_at": at, "proposed_by": person, "proposer": by.name,
        },
    )  # fmt: skip
    if not created:
        raise ProposalOpen(key)
    _record("propose_setting", version, by, at)
    return version


@transaction.atomic
def confirm_setting(*, version: SettingVersion, by: Actor, at: datetime) -> SettingVersion:
    """Confirm what a colleague proposed: it holds from now on.

    Raises PersonNeeded, TwoPeopleNeeded, ProposalOver, OutOfBounds and NothingNew.
    """
    held = _waiting(version)
    held.confirmed_at, held.confirmed_by, held.confirmer = at, person_of(by), by.name
    if held.confirmed_by == held.proposed_by:
        raise TwoPeopleNeeded(f"{by.name} proposed the value: a colleague confirms it")
    _judged(held.key, held.value)
    before = agreed(held.key)
    held.save()
    _record("confirm_setting", held, by, at, before=before)
    return held


@transaction.atomic
def withdraw_setting(*, version: SettingVersion, by: Actor, at: datetime) -> SettingVersion:
    """Take back, or refuse, what waits for a second person. Raises PersonNeeded and ProposalOver."""
    held = _waiting(version)
    held.withdrawn_at, held.withdrawn_by = at, person_of(by)
    held.save()
    _record("withdraw_setting", held, by, at)
    return held


def _judged(key: str, value: str) -> str:
    """Return a value as it is kept."""
    if key in LIMITS:
        read = LIMITS[key].read(value)
        if read == LIMITS[key].read(agreed(key) or str(LIMITS[key].default)):
            raise NothingNew(f"{key} is {value} already")
        return format(read.normalize(), "f")
    if key not in SEALED:
        raise UnknownSetting(key)
    if value == agreed(key):
        raise NothingNew(f"{key} is agreed already")
    return value


def _waiting(version: SettingVersion) -> SettingVersion:
    held = SettingVersion.objects.select_for_update().get(pk=version.pk)
    if held.set_up_at is not None or held.confirmed_at is not None or held.withdrawn_at is not None:
        raise ProposalOver(str(held))
    return held


def _record(action: str, version: SettingVersion, by: Actor, at: datetime, **more: str | None) -> None:
    details = {"value": version.value, "reason": version.reason, **more}
    record(action=action, subject_kind="setting", subject_key=version.key, details=details, by=by, at=at)

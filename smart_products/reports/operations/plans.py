"""Plans of reports and their lists of recipients: proposed by one, confirmed by another, withdrawn by either.

Owns `ReportPlan` and `Recipient`. Only who manages reports of the unit acts, and only staff whose own roles reach the
unit stands on a list. Never sends anything.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Unit, User
from accounts.roles import Area
from accounts.scoping import paths_of, reaches
from core.actor import Actor, TwoPeopleNeeded, person_of
from core.audit import Concern, record
from smart_products.reports.models import Recipient, ReportPlan
from smart_products.reports.states import Frequency, Language, Refusal


class BeyondReach(PermissionError):
    """Reports of this unit are not managed by who acts."""


class NotOnList(ValueError):
    """The person can not stand on the list; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.value)


class Listed(ValueError):
    """The person stands on the list, or waits for a second person, already."""


class NotWaiting(ValueError):
    """The recipient does not wait for a second person."""


@transaction.atomic
def make_plan(*, unit: Unit, frequency: Frequency, language: Language, by: Actor, at: datetime) -> ReportPlan:
    """Plan reports of a unit; a plan in force of the same kind is returned as it is. Raises BeyondReach."""
    check_manages(unit, by, at)
    plan, created = ReportPlan.objects.get_or_create(
        unit=unit, frequency=frequency, language=language, ended_at=None, defaults={"made_at": at}
    )
    if created:
        _record("plan_reports", plan, by, at)
    return plan


@transaction.atomic
def end_plan(*, plan: ReportPlan, by: Actor, at: datetime) -> ReportPlan:
    """End a plan: nothing more is made of it; what was made stays. Raises BeyondReach."""
    held = _locked(plan)
    check_manages(held.unit, by, at)
    if held.ended_at is None:
        held.ended_at = at
        held.save()
        _record("end_report_plan", held, by, at)
    return held


@transaction.atomic
def set_up_recipient(*, plan: ReportPlan, user: User, address: str = "", by: Actor, at: datetime) -> Recipient:
    """Put somebody on a list without a second person: for setting a house up alone. Raises BeyondReach for a person."""
    if by.kind == "user":
        raise BeyondReach(by.name)
    row, created = Recipient.objects.get_or_create(
        plan=plan, user=user, withdrawn_at=None, defaults={"address": address, "set_up": True}
    )
    if created:
        _record("set_up_recipient", plan, by, at, recipient=user.username)
    return row


@transaction.atomic
def propose_recipient(
    *, plan: ReportPlan, user: User, address: str, domains: Collection[str], by: Actor, at: datetime
) -> Recipient:
    """Propose who gets the reports of a plan; nothing is sent to him until a colleague confirms it.

    `domains` are those of addresses that may be used. Raises PersonNeeded, BeyondReach, NotOnList and Listed.
    """
    held = _locked(plan)
    person = _managed(held.unit, by, at)
    refusal = why_not(held.unit, user, address, domains, day_of(at))
    if refusal is not None:
        raise NotOnList(refusal)
    if Recipient.objects.filter(plan=held, user=user, withdrawn_at=None).exists():
        raise Listed(user.username)
    row = Recipient.objects.create(plan=held, user=user, address=address, proposed_at=at, proposed_by_id=person)
    _record("propose_recipient", held, by, at, recipient=user.username)
    return row


@transaction.atomic
def confirm_recipient(*, recipient: Recipient, by: Actor, at: datetime) -> Recipient:
    """Confirm what a colleague proposed. Raises PersonNeeded, BeyondReach, TwoPeopleNeeded and NotWaiting."""
    held = _recipient(recipient)
    person = _managed(held.plan.unit, by, at)
    if held.set_up or held.confirmed_at is not None or held.withdrawn_at is not None:
        raise NotWaiting(str(held))
    if held.proposed_by_id == person:
        raise TwoPeopleNeeded(f"{by.name} proposed the recipient: a colleague confirms it")
    held.confirmed_at, held.confirmed_by_id = at, person
    held.save()
    _record("confirm_recipient", held.plan, by, at, recipient=held.user.username)
    return held


@transaction.atomic
def withdraw_recipient(*, recipient: Recipient, by: Actor, at: datetime) -> Recipient:
    """Take somebody off a list, or refuse what waits; what was sent stays in the log. Raises as confirming does."""
    held = _recipient(recipient)
    person = _managed(held.plan.unit, by, at)
    if held.withdrawn_at is not None:
        raise NotWaiting(str(held))
    held.withdrawn_at, held.withdrawn_by_id = at, person
    held.save()
    _record("withdraw_recipient", held.plan, by, at, recipient=held.user.username)
    return held


def why_not(unit: Unit, user: User, address: str, domains: Collection[str], day: date) -> Refusal | None:
    """Return why a person can not get reports of a unit on a day; None where nothing stands against it."""
    if not user.is_active:
        return Refusal.SWITCHED_OFF
    if not reaches(paths_of(user, Area.REPORTS, day), unit.path):
        return Refusal.NO_GRANT
    if address and address.rpartition("@")[2].lower() not in domains:
        return Refusal.DOMAIN
    return None


def day_of(at: datetime) -> date:
    """Return the Shanghai date of a moment."""
    return at.astimezone(timezone.get_default_timezone()).date()


def check_manages(unit: Unit, by: Actor, at: datetime) -> None:
    """Raise BeyondReach for a person who does not manage reports of the unit; a part of the system may."""
    if by.kind == "user":
        _managed(unit, by, at)


def _managed(unit: Unit, by: Actor, at: datetime) -> int:
    """Return the id of the person who acts. Raises PersonNeeded and BeyondReach."""
    person = User.objects.get(pk=person_of(by))
    if not reaches(paths_of(person, Area.MANAGE_REPORTS, day_of(at)), unit.path):
        raise BeyondReach(f"{by.name} does not manage reports of {unit.code}")
    return person.pk


def _locked(plan: ReportPlan) -> ReportPlan:
    return ReportPlan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)


def _recipient(recipient: Recipient) -> Recipient:
    rows = Recipient.objects.select_for_update(of=("self",)).select_related("plan__unit", "user")
    return rows.get(pk=recipient.pk)


def _record(action: str, plan: ReportPlan, by: Actor, at: datetime, **more: str) -> None:
    details = {"frequency": plan.frequency, "language": plan.language, "unit": plan.unit.code, **more}
    key, place = str(plan.public_id), Concern(plan.unit.path)
    record(action=action, subject_kind="report_plan", subject_key=key, details=details, by=by, at=at, concern=place)

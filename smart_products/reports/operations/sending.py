"""Reports are sent to those on the list, each try on record; the same bytes again by a delivery of its own.

Owns `ReportDelivery`. Whether somebody may get a report is asked on the day it is sent: who lost the role gets nothing,
and the log says why. A message holds no figure: it says where the report lies, behind the log-in. Knows no sender: the
face brings one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.db import transaction

from accounts.operations.notices import Hand, Message
from accounts.rules import Channel
from core.actor import Actor
from core.audit import Concern, record
from core.messages import send_after_commit
from core.senders import Refused, Unavailable
from smart_products.reports.models import Recipient, Report, ReportDelivery, ReportPlan
from smart_products.reports.operations.plans import check_manages, day_of, why_not
from smart_products.reports.states import DeliveryState, Refusal, check_move

SEND = "tasks.reports.send"
ATTEMPTS = 6
FIRST_WAIT = timedelta(seconds=20)

Words = Callable[[Report], tuple[str, str]]
"""Returns subject and text of the message that tells where a report lies."""


@transaction.atomic
def send_report(*, report: Report, by: Actor, at: datetime) -> list[ReportDelivery]:
    """Ask for a report to be sent to everybody on the list who has not been asked for yet; return the new deliveries.

    Raises BeyondReach for a person who does not manage reports of the unit.
    """
    check_manages(report.plan.unit, by, at)
    ReportPlan.objects.select_for_update().get(pk=report.plan_id)  # two who send at once ask for each recipient once
    waiting = Recipient.objects.filter(plan=report.plan, withdrawn_at=None).exclude(deliveries__report=report)
    rows = [_new(report, one, 1, at) for one in waiting.order_by("pk") if one.in_force]
    for row in rows:
        row.save()
    if rows:
        send_after_commit(SEND)
    return rows


@transaction.atomic
def send_again(*, delivery: ReportDelivery, by: Actor, at: datetime) -> ReportDelivery:
    """Ask for the same bytes to be sent to the same recipient once more. Raises BeyondReach."""
    rows = ReportDelivery.objects.select_related("report__plan__unit", "recipient")
    held = rows.get(pk=delivery.pk)
    check_manages(held.report.plan.unit, by, at)
    Recipient.objects.select_for_update().get(pk=held.recipient_id)
    number = 1 + ReportDelivery.objects.filter(report=held.report, recipient=held.recipient).count()
    fresh = _new(held.report, held.recipient, number, at)
    fresh.save()
    key, place = str(held.report.public_id), Concern(held.report.plan.unit.path)
    details = {"number": number, "pdf": held.report.pdf_id}
    record(
        action="send_report_again", subject_kind="report", subject_key=key, details=details, by=by, at=at, concern=place
    )
    send_after_commit(SEND)
    return fresh


@transaction.atomic
def send_next(*, hand: Hand, words: Words, domains: Collection[str], by: Actor, at: datetime) -> bool:
    """See to the delivery that has waited longest; False when none is due.

    Refused where the recipient may not get it today; parked after `ATTEMPTS`, when somebody has to look.
    """
    due = ReportDelivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state__in=[DeliveryState.REQUESTED, DeliveryState.FAILED], due_at__lte=at
    )
    row = due.select_related("report__plan__unit", "recipient__user").order_by("due_at", "pk").first()
    if row is None:
        return False
    row.attempts += 1
    refusal = _refusal(row, domains, at)
    if refusal is not None:
        _move(row, DeliveryState.REFUSED, reason=refusal)
    else:
        _hand_over(row, hand, words, at)
    row.save()
    _record(row, by, at)
    return True


def _new(report: Report, recipient: Recipient, number: int, at: datetime) -> ReportDelivery:
    return ReportDelivery(report=report, recipient=recipient, number=number, asked_at=at, due_at=at)


def _refusal(row: ReportDelivery, domains: Collection[str], at: datetime) -> Refusal | None:
    recipient = row.recipient
    if not recipient.in_force:
        return Refusal.ENDED
    return why_not(row.report.plan.unit, recipient.user, recipient.address, domains, day_of(at))


def _hand_over(row: ReportDelivery, hand: Hand, words: Words, at: datetime) -> None:
    """Tell the recipient where the report lies; without an address it lies on the page for him, and that is all."""
    try:
        if row.recipient.address:
            subject, body = words(row.report)
            told = Message(Channel.EMAIL, row.recipient.address, subject, body, str(row.public_id))
            row.message_id = hand(told)[:200]
        _move(row, DeliveryState.SENT)
        row.sent_at = at
    except Refused as error:
        _move(row, DeliveryState.REFUSED, reason=Refusal.ADDRESS, error=str(error))
    except Unavailable as error:
        last = row.attempts >= ATTEMPTS
        _move(row, DeliveryState.PARKED if last else DeliveryState.FAILED, error=str(error))
        row.due_at = at + FIRST_WAIT * 2 ** (row.attempts - 1)


def _move(row: ReportDelivery, new: DeliveryState, *, reason: Refusal | None = None, error: str = "") -> None:
    if row.state != new:
        check_move(DeliveryState(row.state), new)
    row.state, row.reason, row.error = new, reason.value if reason else "", error[:500]


def _record(row: ReportDelivery, by: Actor, at: datetime) -> None:
    report = row.report
    details = {"recipient": row.recipient.user.username, "state": row.state, "reason": row.reason}
    record(
        action="send_report", subject_kind="report", subject_key=str(report.public_id), details=details, by=by, at=at,
        concern=Concern(report.plan.unit.path),
    )  # fmt: skip

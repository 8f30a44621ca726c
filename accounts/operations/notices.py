"""Notices: absorbed from events of the outbox, sent by the channels a client has, and read.

A notice and its deliveries are made in the transaction of the event's receipt: once. Sending is at least once: the same
reference goes with each attempt. Never words anything (notice_texts.py) and knows no sender: the face brings one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from accounts.concerns import record_about
from accounts.models import Client, Notice, NoticeDelivery, OneTimeCode
from accounts.notice_texts import text_of
from accounts.operations.codes import LIFETIME, code_of
from accounts.rules import Channel, DeliveryState, NoticeKind
from core.actor import Actor
from core.messages import send_after_commit
from core.models import OutboxEvent
from core.senders import Refused, Unavailable

SEND = "tasks.notices.send"
CODE_REQUESTED = "code_requested"
ATTEMPTS = 6
FIRST_WAIT = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Message:
    """A notice in words, on its way to an address."""

    channel: Channel
    to: str
    subject: str
    body: str
    reference: str


Hand = Callable[[Message], str]
"""Hands a message to its sender and returns its number there. Raises Unavailable and Refused."""


def absorb(*, event: OutboxEvent, channels: Collection[Channel], by: Actor, at: datetime) -> Notice | None:
    """Make the notice of an event and its deliveries; once, and none for an event of nobody.

    A code goes by the channel it was asked for, unless it was used or replaced by then, so that nobody waits for it;
    everything else by those of `channels` for which the client has an address.
    """
    client = Client.objects.filter(public_id=event.payload["client"]).first() if "client" in event.payload else None
    if client is None:
        return None
    is_code = event.kind == CODE_REQUESTED
    kind = NoticeKind.CODE if is_code else NoticeKind(event.kind)
    notice, created = Notice.objects.get_or_create(
        event=event, client=client, kind=kind, defaults={"params": event.payload, "at": event.at}
    )
    if created:
        wanted = _ways_of_code(event) if is_code else set(channels)
        ways = [one for one in Channel if one in wanted and _address(client, one)]
        NoticeDelivery.objects.bulk_create(NoticeDelivery(notice=notice, channel=one, due_at=at) for one in ways)
        if ways:
            send_after_commit(SEND)
    return notice


@transaction.atomic
def deliver_next(*, hand: Hand, by: Actor, at: datetime) -> bool:
    """Send the delivery that has waited longest; False when none is due. Given up after `ATTEMPTS`, or when refused."""
    waiting = NoticeDelivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=DeliveryState.WAITING, due_at__lte=at
    )
    delivery = waiting.select_related("notice__client").order_by("due_at", "pk").first()
    if delivery is None:
        return False
    delivery.attempts += 1
    try:
        delivery.number = hand(_message(delivery, at))[:200]
        delivery.state, delivery.sent_at, delivery.error = DeliveryState.SENT, at, ""
    except Refused as error:
        delivery.state, delivery.error = DeliveryState.GIVEN_UP, str(error)[:500]
    except Unavailable as error:
        delivery.error, delivery.due_at = str(error)[:500], at + FIRST_WAIT * 2 ** (delivery.attempts - 1)
        if delivery.attempts >= ATTEMPTS:
            delivery.state = DeliveryState.GIVEN_UP
    delivery.save()
    return True


@transaction.atomic
def send_again(*, delivery: NoticeDelivery, by: Actor, at: datetime) -> NoticeDelivery:
    """Have a delivery that was given up tried again."""
    held = NoticeDelivery.objects.select_for_update(of=("self",)).select_related("notice__client").get(pk=delivery.pk)
    if held.state == DeliveryState.GIVEN_UP:
        held.state, held.attempts, held.due_at = DeliveryState.WAITING, 0, at
        held.save()
        subject = ("delivery", str(held.public_id))
        record_about(held.notice.client, action="send_again", subject=subject, details={}, by=by, at=at)
        send_after_commit(SEND)
    return held


@transaction.atomic
def mark_read(*, client: Client, at: datetime, by: Actor, notice: Notice | None = None) -> int:
    """Mark a notice of a client as read, or all; return how many were unread."""
    unread = Notice.objects.filter(client=client, read_at=None)
    count = (unread if notice is None else unread.filter(pk=notice.pk)).update(read_at=at)
    if count:
        record_about(client, action="read_notices", details={"count": count}, by=by, at=at)
    return count


def _ways_of_code(event: OutboxEvent) -> set[Channel]:
    """Return the channel a code was asked for; none once it is used or replaced. One that is merely late was missed."""
    awaited = OneTimeCode.objects.filter(public_id=event.payload["code"], used_at=None, replaced_at=None)
    return {Channel(event.payload["channel"])} if awaited.exists() else set()


def _message(delivery: NoticeDelivery, at: datetime) -> Message:
    """Return a delivery in words, in the house's language. Raises Refused for a code that is over, or no address."""
    notice, channel = delivery.notice, Channel(delivery.channel)
    more: dict[str, str] = {}
    if notice.kind == NoticeKind.CODE:
        code = OneTimeCode.objects.get(public_id=notice.params["code"])
        if code.replaced_at is not None or code.used_at is not None or at >= code.expires_at:
            raise Refused("the code is over")
        more = {"code": code_of(code), "minutes": str(LIFETIME // timedelta(minutes=1))}
    to = _address(notice.client, channel)
    if not to:
        raise Refused("the client has no such address any more")
    with override(settings.LANGUAGE_CODE):
        text = text_of(notice.kind, notice.params, **more)
    return Message(channel, to, text.title, text.body, str(delivery.public_id))


def _address(client: Client, channel: Channel) -> str:
    """Return where a client is reached by a channel; empty when there is nothing."""
    return {Channel.EMAIL: client.email, Channel.SMS: client.mobile, Channel.WECOM: client.code}[channel]

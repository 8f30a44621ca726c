"""The way of events to webhooks: taken over from the log, handed over, tried again later, parked.

Owns `WebhookDelivery` and `WebhookAttempt`, and a webhook's place in the log. Handing over is at least once, the id of
the event goes with each try. Events of one subject reach a webhook in their order: one that waits or is parked holds
back those after it. What a webhook's owner may no longer read is not pushed. Never speaks HTTP: the face brings a hand.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Webhook, WebhookAttempt, WebhookDelivery
from accounts.roles import Area
from accounts.rules import PushState
from accounts.scoping import Narrow, Reach, reach_of
from core.actor import Actor
from core.messages import send_after_commit
from core.models import OutboxEvent
from core.queries import EventView, last_position, places_after, view_of
from core.secrecy import opened
from core.senders.webhooks import Answer

PUSH = "tasks.webhooks.push"
USE = "webhooks"
"""What secrets are closed for."""

UNREADABLE = "secret_unreadable"
"""The error of a webhook whose secrets the house's present key does not open: a new one helps."""

WAITS = (
    *(timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30)),
    *(timedelta(hours=2), timedelta(hours=6), timedelta(hours=12)),
)
"""How long to wait after each try that failed; the one after the last parks the event. Together about a day."""

LONGEST_REST = timedelta(minutes=10)
"""A webhook whose tries fail one after the other rests between them, at most so long."""

KEPT = timedelta(days=90)
"""How long it is known what was delivered when."""

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Push:
    """An event on its way to an address, with the secrets that sign it: the present one first."""

    url: str
    event: EventView
    secrets: tuple[str, ...]


Hand = Callable[[Push], Answer]
"""Hands an event over; raises nothing."""


@transaction.atomic
def take_over(*, by: Actor, at: datetime) -> int:
    """Take over from the log what webhooks wait for, each as far as its owner reads; return how many deliveries.

    A webhook whose owner may read nothing now keeps its place, and goes on from there.
    """
    last, count = last_position(), 0
    behind = Webhook.objects.filter(revoked_at=None, position__lt=last, user__is_active=True)
    for webhook in behind.select_for_update(skip_locked=True, of=("self",)).select_related("user", "unit"):
        reach = _reach(webhook)
        if not reach.places:
            continue
        found = places_after(webhook.position, kinds=webhook.kinds, places=reach.places, house=reach.house)
        taken = list(found.filter(position__lte=last).select_related("event")[:AT_ONCE])
        WebhookDelivery.objects.bulk_create(
            WebhookDelivery(webhook=webhook, place=one, subject=_subject(one.event), due_at=at) for one in taken
        )
        webhook.position = taken[-1].position if len(taken) == AT_ONCE else last
        webhook.save(update_fields=["position"])
        count += len(taken)
    if count:
        send_after_commit(PUSH)
    return count


@transaction.atomic
def push_next(*, hand: Hand, by: Actor, at: datetime) -> bool:
    """Hand the next event over that is due; False when none is. What failed is due again later, and parked at last."""
    delivery = _next(at)
    if delivery is None:
        return False
    webhook = delivery.webhook
    if not _reach(webhook).places:
        delivery.due_at = at + LONGEST_REST
        delivery.save(update_fields=["due_at"])
        return True
    done = _handed(delivery, hand, at)
    WebhookAttempt.objects.create(
        delivery=delivery, at=at, milliseconds=done.milliseconds, status=done.status, error=done.error[:200]
    )
    mine = Webhook.objects.filter(pk=webhook.pk)
    delivery.tries += 1
    if done.taken:
        delivery.state, delivery.delivered_at = PushState.DELIVERED, at
        mine.update(failures=0, rests_until=None, pushed_at=at)
    else:
        wait = max(_wait(delivery.tries), done.wait or timedelta())
        delivery.due_at = at + wait
        delivery.state = PushState.PARKED if delivery.tries > len(WAITS) else PushState.WAITING
        rest = min(_wait(webhook.failures + 1), LONGEST_REST)
        mine.update(failures=F("failures") + 1, rests_until=at + max(rest, min(done.wait or rest, LONGEST_REST)))
    delivery.save()
    return True


@transaction.atomic
def forget_deliveries(*, by: Actor, at: datetime) -> int:
    """Delete what was delivered long ago, with its tries; return how many deliveries."""
    old = WebhookDelivery.objects.filter(state=PushState.DELIVERED, delivered_at__lte=at - KEPT)
    count = old.count()
    old.delete()
    return count


def _next(at: datetime) -> WebhookDelivery | None:
    """Return the first delivery that is due, locked; one that another worker holds is passed by."""
    before = WebhookDelivery.objects.filter(
        webhook=OuterRef("webhook"),
        subject=OuterRef("subject"),
        place__lt=OuterRef("place"),
        state__in=[PushState.WAITING, PushState.PARKED],
    )
    awake = Q(webhook__rests_until__isnull=True) | Q(webhook__rests_until__lte=at)
    live = Q(webhook__revoked_at=None, webhook__user__is_active=True)
    due = WebhookDelivery.objects.filter(awake, live, ~Exists(before), state=PushState.WAITING, due_at__lte=at)
    rows = due.select_related("webhook__user", "webhook__unit", "place__event").order_by("due_at", "place")
    return rows.select_for_update(skip_locked=True, of=("self",)).first()


def _subject(event: OutboxEvent) -> str:
    return f"{event.subject_kind} {event.subject_key}"


def _reach(webhook: Webhook) -> Reach:
    """Return how far the owner of a webhook reads the log now, narrowed to the webhook's role and unit."""
    owner = webhook.user
    owner.narrow = Narrow(webhook.role, webhook.unit, frozenset({Area.EVENTS}))
    return reach_of(owner, Area.EVENTS)


def _handed(delivery: WebhookDelivery, hand: Hand, at: datetime) -> Answer:
    """Hand an event over. Secrets that the house's present key does not open hold up their own webhook alone."""
    webhook = delivery.webhook
    try:
        known = _secrets(webhook, at)
    except InvalidToken:
        return Answer(0, error=UNREADABLE)
    return hand(Push(webhook.url, view_of(delivery.place.event), known))


def _secrets(webhook: Webhook, at: datetime) -> tuple[str, ...]:
    closed = [webhook.secret]
    if webhook.former_secret is not None and webhook.former_until is not None and webhook.former_until > at:
        closed.append(webhook.former_secret)
    return tuple(opened(bytes(one), USE).decode() for one in closed)


def _wait(failed: int) -> timedelta:
    """Return how long to wait after so many failures, give or take a fifth, so that not all come back at once."""
    return WAITS[min(failed, len(WAITS)) - 1] * (0.8 + secrets.randbelow(400) / 1000)

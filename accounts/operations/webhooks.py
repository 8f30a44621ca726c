"""Webhooks: made, given new secrets, ended; what waits for a person is sent again or passed over.

Owns `Webhook` but for its way through the log (pushing.py). Whoever makes one for himself gives away no more than he
has; for a partner's system who administers the unit makes it. A secret leaves this module once, to who asked for it.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction

from accounts.models import Unit, User, Webhook, WebhookDelivery
from accounts.operations.people import within_reach
from accounts.operations.pushing import PUSH, USE
from accounts.operations.tokens import NotHeld, check_held
from accounts.roles import Area
from accounts.rules import PushState, Role
from core.actor import Actor, person_of
from core.audit import record
from core.messages import send_after_commit
from core.queries import last_position
from core.secrecy import closed

BEGINS = "whsec_"
"""How secrets of webhooks begin (Standard Webhooks)."""

BOTH = timedelta(hours=24)
"""How long the former secret signs beside a new one."""


class NotThere(ValueError):
    """It stands otherwise: it has ended, or does not wait for a person."""


@dataclass(frozen=True, slots=True)
class IssuedWebhook:
    """A webhook with a secret that was made, and that nobody can read again."""

    webhook: Webhook
    secret: str


@transaction.atomic
def add_webhook(
    *, user: User, name: str, role: Role, unit: Unit, url: str, kinds: Collection[str], by: Actor, at: datetime
) -> IssuedWebhook:
    """Make a webhook for oneself, or for a partner's system; it is told of what happens from now on.

    Whether the address may be one, who asks has judged (core.senders.webhooks). Raises PersonNeeded, BeyondReach and
    NotHeld.
    """
    person = _may(user, unit, by, at)
    check_held(user, role, unit, [Area.EVENTS])
    secret = _secret()
    webhook = Webhook.objects.create(
        name=name, user=user, role=role, unit=unit, url=url, kinds=sorted(kinds), secret=closed(secret.encode(), USE),
        position=last_position(), made_at=at, made_by_id=person,
    )  # fmt: skip
    # An address may hold a word of the receiver's that opens it; the log is read by others, and never changes.
    _record("add_webhook", webhook, by, at, host=urlsplit(url).hostname, kinds=webhook.kinds)
    return IssuedWebhook(webhook, secret)


@transaction.atomic
def rotate_secret(*, webhook: Webhook, by: Actor, at: datetime) -> IssuedWebhook:
    """Give a webhook another secret; for a day the former one signs as well. Raises BeyondReach and NotThere."""
    held = _live(webhook, by, at)
    secret = _secret()
    held.former_secret, held.former_until = held.secret, at + BOTH
    held.secret = closed(secret.encode(), USE)
    held.save()
    _record("rotate_secret", held, by, at)
    return IssuedWebhook(held, secret)


@transaction.atomic
def end_webhook(*, webhook: Webhook, by: Actor, at: datetime) -> Webhook:
    """End a webhook: nothing is pushed to it any more. To do it twice changes nothing. Raises BeyondReach."""
    held = _locked(webhook, by, at)
    if held.revoked_at is None:
        held.revoked_at, held.revoked_by_id = at, person_of(by)
        held.save()
        _record("end_webhook", held, by, at)
    return held


@transaction.atomic
def push_again(*, webhook: Webhook, deliveries: Collection[WebhookDelivery], by: Actor, at: datetime) -> int:
    """Have deliveries of a webhook tried again at once, whether they were parked, passed over or delivered.

    Returns how many. Raises BeyondReach and NotThere.
    """
    held = _live(webhook, by, at)
    wanted = WebhookDelivery.objects.filter(webhook=held, pk__in=[one.pk for one in deliveries])
    count = wanted.exclude(state=PushState.WAITING).update(
        state=PushState.WAITING, tries=0, due_at=at, delivered_at=None
    )
    Webhook.objects.filter(pk=held.pk).update(rests_until=None, failures=0)
    if count:
        _record("push_again", held, by, at, count=count)
        send_after_commit(PUSH)
    return count


@transaction.atomic
def pass_over(*, delivery: WebhookDelivery, by: Actor, at: datetime) -> WebhookDelivery:
    """Pass a parked event over, so that later ones of its subject go on. Raises BeyondReach and NotThere."""
    webhook = _live(delivery.webhook, by, at)
    held = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("place__event").get(pk=delivery.pk)
    if held.state != PushState.PARKED:
        raise NotThere(str(held))
    held.state = PushState.PASSED_OVER
    held.save()
    _record("pass_over", webhook, by, at, event=str(held.place.event.public_id))
    send_after_commit(PUSH)
    return held


def _may(user: User, unit: Unit, by: Actor, at: datetime) -> int:
    """Return the id of who acts: the owner himself, or for a partner's system who administers the unit."""
    person = person_of(by)
    if person == user.pk:
        return person
    if not user.partner:
        raise NotHeld(by.name)
    return within_reach(unit, by, at)


def _locked(webhook: Webhook, by: Actor, at: datetime) -> Webhook:
    held = Webhook.objects.select_for_update(of=("self",)).select_related("user", "unit").get(pk=webhook.pk)
    if held.user_id != person_of(by):
        within_reach(held.unit, by, at)
    return held


def _live(webhook: Webhook, by: Actor, at: datetime) -> Webhook:
    held = _locked(webhook, by, at)
    if held.revoked_at is not None:
        raise NotThere(held.name)
    return held


def _secret() -> str:
    return BEGINS + b64encode(secrets.token_bytes(32)).decode()


def _record(action: str, held: Webhook, by: Actor, at: datetime, **more: object) -> None:
    details = {"name": held.name, "role": held.role, "unit": held.unit.code, **more}
    record(
        action=action, subject_kind="webhook", subject_key=str(held.public_id), details=details, by=by, at=at,
    )  # fmt: skip

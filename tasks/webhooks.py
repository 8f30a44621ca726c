"""The task that pushes events to webhooks. It carries no data: what is due stands in the database."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from accounts.operations.pushing import PUSH, Push, push_next, take_over
from core import clock
from core.actor import system
from core.senders import webhooks
from screens.plain.events import Event


def hand(push: Push) -> webhooks.Answer:
    """Hand an event over: the same object that the log tells, signed."""
    body = Event.model_validate(push.event, from_attributes=True).model_dump_json().encode()
    headers = webhooks.signed(str(push.event.id), clock.now(), body, push.secrets)
    return webhooks.post(push.url, headers, body, settings.WEBHOOK_HOSTS)


def push_all() -> int:
    """Take over from the log what webhooks wait for and hand over what is due; return how many tries were made."""
    by, count = system("webhooks"), 0
    while take_over(by=by, at=clock.now()):
        pass
    while push_next(hand=hand, by=by, at=clock.now()):
        count += 1
    return count


@shared_task(name=PUSH)
def push() -> None:
    """Push what is due."""
    push_all()

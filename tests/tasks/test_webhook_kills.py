"""Webhooks by a real worker that is killed between a push and its note: nothing is lost, and no subject overtaken."""

from __future__ import annotations

from functools import partial

import pytest
from django.conf import settings

from accounts.models import Unit, WebhookDelivery
from accounts.operations import add_webhook
from accounts.operations.pushing import PUSH
from accounts.queries import acting
from accounts.rules import Role
from core import clock
from core.models import OutboxEvent
from core.outbox import DISPATCH
from tests.accounts.organisation import organise, staff
from tests.accounts.receiver import Receiver, receiving
from tests.tasks.conftest import Folders, Workers, wait_for
from tests.tasks.test_outbox import emit_many


def heard(receiver: Receiver, count: float) -> bool:
    return len(receiver.told) >= count


@pytest.mark.parametrize(
    ("count", "kills"), [(60, (0.5,)), pytest.param(1_000, (0.2, 0.5, 0.8), marks=pytest.mark.slow)]
)
def test_a_consumer_that_keeps_ids_handles_each_event_once_and_in_order(
    count: int, kills: tuple[float, ...], house: Folders, workers: Workers
) -> None:
    organise()
    owner = staff("head", "HQ", Role.HEAD_OFFICE_MANAGER)
    workers.environment |= {"WEBHOOK_HOSTS": "127.0.0.1", "SECRET_KEY": settings.SECRET_KEY}
    with receiving() as receiver:
        add_webhook(
            user=owner, name="x", role=Role.HEAD_OFFICE_MANAGER, unit=Unit.objects.get(parent=None), url=receiver.url,
            kinds=["signed", "paused", "resumed"], by=acting(owner), at=clock.now(),
        )  # fmt: skip
        emit_many(count)
        for share in kills:
            worker = workers.start()
            workers.send(DISPATCH)
            workers.send(PUSH)  # as beat does each minute
            wait_for(partial(heard, receiver, share * count), "some pushes", step=0.002)
            workers.kill(worker)
        workers.start()
        workers.send(DISPATCH)
        workers.send(PUSH)
        waiting = WebhookDelivery.objects.exclude(state="delivered")
        wait_for(lambda: WebhookDelivery.objects.count() == count and not waiting.exists(), "every push", patience=180)
        events = {str(one.public_id): one for one in OutboxEvent.objects.all()}
        handled = list(dict.fromkeys(one.headers["webhook-id"] for one in receiver.told))
    assert set(handled) == set(events)
    of_subject: dict[str, list[int]] = {}
    for one in handled:
        of_subject.setdefault(events[one].subject_key, []).append(events[one].pk)
    assert all(keys == sorted(keys) for keys in of_subject.values())

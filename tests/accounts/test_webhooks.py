"""Webhooks: told in order, signed, tried again, parked, and never led into our own networks."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoDbBlocker

from accounts.models import RoleGrant, Unit, User, Webhook, WebhookAttempt, WebhookDelivery
from accounts.operations import (
    BeyondReach,
    IssuedWebhook,
    NotHeld,
    NotThere,
    add_partner,
    add_webhook,
    end_grant,
    end_webhook,
    pass_over,
    push_again,
    rotate_secret,
)
from accounts.operations.pushing import KEPT, UNREADABLE, WAITS, forget_deliveries, push_next, take_over
from accounts.queries import acting, webhooks_of
from accounts.rules import Role
from core import clock
from core.actor import system
from core.models import AuditEvent
from core.outbox import Happening, emit_all, sort_out
from core.senders.webhooks import TARGET_REFUSED, TargetRefused, check_target, post
from tasks import outbox
from tasks.webhooks import hand
from tests.accounts.organisation import grant, organise, staff
from tests.accounts.receiver import Receiver, receiving
from tests.houses import standing

pytestmark = pytest.mark.django_db
BY = system("test")
DAY = date(2024, 3, 4)
KINDS = ["signed", "paused"]


@pytest.fixture(autouse=True, scope="module")
def _house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with standing(django_db_blocker):
        organise()
        staff("wang", "B1")
        staff("head", "HQ", Role.HEAD_OFFICE_MANAGER)
        staff("ann", "HQ", Role.ADMINISTRATOR)
        yield


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    with receiving() as found:
        yield found


def user(name: str) -> User:
    return User.objects.get(username=name)


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def made(receiver: Receiver, owner: str = "wang", place: str = "B1", role: Role = Role.BRANCH_MANAGER) -> IssuedWebhook:
    return add_webhook(
        user=user(owner), name="仓库", role=role, unit=unit(place), url=receiver.url, kinds=KINDS,
        by=acting(user(owner)), at=clock.now(),
    )  # fmt: skip


def happen(*keys: str, kind: str = "signed", place: str = "O11") -> None:
    path = unit(place).path if place else ""
    emit_all(happenings=[Happening(kind, "contract", key, DAY, {"client": "x"}, path) for key in keys], at=clock.now())
    sort_out(handlers=outbox.HANDLERS, by=BY, at=clock.now())


def push(at: datetime | None = None) -> None:
    now = at or clock.now()
    take_over(by=BY, at=now)
    while push_next(hand=hand, by=BY, at=now):
        pass


def later(**more: float) -> datetime:
    return clock.now() + timedelta(**more)


def test_what_happens_from_now_on_is_told_in_order_and_signed(receiver: Receiver) -> None:
    happen("before")
    webhook, secret = made(receiver).webhook, made(receiver, "head", "HQ", Role.HEAD_OFFICE_MANAGER).secret
    Webhook.objects.filter(pk=webhook.pk).update(revoked_at=clock.now(), revoked_by=webhook.user)
    happen("1", "2", "1")
    happen("house", place="")
    happen("other kind", kind="resumed")
    push()
    assert receiver.keys() == ["1", "2", "1", "house"]
    one = receiver.told[0]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{one.headers['webhook-id']}.{one.headers['webhook-timestamp']}.".encode() + one.body
    expected = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    assert one.headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(one.headers["webhook-timestamp"]) - clock.now().timestamp()) < 60
    assert one.headers["webhook-id"] == one.event["id"]
    assert one.event["kind"] == "signed"
    push(later(days=1))
    assert len(receiver.told) == 4, "once each"


def test_a_branch_is_told_of_its_own_and_not_of_the_house(receiver: Receiver) -> None:
    made(receiver)
    happen("mine", place="O12")
    happen("theirs", place="O21")
    happen("house", place="")
    push()
    assert receiver.keys() == ["mine"]


def test_whose_role_is_over_is_told_nothing_and_goes_on_from_there(receiver: Receiver) -> None:
    made(receiver)
    happen("taken over before")
    take_over(by=BY, at=clock.now())
    held = RoleGrant.objects.get(user=user("wang"))
    end_grant(grant=held, until=clock.shanghai_today(), by=acting(user("ann")), at=clock.now())
    happen("after")
    push()
    assert receiver.keys() == []
    grant(user("wang"), "B1", since=clock.shanghai_today())
    push(later(hours=1))
    assert receiver.keys() == ["taken over before", "after"]


def test_a_secret_is_changed_and_both_sign_for_a_day(receiver: Receiver) -> None:
    first = made(receiver)
    second = rotate_secret(webhook=first.webhook, by=acting(user("wang")), at=clock.now())
    happen("1")
    push()
    happen("2")
    Webhook.objects.update(former_until=clock.now() - timedelta(seconds=1))
    push()
    marks = [one.headers["webhook-signature"].split(" ") for one in receiver.told]
    assert [len(one) for one in marks] == [2, 1]
    assert first.secret != second.secret
    held = first.webhook
    held.refresh_from_db()
    assert not [one for one in (first.secret, second.secret) if one.encode() in bytes(held.secret)]
    assert first.secret not in str(AuditEvent.objects.filter(subject_kind="webhook").values_list("details", flat=True))


def test_what_is_refused_holds_back_its_subject_alone_and_is_parked_at_last(receiver: Receiver) -> None:
    webhook = made(receiver).webhook
    receiver.answers = lambda told: (400 if told.event["subject_key"] == "bad" else 200, {})
    happen("bad", "good")
    happen("bad", kind="paused")
    at = clock.now()
    for _try in range(len(WAITS) + 2):
        push(at)
        at += timedelta(days=1)
    assert receiver.keys().count("good") == 1
    assert receiver.keys().count("bad") == len(WAITS) + 1
    states = dict(
        WebhookDelivery.objects.values_list("place__event__kind", "state").filter(place__event__kind="paused")
    )
    assert states == {"paused": "waiting"}, "it waits behind the one that is parked"
    parked = WebhookDelivery.objects.get(state="parked")
    assert [one.status for one in parked.attempts.all()] == [400] * (len(WAITS) + 1)
    pass_over(delivery=parked, by=acting(user("wang")), at=at)
    with pytest.raises(NotThere):
        pass_over(delivery=parked, by=acting(user("wang")), at=at)
    receiver.answers = lambda _told: (200, {})
    push(at + timedelta(days=1))
    assert receiver.told[-1].event["kind"] == "paused"
    assert push_again(webhook=webhook, deliveries=[parked], by=acting(user("wang")), at=at) == 1
    push(at + timedelta(days=1))
    assert receiver.told[-1].event == receiver.told[0].event, "sent again by hand"


def test_a_receiver_that_is_away_rests_and_is_not_hammered(receiver: Receiver) -> None:
    made(receiver)
    receiver.answers = lambda _told: (503, {"Retry-After": "300"})
    happen(*map(str, range(20)))
    push()
    assert len(receiver.told) == 1
    push(later(seconds=290))
    assert len(receiver.told) == 1, "it asked to wait"
    push(later(seconds=310))
    assert len(receiver.told) == 2
    receiver.answers = lambda _told: (200, {})
    push(later(hours=1))
    assert sorted(receiver.keys()[2:], key=int) == [str(one) for one in range(20)]


def test_nobody_there_is_an_error_that_is_kept(receiver: Receiver) -> None:
    webhook = made(receiver).webhook
    Webhook.objects.filter(pk=webhook.pk).update(url="http://127.0.0.1:9/nobody")
    happen("1")
    push()
    tried = WebhookAttempt.objects.get()
    assert (tried.status, tried.error) == (None, "ConnectionError")


def test_a_secret_that_can_not_be_read_holds_up_its_own_webhook_alone(receiver: Receiver) -> None:
    lost = made(receiver).webhook
    Webhook.objects.filter(pk=lost.pk).update(secret=b"closed under another key")
    made(receiver)
    happen("1")
    push()
    assert receiver.keys() == ["1"]
    assert WebhookAttempt.objects.get(delivery__webhook=lost).error == UNREADABLE


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    made(receiver)
    receiver.answers = lambda _told: (302, {"Location": receiver.url + "/elsewhere"})
    happen("1")
    push()
    assert len(receiver.told) == 1
    assert WebhookAttempt.objects.get().status == 302


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/", "https://localhost/", "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/x"),
        *("https://169.254.169.254/latest", "https://192.168.0.1/", "https://0.0.0.0/", "https://[::ffff:10.0.0.1]/"),
        *("https://2130706433/", "https://0x7f.1/", "https://user:word@93.184.216.34/", "ftp://93.184.216.34/"),
        *("https:///x", "https://93.184.216.34:999999/", "https://93.184.216.34/\nx", "javascript:alert(1)", ""),
        "https://100.64.0.1/",
    ],
)
def test_no_event_is_led_into_our_own_networks(url: str) -> None:
    with pytest.raises(TargetRefused):
        check_target(url, [])
    assert post(url, {}, b"{}", []).status is None


def test_the_open_internet_and_hosts_that_the_house_allows_are_not_refused() -> None:
    check_target("https://93.184.216.34/hook", [])
    check_target("http://127.0.0.1:8080/hook", ["127.0.0.1"])
    with pytest.raises(TargetRefused):
        check_target("http://127.0.0.2:8080/hook", ["127.0.0.1"])


def test_an_address_that_is_no_longer_allowed_is_refused_at_the_next_try(receiver: Receiver, settings: Any) -> None:
    made(receiver)
    settings.WEBHOOK_HOSTS = []
    happen("1")
    push()
    assert receiver.told == []
    assert WebhookAttempt.objects.get().error == TARGET_REFUSED


def test_one_makes_them_for_oneself_or_for_a_partner_and_no_further_than_one_reads(receiver: Receiver) -> None:
    with pytest.raises(NotHeld):
        made(receiver, "wang", "B2")
    with pytest.raises(NotHeld):
        made(receiver, "ann", "HQ", Role.ADMINISTRATOR)
    asked: dict[str, Any] = {"name": "x", "url": receiver.url, "kinds": KINDS, "at": clock.now()}
    theirs: dict[str, Any] = {"user": user("wang"), "role": Role.BRANCH_MANAGER, "unit": unit("B1")}
    with pytest.raises(NotHeld):
        add_webhook(**asked, **theirs, by=acting(user("ann")))
    crm = add_partner(username="crm", full_name="CRM", by=acting(user("ann")), at=clock.now())
    grant(crm, "B1")
    found = add_webhook(**asked, **theirs | {"user": crm}, by=acting(user("ann"))).webhook
    with pytest.raises(BeyondReach):
        add_webhook(**asked, **theirs | {"user": crm}, by=acting(user("wang")))
    with pytest.raises(BeyondReach):
        end_webhook(webhook=found, by=acting(user("wang")), at=clock.now())
    assert list(webhooks_of(user("ann"))) == [found]
    assert list(webhooks_of(user("wang"))) == []
    happen("1")
    push()
    assert receiver.keys() == ["1"]
    assert end_webhook(webhook=found, by=acting(user("ann")), at=clock.now()).revoked_at is not None
    happen("2")
    push()
    assert receiver.keys() == ["1"]
    with pytest.raises(NotThere):
        rotate_secret(webhook=found, by=acting(user("ann")), at=clock.now())


def test_the_log_of_deliveries_is_forgotten_after_a_time(receiver: Receiver) -> None:
    made(receiver)
    happen("1")
    push()
    assert forget_deliveries(by=BY, at=clock.now()) == 0
    assert forget_deliveries(by=BY, at=clock.now() + KEPT) == 1
    assert not WebhookAttempt.objects.exists()
    push()
    assert receiver.keys() == ["1"], "what was forgotten is not told again"


def test_an_event_is_on_its_way_to_a_webhook_once(receiver: Receiver) -> None:
    made(receiver)
    happen("1")
    push()
    held = WebhookDelivery.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        WebhookDelivery.objects.create(webhook=held.webhook, place=held.place, subject="x", due_at=clock.now())


def test_the_log_of_acts_names_the_host_and_no_word_that_opens_it(receiver: Receiver) -> None:
    receiver.url += "?word=of-theirs"
    webhook = made(receiver).webhook
    event = AuditEvent.objects.get(action="add_webhook", subject_key=str(webhook.public_id))
    assert event.details["host"] == "127.0.0.1"
    assert "of-theirs" not in str(event.details)

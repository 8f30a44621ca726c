"""The pages of webhooks: made, shown once, watched, sent again, passed over, given a new secret, ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.models import Unit, User, Webhook, WebhookDelivery
from accounts.operations import add_partner
from accounts.operations.pushing import WAITS
from accounts.queries import acting
from accounts.rules import Role
from core import clock
from tests.accounts.organisation import grant, organise, staff
from tests.accounts.receiver import Receiver, receiving
from tests.accounts.test_webhooks import happen, later, push
from tests.houses import standing
from tests.statements import asked

pytestmark = pytest.mark.django_db
LIST = "/webhooks/"


@pytest.fixture(autouse=True, scope="module")
def _house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with standing(django_db_blocker):
        organise()
        for name, place, role in (
            ("wang", "B1", Role.BRANCH_MANAGER),
            ("zhao", "B2", Role.BRANCH_MANAGER),
            ("ann", "HQ", Role.ADMINISTRATOR),
            ("lee", "O11", Role.ADVISER),
        ):
            staff(name, place, role)
        yield


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    with receiving() as found:
        yield found


def inside(name: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username=name))
    return client


def secret_in(html: str) -> str:
    found = re.search(r"whsec_[\w+/]{43}=", html)
    assert found, html
    return found[0]


def form(receiver: Receiver, owner: str = "wang") -> dict[str, Any]:
    held = User.objects.get(username=owner).grants.get()
    return {"name": "仓库", "grant": str(held.public_id), "url": receiver.url, "kinds": ["signed", "paused"]}


def made(receiver: Receiver) -> tuple[Webhook, str]:
    inside("wang").post(LIST, form(receiver))
    webhook = Webhook.objects.get()
    return webhook, f"{LIST}{webhook.public_id}/"


def test_it_is_made_shown_once_and_told(receiver: Receiver) -> None:
    person = inside("wang")
    answer = person.post(LIST, form(receiver))
    assert "no-store" in answer["Cache-Control"]
    secret = secret_in(answer.content.decode())
    happen("K-1")
    push()
    webhook = Webhook.objects.get()
    for page in (LIST, f"{LIST}{webhook.public_id}/"):
        text = person.get(page).content.decode()
        assert "仓库" in text
        assert secret not in text, "never again"
    assert "contract K-1" in text
    assert "HTTP 204" in text
    assert receiver.keys() == ["K-1"]


@pytest.mark.parametrize(
    "wrong",
    [
        *({"url": "https://10.0.0.1/"}, {"url": "http://example.com/"}, {"url": ""}),
        *({"kinds": ["strange"]}, {"kinds": []}, {"grant": "x"}, {"name": ""}),
    ],
)
def test_what_can_not_be_made_is_told_and_nothing_is(receiver: Receiver, wrong: dict[str, Any]) -> None:
    answer = inside("wang").post(LIST, form(receiver) | wrong)
    assert "whsec_" not in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
    assert not Webhook.objects.exists()


def test_what_is_parked_is_sent_again_or_passed_over(receiver: Receiver) -> None:
    webhook, page = made(receiver)
    receiver.answers = lambda _told: (500, {})
    happen("K-1", "K-2")
    for number in range(2 * len(WAITS) + 4):
        push(later(days=number))
    person = inside("wang")
    text = person.get(f"{page}?state=parked").content.decode()
    assert text.count(">parked<") == 2
    assert "HTTP 500" in text
    first, second = WebhookDelivery.objects.order_by("place")
    assert person.post(f"{page}deliveries/{first.public_id}/pass/").status_code == 302
    assert person.post(f"{page}deliveries/{first.public_id}/pass/").status_code == 409
    assert person.post(f"{page}deliveries/{second.public_id}/strange/").status_code == 404
    receiver.answers = lambda _told: (200, {})
    assert person.post(f"{page}again/").status_code == 302
    push(later(days=30))
    assert sorted(WebhookDelivery.objects.values_list("state", flat=True)) == ["delivered", "passed_over"]
    assert person.post(f"{page}deliveries/{first.public_id}/again/").status_code == 302
    push(later(days=30))
    assert receiver.keys()[-1] == "K-1"
    assert webhook.deliveries.filter(state="delivered").count() == 2


def test_a_secret_is_changed_and_it_is_ended(receiver: Receiver) -> None:
    _webhook, page = made(receiver)
    person = inside("wang")
    answer = person.post(f"{page}secret/")
    secret_in(answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    assert "former secret signs" in person.get(page).content.decode()
    assert person.post(f"{page}end/").status_code == 302
    assert person.post(f"{page}secret/").status_code == 409
    happen("K-1")
    push()
    assert receiver.told == []


def test_nobody_else_finds_it(receiver: Receiver) -> None:
    webhook, page = made(receiver)
    happen("K-1")
    push()
    delivery = WebhookDelivery.objects.get().public_id
    for name in ("zhao", "ann"):
        assert inside(name).get(page).status_code == 404
        for act in ("end/", "secret/", "again/", f"deliveries/{delivery}/again/"):
            assert inside(name).post(page + act).status_code == 404
    assert inside("lee").get(LIST).status_code == 404
    assert inside("zhao").post(LIST, form(receiver, "wang")).status_code == 200
    assert list(Webhook.objects.all()) == [webhook]


def test_an_administrator_makes_one_for_a_partners_system(receiver: Receiver) -> None:
    ann = User.objects.get(username="ann")
    text = inside("ann").get(LIST).content.decode()
    assert "reads the log of events" in text
    crm = add_partner(username="crm", full_name="CRM", by=acting(ann), at=clock.now())
    grant(crm, "B1")
    secret_in(inside("ann").post(LIST, form(receiver, "crm")).content.decode())
    webhook = Webhook.objects.get()
    assert (webhook.user, webhook.unit) == (crm, Unit.objects.get(code="B1"))
    assert inside("ann").get(f"{LIST}{webhook.public_id}/").status_code == 200


def test_pages_take_as_many_statements_for_many_as_for_one(receiver: Receiver) -> None:
    _webhook, page = made(receiver)
    counts: dict[str, list[int]] = {}
    person = inside("wang")
    for number in (1, 6):
        happen(*(f"K-{number}-{key}" for key in range(number)))
        push()
        for address in (LIST, page):
            with asked() as captured:
                person.get(address)
            counts.setdefault(address, []).append(len(captured))
    for found in counts.values():
        assert found[0] == found[1] <= 15

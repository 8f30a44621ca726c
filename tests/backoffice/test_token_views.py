"""The page of tokens: made, shown once, ended; and clients of partners' systems for administrators."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.models import ApiClient, ApiToken, User
from accounts.operations import confirm_grant, propose_grant
from accounts.queries import acting
from accounts.rules import Role
from core import clock
from tests.api.asking import Program
from tests.delivered import Broker, published

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def broker(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    with published(django_db_blocker, tmp_path_factory.mktemp("tokens") / "broker", clients=40, days=8) as broker:
        yield broker


def inside(broker: Broker, role: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(broker.user(role))
    return client


def secret_in(html: str) -> str:
    found = re.search(r"sp[ts]_[\w-]{43}", html)
    assert found, html
    return found[0]


def test_a_token_is_made_shown_once_used_and_ended(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    grant = str(broker.user("head_office_manager").grants.get().public_id)
    asked = {"name": "仓库", "grant": grant, "areas": ["figures"], "days": "30"}
    answer = head.post("/tokens/", asked)
    asking = Program(secret_in(answer.content.decode()))
    assert "no-store" in answer["Cache-Control"]
    assert asking.get("/api/v1/matrix").status_code == 200
    page = head.get("/tokens/").content.decode()
    assert "仓库" in page
    assert not re.search(r"spt_[\w-]{43}", page), "never again"
    token = ApiToken.objects.get()
    assert inside(broker, "branch_manager").post(f"/tokens/{token.public_id}/end/").status_code == 404
    assert head.post(f"/tokens/{token.public_id}/end/").status_code == 302
    assert asking.get("/api/v1/matrix").status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"days": "400"}, {"areas": []}, {"areas": ["settings"]}, {"grant": "x"}, {"name": ""}]
)
def test_what_can_not_be_made_is_told_and_nothing_is(broker: Broker, wrong: dict[str, object]) -> None:
    head = inside(broker, "head_office_manager")
    grant = str(broker.user("head_office_manager").grants.get().public_id)
    asked = {"name": "x", "grant": grant, "areas": ["figures"], "days": "30"} | wrong
    assert "spt_" not in head.post("/tokens/", asked).content.decode()
    assert not ApiToken.objects.exists()


def test_a_partners_system_is_added_given_a_role_by_two_and_gets_a_client(broker: Broker) -> None:
    admin = inside(broker, "administrator")
    answer = admin.post("/tokens/partners/", {"username": "crm", "full_name": "CRM"})
    user = User.objects.get(username="crm")
    assert answer["Location"] == f"/settings/people/{user.public_id}/"
    first, second = (acting(broker.user(name)) for name in ("administrator", "administrator_colleague"))
    unit = broker.user("branch_manager").grants.get().unit
    grant = propose_grant(
        user=user, role=Role.BRANCH_MANAGER, unit=unit, since=clock.shanghai_today(), by=first, at=clock.now()
    )
    asked = {"name": "nightly", "grant": str(grant.public_id), "areas": ["figures"], "days": "30"}
    address = f"/tokens/partners/{user.public_id}/"
    assert "sps_" not in admin.post(address, asked).content.decode(), "one person alone gave it a role"
    confirm_grant(grant=grant, by=second, at=clock.now())
    assert secret_in(admin.post(address, asked).content.decode()).startswith("sps_")
    client = ApiClient.objects.get()
    assert inside(broker, "head_office_manager").post(f"/tokens/clients/{client.public_id}/end/").status_code == 404
    assert admin.post(f"/tokens/clients/{client.public_id}/end/").status_code == 302
    client.refresh_from_db()
    assert client.revoked_at is not None
    assert inside(broker, "head_office_manager").post("/tokens/partners/", {"username": "x"}).status_code == 404

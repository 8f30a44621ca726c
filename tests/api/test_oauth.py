"""The door of partners' systems: a client that shows its secret is given a token for an hour."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import ApiToken, Unit
from accounts.operations import BeyondReach, IssuedClient, NoPartner, NotHeld, issue_client, revoke_client
from accounts.queries import acting
from accounts.roles import Area
from accounts.rules import Role
from core import clock
from tests.api.asking import Program, code_of
from tests.api.partners import branch, made, partner
from tests.delivered import Broker

pytestmark = pytest.mark.django_db

TOKEN = "/api/v1/oauth/token"  # an address


def ask(client: IssuedClient, **form: str) -> Any:
    told = b64encode(f"{client.client.public_id}:{client.secret}".encode()).decode()
    data = "&".join(f"{name}={value}" for name, value in {"grant_type": "client_credentials", **form}.items())
    return Client(headers={"Authorization": f"Basic {told}"}).post(
        TOKEN, data, content_type="application/x-www-form-urlencoded"
    )


def test_a_partner_reads_what_two_people_gave_it(broker: Broker) -> None:
    client = made(broker, partner(broker))
    given = ask(client).json()
    assert (given["token_type"], given["expires_in"], given["scope"]) == ("Bearer", 3600, "clients figures")
    asking = Program(given["access_token"])
    assert asking.get("/api/v1/matrix").json()["rows"][0]["unit"] == branch().code
    told = asking.get("/api/v1/token").json()
    assert (told["owner"], told["areas"]) == ("crm", ["clients", "figures"])
    less = Program(ask(client, scope="clients").json()["access_token"])
    assert code_of(less.get("/api/v1/matrix")) == (403, "not_allowed")
    assert ask(client, scope="clients+audit").json()["error"] == "invalid_scope"


def test_who_does_not_show_its_secret_is_given_nothing(broker: Broker) -> None:
    client = made(broker, partner(broker))
    wrong = IssuedClient(client.client, client.secret + "x")
    assert (ask(wrong).status_code, ask(wrong).json()["error"]) == (401, "invalid_client")
    answer = Client().post(TOKEN, "grant_type=client_credentials", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 401
    assert ask(client, grant_type="password").json()["error"] == "unsupported_grant_type"
    data = f"grant_type=client_credentials&client_id={client.client.public_id}&client_secret={client.secret}"
    inside = Client().post(TOKEN, data, content_type="application/x-www-form-urlencoded")
    assert inside.status_code == 200, "in the body as well"


def test_a_client_that_ended_takes_its_tokens_along(broker: Broker) -> None:
    client = made(broker, partner(broker))
    asking = Program(ask(client).json()["access_token"])
    revoke_client(client=client.client, by=acting(broker.user("administrator")), at=clock.now())
    assert code_of(asking.get("/api/v1/matrix")) == (401, "not_authenticated")
    assert code_of(ask(client)) == (401, "not_authenticated")
    assert ApiToken.objects.filter(client=client.client).count() == 1


def test_only_a_partners_login_is_given_one_and_no_more_than_it_holds(broker: Broker) -> None:
    user = partner(broker)
    with pytest.raises(NoPartner):
        made(broker, broker.user("branch_manager"))
    with pytest.raises(NotHeld):
        made(broker, user, unit=Unit.objects.get(parent=None))
    with pytest.raises(NotHeld):
        made(broker, user, areas=[Area.AUDIT])
    with pytest.raises(BeyondReach):
        issue_client(
            user=user, name="x", role=Role.BRANCH_MANAGER, unit=branch(), areas=[Area.FIGURES],
            until=clock.now() + timedelta(days=1), by=acting(broker.user("branch_manager")), at=clock.now(),
        )  # fmt: skip


def test_a_partner_has_no_password_and_no_session(broker: Broker) -> None:
    user = partner(broker)
    assert not user.has_usable_password()
    assert not Client().login(username="crm", password="")

"""Who gets in: a token opens what it was made for, and nothing else, for as long as it holds."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import URLPattern

from accounts.models import ApiToken, Unit, User
from accounts.operations import NoSuchTime, NotHeld, end_grant, issue_token, revoke_token, switch_login
from accounts.queries import acting
from accounts.roles import MEANINGS, Area
from accounts.rules import Role
from api.limits import StrangerLimit, TokenLimit
from api.own import Own
from api.urls import RESOURCES
from core import clock
from core.models import AuditEvent
from tests.api.asking import Program, code_of, program, token
from tests.delivered import Broker

pytestmark = pytest.mark.django_db

MATRIX = "/api/v1/matrix"
TOP = (Role.HEAD_OFFICE_MANAGER, Role.OPERATIONS, Role.COMPLIANCE, Role.ADMINISTRATOR, Role.PRODUCT_MANAGER)
FOR_ANYBODY = {"oauth-token", "token", "verify-pack", "verify-paper"}
PLACE = re.compile(r"<(\w+):\w+>")
FILLED = {"str": "x", "slug": "x", "uuid": "00000000-0000-4000-8000-000000000000"}


def branch() -> Unit:
    return Unit.objects.filter(level="branch").earliest("pk")


def test_a_token_opens_its_area_and_its_units_alone(broker: Broker) -> None:
    head = broker.user("head_office_manager")
    assert program(head).get(MATRIX).status_code == 200
    below = program(head, unit=branch())
    assert below.get(MATRIX).json()["rows"][0]["unit"] == branch().code
    assert code_of(below.get(f"{MATRIX}?unit={head.grants.get().unit.code}")) == (404, "not_found")
    assert code_of(program(head, areas=[Area.TERMS]).get(MATRIX)) == (403, "not_allowed")


@pytest.mark.parametrize("route", RESOURCES, ids=lambda one: one.name)
def test_no_address_opens_to_a_token_for_everything_else(broker: Broker, route: URLPattern) -> None:
    """Whatever a role opens: the token leaves out the one area of the address."""
    view: Any = route.callback
    area = view.cls.area
    if area is None:
        assert route.name in FOR_ANYBODY or issubclass(view.cls, Own)
        return
    owner = next(role for role in TOP if area in MEANINGS[role].areas)
    asking = program(broker.user(owner.value), areas=MEANINGS[owner].areas - {area})
    address = PLACE.sub(lambda found: FILLED[found[1]], f"/api/{route.pattern}")
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} & set(view.cls().allowed_methods):
        assert code_of(asking.generic(method, address, headers={"Idempotency-Key": "k"})) == (403, "not_allowed")


def test_a_token_gives_no_more_than_its_owner_has(broker: Broker) -> None:
    manager, root = broker.user("branch_manager"), Unit.objects.get(parent=None)
    mine = manager.grants.get().unit
    asked: dict[str, Any] = {"user": manager, "name": "more", "by": acting(manager), "at": clock.now()}
    until = clock.now() + timedelta(days=1)
    beyond: list[dict[str, Any]] = [
        {"role": Role.BRANCH_MANAGER, "unit": root, "areas": [Area.FIGURES]},
        {"role": Role.HEAD_OFFICE_MANAGER, "unit": mine, "areas": [Area.FIGURES]},
        {"role": Role.BRANCH_MANAGER, "unit": mine, "areas": [Area.AUDIT]},
        {"role": Role.BRANCH_MANAGER, "unit": mine, "areas": []},
    ]
    for more in beyond:
        with pytest.raises(NotHeld):
            issue_token(**asked, **more, until=until)
    for wrong in (asked["at"], asked["at"] + timedelta(days=400)):
        with pytest.raises(NoSuchTime):
            issue_token(**asked, role=Role.BRANCH_MANAGER, unit=mine, areas=[Area.FIGURES], until=wrong)
    other = broker.user("head_office_manager")
    with pytest.raises(NotHeld):
        issue_token(
            **{**asked, "user": other}, role=Role.HEAD_OFFICE_MANAGER, unit=root, areas=[Area.FIGURES], until=until
        )


def test_a_token_ends(broker: Broker) -> None:
    user = broker.user("head_office_manager")
    made, secret = token(user)
    asking = Program(secret)
    assert asking.get(MATRIX).status_code == 200
    revoke_token(token=made, by=acting(user), at=clock.now())
    assert code_of(asking.get(MATRIX)) == (401, "not_authenticated")
    assert AuditEvent.objects.filter(action="revoke_token", subject_key=str(made.public_id)).count() == 1

    _made, secret = token(user, made=clock.now() - timedelta(days=1))
    assert code_of(Program(secret).get(MATRIX)) == (401, "not_authenticated")


def test_a_token_ends_with_its_owners_login_and_role(broker: Broker) -> None:
    user, administrator = broker.user("branch_manager"), broker.user("administrator")
    asking = program(user)
    switch_login(user=user, on=False, by=acting(administrator), at=clock.now())
    assert code_of(asking.get(MATRIX)) == (401, "not_authenticated")
    switch_login(user=user, on=True, by=acting(administrator), at=clock.now())
    assert asking.get(MATRIX).status_code == 200
    end_grant(grant=user.grants.get(), until=clock.shanghai_today(), by=acting(administrator), at=clock.now())
    assert code_of(asking.get(MATRIX)) == (403, "not_allowed"), "the role is over"


def test_a_token_that_asks_too_often_is_told_how_long_to_wait(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TokenLimit, "rate", "3/day", raising=False)
    head = broker.user("head_office_manager")
    asking, other = program(head), program(head)
    assert [asking.get(MATRIX).status_code for _time in range(5)] == [200, 200, 200, 429, 429]
    refused = asking.get(MATRIX)
    assert code_of(refused) == (429, "too_many")
    assert 0 < int(refused["Retry-After"]) <= 86_401
    assert other.get(MATRIX).status_code == 200, "each token for itself"


def test_a_stranger_who_names_another_address_is_counted_with_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StrangerLimit, "rate", "2/day", raising=False)
    asked = [
        Client(REMOTE_ADDR="192.0.2.7", headers={"X-Forwarded-For": f"198.51.100.{number}"}).post(
            "/api/v1/oauth/token", "grant_type=x", content_type="application/x-www-form-urlencoded"
        )
        for number in range(4)
    ]
    assert [one.status_code == 429 for one in asked] == [False, False, True, True]


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Bearer " + "x" * 5000, "Basic eDp5", "Bearer \udce9"])
def test_what_is_no_token_opens_nothing(broker: Broker, header: str) -> None:
    text = header.encode("utf-8", "surrogateescape").decode("latin-1")
    answer = Client(headers={"Authorization": text}).get(MATRIX)
    assert code_of(answer) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_goes_before_the_session_beside_it(broker: Broker) -> None:
    """Whoever is logged in and shows a narrower token reads what the token leaves, in the ORM and in the database."""
    head = broker.user("head_office_manager")
    asking = program(head, unit=branch())
    asking.force_login(head)
    assert asking.get(MATRIX).json()["rows"][0]["unit"] == branch().code
    assert code_of(asking.get(f"{MATRIX}?unit={Unit.objects.get(parent=None).code}")) == (404, "not_found")


def test_a_session_of_staff_opens_it_and_of_a_client_does_not(broker: Broker) -> None:
    inside = Client(headers={"Accept-Language": "en"})
    inside.force_login(broker.user("head_office_manager"))
    assert inside.get(MATRIX).status_code == 200
    client = Client()
    client.force_login(User.objects.exclude(client_login=None).earliest("pk"))
    assert code_of(client.get(MATRIX)) == (403, "not_allowed")
    assert code_of(Client().get(MATRIX)) == (401, "not_authenticated")


def test_the_last_use_is_noted_and_no_secret_is_kept(broker: Broker) -> None:
    made, secret = token(broker.user("head_office_manager"))
    assert made.used_at is None
    Program(secret).get(MATRIX)
    made.refresh_from_db()
    assert made.used_at is not None
    assert secret not in str(ApiToken.objects.filter(pk=made.pk).values())
    assert not [event for event in AuditEvent.objects.filter(action="issue_token") if secret in str(event.details)]


def test_what_a_token_opens_never_changes(broker: Broker) -> None:
    made, _secret = token(broker.user("head_office_manager"))
    mine = ApiToken.objects.filter(pk=made.pk)
    for wrong in ({"areas": ["audit"]}, {"expires_at": clock.now() + timedelta(days=900)}, {"role": "auditor"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            mine.update(**wrong)
    with pytest.raises(DatabaseError), transaction.atomic():
        mine.delete()

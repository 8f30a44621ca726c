"""Limits and what proofs rest on: on their page, by two administrators of the house, and nobody else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from accounts.models import Client, RoleGrant, User
from accounts.rules import Role
from core import clock
from core.actor import Actor, system
from core.limits import LIMITS, OutOfBounds
from core.models import AuditEvent, SettingVersion
from core.operations import PersonsPropose, UnknownSetting, propose_setting, set_up_setting
from core.queries import limit, limit_days
from smart_products.health.queries import health
from smart_products.health.rules import State
from smart_products.signing.seals.configured import NotAgreed, sealer
from tests.accounts.organisation import organise, staff
from tests.houses import standing
from tests.limits import limits
from tests.portal.people import registered, words
from tests.statements import asked

pytestmark = pytest.mark.django_db
PAGE = "/settings/limits/"
SEALS = ("seal", "trust", "stamps")


@pytest.fixture(autouse=True, scope="module")
def _house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with standing(django_db_blocker):
        organise()
        for name, unit in (("ann", "HQ"), ("bo", "HQ"), ("cy", "B1")):
            staff(name, unit, Role.ADMINISTRATOR)
        staff("far", "B2", Role.BRANCH_MANAGER)
        yield


@pytest.fixture
def own_seal() -> Iterator[None]:
    """Let files of the local authority stand for a production's own key and trust."""
    sealer(clock.now())
    own = settings.LOCAL_SEALS_DIR
    with override_settings(SEAL_KEY=str(own / "seal.pem"), TRUST_FILE=str(own / "trust.json"), TSA_URL="none"):
        yield


def inside(name: str) -> Browser:
    browser = Browser()
    browser.force_login(User.objects.get(username=name))
    browser.cookies["django_language"] = "en"
    return browser


def propose(browser: Browser, key: str, value: str = "", reason: str = "the board decided") -> Any:
    return browser.post(f"{PAGE}{key}/", {"value": value, "reason": reason})


def act(browser: Browser, act: str) -> Any:
    return browser.post(f"{PAGE}{SettingVersion.objects.latest('pk').public_id}/{act}/")


def told(answer: Any) -> str:
    return words(answer.content.decode())


def test_a_limit_changes_by_two_people_and_holds_at_once() -> None:
    ann, bo = inside("ann"), inside("bo")
    assert propose(ann, "rematch_days", "15").status_code == 302
    assert limit_days("rematch_days") == 10, "nothing changed yet"
    assert act(ann, "confirm").status_code == 403
    page = told(bo.get(PAGE))
    assert all(word in page for word in ("10 days", "15 days", "the board decided", "proposed by ann"))
    assert propose(bo, "rematch_days", "20").status_code == 409, "one value waits"
    assert act(bo, "confirm").status_code == 302
    assert limit_days("rematch_days") == 15
    assert "proposed by ann, confirmed by bo" in told(ann.get(PAGE))
    assert act(bo, "withdraw").status_code == 409
    assert propose(ann, "rematch_days", "15.0").status_code == 409, "it holds already"
    found = AuditEvent.objects.filter(subject_kind="setting", subject_key="rematch_days").order_by("pk")
    assert [(one.action, one.actor_name, one.details["value"]) for one in found] == [
        ("propose_setting", "ann", "15"),
        ("confirm_setting", "bo", "15"),
    ]


def test_a_proposal_is_refused_and_another_one_made() -> None:
    ann, bo = inside("ann"), inside("bo")
    propose(ann, "missing_share", "0.05")
    assert act(bo, "withdraw").status_code == 302
    propose(bo, "missing_share", "0.020")
    act(ann, "confirm")
    assert limit("missing_share") == LIMITS["missing_share"].read("0.02")
    assert "2 %" in told(ann.get(PAGE))


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [
        ("rematch_days", "0", 422),
        ("rematch_days", "91", 422),
        ("rematch_days", "7.5", 422),
        ("rematch_days", "soon", 422),
        ("rematch_days", "NaN", 422),
        ("missing_share", "1.01", 422),
        ("missing_share", "Infinity", 422),
        ("rematch_days", "", 422),
        ("nothing", "1", 404),
        ("seal", "x", 404),
    ],
)
def test_what_is_no_value_is_refused_with_what_was_typed(key: str, value: str, status: int) -> None:
    answer = propose(inside("ann"), key, value)
    assert answer.status_code == status
    assert not SettingVersion.objects.exists()
    if status == 422 and value:
        assert f'value="{value}"' in answer.content.decode()


def test_a_reason_is_needed() -> None:
    assert propose(inside("ann"), "draft_days", "5", "").status_code == 422


def test_nobody_but_administrators_of_the_house_finds_the_page() -> None:
    propose(inside("ann"), "draft_days", "5")
    strangers = [inside("cy"), inside("far"), registered(Client.objects.get(code="C1"), "lin")]
    for one in strangers:
        assert one.get(PAGE).status_code == 404
        assert propose(one, "carry_days", "3").status_code == 404
        assert act(one, "confirm").status_code == 404
    assert Browser().get(PAGE)["Location"].startswith("/accounts/login/")
    assert PAGE not in strangers[0].get("/settings/people/").content.decode()
    assert PAGE in inside("ann").get("/settings/people/").content.decode()
    assert limit_days("draft_days") == 30


def test_the_database_keeps_every_version() -> None:
    with limits(draft_days="7"):
        assert limit_days("draft_days") == 7
    assert limit_days("draft_days") == 30
    kept = SettingVersion.objects.all()
    for change in ({"value": "9"}, {"set_up_at": None, "proposed_at": clock.now(), "proposed_by": 1}):
        with pytest.raises(DatabaseError), transaction.atomic():
            kept.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.delete()
    propose(inside("ann"), "draft_days", "5")
    ann = User.objects.get(username="ann").pk
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.filter(set_up_at=None).update(confirmed_at=clock.now(), confirmed_by=ann)


def test_operations_refuse_who_may_not() -> None:
    at, person = clock.now(), Actor("user", "ann", User.objects.get(username="ann").pk)
    with pytest.raises(PersonsPropose):
        set_up_setting(key="draft_days", value="5", reason="x", by=person, at=at)
    with pytest.raises(PermissionError):
        propose_setting(key="draft_days", value="5", reason="x", by=system("night"), at=at)
    with pytest.raises(UnknownSetting):
        propose_setting(key="nothing", value="5", reason="x", by=person, at=at)
    with pytest.raises(OutOfBounds):
        set_up_setting(key="draft_days", value="0", reason="x", by=system("night"), at=at)


def test_the_command_sets_up_only_while_there_are_no_two_administrators() -> None:
    with pytest.raises(CommandError):
        call_command("limits", "set", "draft_days", "5", "as before")
    RoleGrant.objects.filter(user__username="bo").update(until=clock.shanghai_today())
    out = StringIO()
    call_command("limits", "--json", "set", "draft_days", "5", "as before", stdout=out)
    found = {one["key"]: one for one in json.loads(out.getvalue())["limits"]}
    assert (found["draft_days"]["value"], found["draft_days"]["by"], found["carry_days"]["by"]) == ("5", "limits", "")
    with pytest.raises(CommandError):
        call_command("limits", "set", "draft_days", "1000", "too long")


@pytest.mark.usefixtures("own_seal")
def test_nothing_is_sealed_before_two_people_agreed_by_what() -> None:
    ann, bo, at = inside("ann"), inside("bo"), clock.now()
    with pytest.raises(NotAgreed) as refused:
        sealer(at)
    assert refused.value.keys == list(SEALS)
    assert checked() is State.ACT
    for key in SEALS:
        assert propose(ann, key, "what somebody typed").status_code == 302
        act(bo, "confirm")
    assert checked() is State.GOOD
    assert "not agreed" not in told(ann.get(PAGE))
    (settled,) = SettingVersion.objects.filter(key="trust").values_list("value", flat=True)
    trust = (settings.LOCAL_SEALS_DIR / "trust.json").read_bytes()
    assert settled == hashlib.sha256(trust).hexdigest(), "what runs, never what was typed"
    assert sealer(at).seal_file(b"head", at=at).seal
    with override_settings(TSA_URL="http://127.0.0.1:9/"), pytest.raises(NotAgreed) as changed:
        sealer(at)
    assert changed.value.keys == ["stamps"]


def test_where_the_stand_in_seals_there_is_nothing_to_agree_on() -> None:
    at = clock.now()
    assert sealer(at).seal_file(b"head", at=at).seal
    assert "stand-in" in told(inside("ann").get(PAGE))
    assert all(one.code != "seals" for one in health(today=clock.shanghai_today(), at=clock.now()))


def test_the_page_takes_few_statements() -> None:
    propose(inside("ann"), "draft_days", "5")
    bo = inside("bo")
    with asked() as statements:
        bo.get(PAGE)
    assert len(statements) <= 8


def checked() -> State:
    (found,) = (one for one in health(today=clock.shanghai_today(), at=clock.now()) if one.code == "seals")
    return found.state

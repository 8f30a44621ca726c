"""The pages of settings: roles and people, proposed by one and confirmed by another, and strangers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from accounts.models import Client, FactorReset, RoleGrant, Unit, User
from accounts.operations import add_staff, propose_grant
from accounts.queries import acting
from accounts.roles import MEANINGS
from accounts.rules import Role
from core import clock
from core.models import AuditEvent
from tests.accounts.organisation import organise, staff
from tests.houses import standing
from tests.portal.people import registered, words
from tests.statements import asked

pytestmark = pytest.mark.django_db
CHOSEN = "nine brown foxes run"
UNKNOWN = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(autouse=True, scope="module")
def _house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with standing(django_db_blocker):
        organise()
        for name, unit in (("ann", "HQ"), ("bo", "HQ"), ("cy", "B1")):
            staff(name, unit, Role.ADMINISTRATOR)
        staff("wang")
        staff("far", "B2", Role.BRANCH_MANAGER)
        yield


def user(name: str) -> User:
    return User.objects.get(username=name)


def inside(name: str) -> Browser:
    browser = Browser()
    browser.force_login(user(name))
    browser.cookies["django_language"] = "en"
    return browser


def page(name: str) -> str:
    return f"/settings/people/{user(name).public_id}/"


def enter(browser: Browser, name: str, password: str) -> Any:
    browser.cookies["django_language"] = "en"
    return browser.post("/accounts/login/", {"login": name, "password": password})


def choose(browser: Browser, present: str, chosen: str) -> Any:
    given = {"oldpassword": present, "password1": chosen, "password2": chosen}
    return browser.post("/accounts/password/change/", given)


def proposal(**changed: str) -> dict[str, str]:
    return {"role": "branch_manager", "unit": "B1", "since": clock.shanghai_today().isoformat(), **changed}


def test_from_a_new_login_to_a_role_that_holds_and_ends() -> None:
    ann, bo = inside("ann"), inside("bo")
    made = ann.post("/settings/people/", {"username": "li", "full_name": "李四"})
    (password,) = re.findall(r"<code>([^<]+)</code>", made.content.decode())
    li = Browser()
    assert enter(li, "li", password).status_code == 302
    assert li.get("/matrix/")["Location"] == "/accounts/password/change/", "nothing opens by a password handed over"
    assert choose(li, password, password).status_code == 200, "the present password is no choice"
    assert choose(li, password, CHOSEN).status_code == 302
    assert li.get("/matrix/").status_code == 200
    assert ann.post(f"{page('li')}propose/", proposal())["Location"] == page("li")
    held = RoleGrant.objects.get(user__username="li")
    assert password not in ann.get(page("li")).content.decode()
    alone = ann.post(f"/settings/grants/{held.public_id}/confirm/")
    assert (alone.status_code, "Two people are needed" in alone.content.decode()) == (403, True)
    assert "Confirm" not in words(ann.get(page("li")).content.decode())
    assert "proposed by ann" in words(bo.get("/settings/people/").content.decode())
    bo.post(f"/settings/grants/{held.public_id}/confirm/")
    assert "confirmed by bo" in words(bo.get(page("li")).content.decode())
    assert "2 people" in words(bo.get("/settings/roles/").content.decode()), "far is the other branch manager"
    assert li.get("/matrix/").status_code == 302, "logged out once"
    bo.post(f"/settings/grants/{held.public_id}/end/")
    assert "ended" in words(bo.get(page("li")).content.decode())
    assert bo.post(f"/settings/grants/{held.public_id}/end/").status_code == 409


def test_a_login_is_switched_off_on_and_gets_a_new_password() -> None:
    ann = inside("ann")
    ann.post(f"{page('wang')}off/")
    assert not user("wang").is_active
    assert "switched off" in words(ann.get("/settings/people/?q=wang").content.decode())
    ann.post(f"{page('wang')}on/")
    answer = ann.post(f"{page('wang')}password/")
    (password,) = re.findall(r"<code>([^<]+)</code>", answer.content.decode())
    assert user("wang").check_password(password)
    assert enter(Browser(), "wang", password).status_code == 302
    User.objects.filter(username="wang").update(password_given_at=clock.now() - timedelta(hours=73))
    late = enter(Browser(), "wang", password)
    assert (late.status_code, "three days" in late.content.decode()) == (403, True)
    assert "no-store" in answer["Cache-Control"]
    actions = AuditEvent.objects.filter(actor_name="ann").values_list("action", flat=True)
    assert list(actions) == ["switch_off", "switch_on", "renew_staff_password"]


def test_a_lost_second_factor_goes_by_two_people() -> None:
    ann, bo, wang = inside("ann"), inside("bo"), inside("wang")
    assert ann.post(f"{page('wang')}lost/", {"reason": "came in person"}).status_code == 409, "there is none"
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=user("wang"), type=kind, data={})
    assert ann.post(f"{page('wang')}lost/", {"reason": ""}).status_code == 422
    assert ann.post(f"{page('ann')}lost/", {"reason": "me"}).status_code == 403
    assert ann.post(f"{page('wang')}lost/", {"reason": "came in person"}).status_code == 302
    assert ann.post(f"{page('wang')}lost/", {"reason": "again"}).status_code == 409
    held = FactorReset.objects.get()
    assert ann.post(f"/settings/resets/{held.public_id}/confirm/").status_code == 403
    assert inside("far").post(f"/settings/resets/{held.public_id}/confirm/").status_code == 404
    assert Authenticator.objects.filter(user=user("wang")).count() == 2
    assert "came in person" in words(bo.get("/settings/people/").content.decode())
    done = bo.post(f"/settings/resets/{held.public_id}/confirm/")
    (password,) = re.findall(r"<code>([^<]+)</code>", done.content.decode())
    assert not Authenticator.objects.filter(user=user("wang")).exists()
    assert wang.get("/accounts/password/change/").status_code == 302, "the session ended"
    assert enter(wang, "wang", password).status_code == 302
    assert bo.post(f"/settings/resets/{held.public_id}/withdraw/").status_code == 409
    told = AuditEvent.objects.filter(subject_key="wang", action__contains="factor").order_by("pk")
    assert [(one.action, one.actor_name) for one in told] == [
        ("propose_factor_reset", "ann"),
        ("confirm_factor_reset", "bo"),
    ]
    assert told[1].details == {"factors": ["recovery_codes", "totp"]}


def test_a_reset_is_refused_and_stands_for_ever() -> None:
    ann, bo = inside("ann"), inside("bo")
    Authenticator.objects.create(user=user("wang"), type=Authenticator.Type.TOTP, data={})
    ann.post(f"{page('wang')}lost/", {"reason": "a call by phone"})
    held = FactorReset.objects.get()
    assert bo.post(f"/settings/resets/{held.public_id}/withdraw/").status_code == 302
    assert Authenticator.objects.filter(user=user("wang")).exists()
    assert ann.post(f"{page('wang')}lost/", {"reason": "came in person"}).status_code == 302, "asked again"
    with pytest.raises(DatabaseError), transaction.atomic():
        FactorReset.objects.filter(pk=held.pk).update(reason="another")
    with pytest.raises(DatabaseError), transaction.atomic():
        FactorReset.objects.filter(pk=held.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        FactorReset.objects.exclude(pk=held.pk).update(confirmed_at=clock.now(), confirmed_by=user("ann"))


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"unit": "O11"}, 422),
        ({"unit": "nowhere"}, 403),
        ({"role": "client"}, 422),
        ({"role": "superuser"}, 422),
        ({"since": "soon"}, 422),
        ({"since": "2001-01-01"}, 422),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_proposed(changed: dict[str, str], status: int) -> None:
    answer = inside("ann").post(f"{page('wang')}propose/", proposal(**changed))
    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()
    assert not RoleGrant.objects.filter(user=user("wang")).exists()


def test_nobody_acts_on_himself_or_beyond_his_units() -> None:
    ann, cy = inside("ann"), inside("cy")
    for act in ("off", "password"):
        assert ann.post(f"{page('ann')}{act}/").status_code == 403
    assert ann.post(f"{page('ann')}propose/", proposal()).status_code == 403
    assert cy.post(f"{page('wang')}propose/", proposal(unit="B2")).status_code == 403
    assert cy.post("/settings/people/", {"username": "far"}).status_code == 409
    for name in ("ann", "far"):
        assert cy.get(page(name)).status_code == 404
        assert cy.post(f"{page(name)}off/").status_code == 404
    held = user("far").grants.get()
    assert cy.post(f"/settings/grants/{held.public_id}/end/").status_code == 404
    listed = words(cy.get("/settings/people/").content.decode())
    assert ("wang" in listed, "far" in listed, "ann" in listed) == (True, False, False)


def test_nobody_else_finds_anything() -> None:
    strangers = [inside("far"), registered(Client.objects.get(code="C1"), "lin"), inside("wang")]
    held = user("far").grants.get()
    reading = ("/settings/roles/", "/settings/people/", page("wang"))
    writing = ("/settings/people/", f"{page('wang')}off/", f"/settings/grants/{held.public_id}/end/")
    for address in reading:
        assert {one.get(address).status_code for one in strangers} == {404}
        assert Browser().get(address)["Location"].startswith("/accounts/login/")
    for address in writing:
        assert {one.post(address, {"username": "x"}).status_code for one in strangers} == {404}
        assert Browser().post(address)["Location"].startswith("/accounts/login/")
    assert "/settings/" not in strangers[0].get("/search/").content.decode()
    ann = inside("ann")
    assert "/settings/people/" in ann.get("/search/").content.decode()
    for broken in (f"/settings/people/{UNKNOWN}/", "/settings/people/?role=client", "/settings/people/?from=x"):
        assert ann.get(broken).status_code == 404
    assert ann.post(f"{page('wang')}dance/").status_code == 404
    assert ann.post(f"/settings/grants/{held.public_id}/dance/").status_code == 404
    assert user("wang").is_active
    assert user("far").grants.get().until is None


def test_each_role_is_told_with_its_sentence() -> None:
    told = words(inside("cy").get("/settings/roles/").content.decode())
    assert all(str(meaning.sentence) in told for meaning in MEANINGS.values())


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow_with_people(count: int) -> None:
    at, by = clock.now(), acting(user("ann"))
    for number in range(count):
        made = add_staff(username=f"new{number}", full_name="", password="nine green bottles", by=by, at=at)
        propose_grant(
            user=made, role=Role.BRANCH_MANAGER, unit=Unit.objects.get(code="B1"), since=clock.shanghai_today(), by=by,
            at=at,
        )  # fmt: skip
    bo = inside("bo")
    for address, most in (("/settings/people/", 10), (page("new0"), 10), ("/settings/roles/", 5)):
        with asked() as told:
            assert bo.get(address).status_code == 200
        assert len(told) <= most

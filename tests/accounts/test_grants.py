"""Roles on units by two people: who may propose, confirm and end, what holds when, and sessions that end with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from accounts.models import Client, RoleGrant, Unit, User
from accounts.operations import (
    BeyondReach,
    GrantEnded,
    GrantOpen,
    NameTaken,
    NoPassword,
    NoStaff,
    NoSuchDays,
    NotOneself,
    NotWaiting,
    SetUpOnly,
    WrongLevel,
    add_partner,
    add_staff,
    confirm_grant,
    create_staff,
    end_grant,
    grant_role,
    propose_grant,
    renew_staff_password,
    switch_login,
    withdraw_grant,
)
from accounts.queries import acting, staff_administered, waiting_grants
from accounts.roles import GRANTED, MEANINGS, WHOLE_HOUSE, Area, opened
from accounts.rules import Role
from accounts.scoping import areas, granted_paths, grants, in_force
from core import clock
from core.actor import Actor, PersonNeeded, TwoPeopleNeeded
from core.models import AuditEvent
from tests.accounts.organisation import BY, grant, organise, staff
from tests.houses import standing
from tests.portal.people import registered

pytestmark = pytest.mark.django_db
NEW = "nine green bottles"


@pytest.fixture(autouse=True, scope="module")
def _house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with standing(django_db_blocker):
        organise()
        for name, unit in (("ann", "HQ"), ("bo", "HQ"), ("cy", "B1")):
            staff(name, unit, Role.ADMINISTRATOR)
        staff("wang")
        yield


def user(name: str) -> User:
    return User.objects.get(username=name)


def who(name: str) -> Actor:
    return acting(user(name))


def propose(by: str, unit: str, role: Role, *, to: str = "wang", days: int = 0, until: date | None = None) -> RoleGrant:
    return propose_grant(
        user=user(to), role=role, unit=Unit.objects.get(code=unit), since=today() + timedelta(days=days), until=until,
        by=who(by), at=clock.now(),
    )  # fmt: skip


def confirm(held: RoleGrant, by: str) -> RoleGrant:
    return confirm_grant(grant=held, by=who(by), at=clock.now())


def today() -> date:
    return clock.shanghai_today()


def seen(name: str) -> set[str]:
    return set(Client.objects.visible_to(user(name)).values_list("code", flat=True))


def test_a_grant_holds_once_a_second_person_confirmed_it() -> None:
    held = propose("ann", "B1", Role.BRANCH_MANAGER)
    assert seen("wang") == set()
    assert [one.pk for one in waiting_grants(user("bo"))] == [held.pk]
    with pytest.raises(TwoPeopleNeeded):
        confirm(held, "ann")
    confirm(held, "bo")
    assert seen("wang") == {"C1", "C2"}
    with pytest.raises(NotWaiting):
        confirm(held, "bo")
    end_grant(grant=held, until=today(), by=who("bo"), at=clock.now())
    assert seen("wang") == set()
    actions = AuditEvent.objects.filter(user_id__isnull=False, subject_key="wang").values_list("action", "actor_name")
    assert list(actions) == [("propose_grant", "ann"), ("confirm_grant", "bo"), ("end_grant", "bo")]


def test_what_is_withdrawn_never_holds_and_can_be_proposed_anew() -> None:
    held = propose("ann", "B1", Role.BRANCH_MANAGER)
    with pytest.raises(GrantOpen):
        propose("bo", "B1", Role.BRANCH_MANAGER)
    withdraw_grant(grant=held, by=who("bo"), at=clock.now())
    for act in (confirm_grant, withdraw_grant):
        with pytest.raises(NotWaiting):
            act(grant=held, by=who("bo"), at=clock.now())
    with pytest.raises(GrantEnded):
        end_grant(grant=held, until=today(), by=who("bo"), at=clock.now())
    confirm(propose("bo", "B1", Role.BRANCH_MANAGER), "ann")
    assert seen("wang") == {"C1", "C2"}


def test_a_late_confirmation_reaches_no_day_before_it() -> None:
    held = propose("ann", "B1", Role.BRANCH_MANAGER)
    later = clock.now() + timedelta(days=3)
    found = confirm_grant(grant=held, by=who("bo"), at=later)
    assert found.since == today() + timedelta(days=3)
    assert Client.objects.visible_to(user("wang"), today() + timedelta(days=2)).count() == 0
    assert Client.objects.visible_to(user("wang"), today() + timedelta(days=3)).count() == 2


REFUSED: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "to oneself": (NotOneself, lambda: propose("ann", "B1", Role.AUDITOR, to="ann")),
    "for oneself by another, confirmed by oneself": (
        NotOneself, lambda: confirm(propose("ann", "HQ", Role.AUDITOR, to="bo"), "bo"),
    ),
    "above one's own unit": (BeyondReach, lambda: propose("cy", "HQ", Role.AUDITOR)),
    "beside it": (BeyondReach, lambda: propose("cy", "B2", Role.BRANCH_MANAGER)),
    "confirmed from below": (BeyondReach, lambda: confirm(propose("ann", "B2", Role.BRANCH_MANAGER), "cy")),
    "without the role": (BeyondReach, lambda: propose("wang", "B1", Role.BRANCH_MANAGER, to="cy")),
    "on another level": (WrongLevel, lambda: propose("ann", "O11", Role.BRANCH_MANAGER)),
    "a client's role": (WrongLevel, lambda: propose("ann", "HQ", Role.CLIENT)),
    "from yesterday": (NoSuchDays, lambda: propose("ann", "B1", Role.BRANCH_MANAGER, days=-1)),
    "of no day": (NoSuchDays, lambda: propose("ann", "B1", Role.BRANCH_MANAGER, until=today())),
    "by the system": (
        PersonNeeded,
        lambda: propose_grant(
            user=user("wang"), role=Role.AUDITOR, unit=Unit.objects.get(code="HQ"), since=today(), by=BY, at=clock.now()
        ),
    ),
    "alone by a person": (
        SetUpOnly,
        lambda: grant_role(
            user=user("wang"), role=Role.AUDITOR, unit=Unit.objects.get(code="HQ"), since=today(), by=who("ann"),
            at=clock.now(),
        ),
    ),
    "the end of one's own": (
        NotOneself, lambda: end_grant(grant=user("ann").grants.get(), until=today(), by=who("ann"), at=clock.now()),
    ),
    "an end in the past": (
        NoSuchDays,
        lambda: end_grant(
            grant=user("bo").grants.get(), until=today() - timedelta(days=1), by=who("ann"), at=clock.now()
        ),
    ),
    "a password by a person at set-up": (
        SetUpOnly, lambda: create_staff(username="bo", password=NEW, by=who("ann"), at=clock.now()),
    ),
    "oneself off": (NotOneself, lambda: switch_login(user=user("ann"), on=False, by=who("ann"), at=clock.now())),
    "head office off from a branch": (
        BeyondReach, lambda: switch_login(user=user("bo"), on=False, by=who("cy"), at=clock.now()),
    ),
    "head office's password from a branch": (
        BeyondReach, lambda: renew_staff_password(user=user("bo"), password=NEW, by=who("cy"), at=clock.now()),
    ),
    "a name that is taken": (
        NameTaken, lambda: add_staff(username="WANG", full_name="", password=NEW, by=who("cy"), at=clock.now()),
    ),
    "a login by nobody": (
        BeyondReach, lambda: add_staff(username="li", full_name="", password=NEW, by=who("wang"), at=clock.now()),
    ),
    "a partner's system by nobody": (
        BeyondReach, lambda: add_partner(username="crm", full_name="", by=who("wang"), at=clock.now()),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused(what: str) -> None:
    kind, act = REFUSED[what]
    with pytest.raises(kind):
        act()
    assert not RoleGrant.objects.filter(confirmed_at__isnull=False).exists()


def test_a_login_of_a_client_gets_no_role_and_is_no_staff() -> None:
    registered(Client.objects.get(code="C1"), "lin")
    with pytest.raises(NoStaff):
        propose("ann", "B1", Role.BRANCH_MANAGER, to="lin")
    with pytest.raises(NoStaff):
        switch_login(user=user("lin"), on=False, by=who("ann"), at=clock.now())
    assert set(staff_administered(user("ann"))) == {user(name) for name in ("ann", "bo", "cy", "wang")}


def test_the_statement_of_every_request_finds_the_grants_that_the_rule_finds() -> None:
    over = confirm(propose("ann", "B1", Role.BRANCH_MANAGER), "bo")
    end_grant(grant=over, until=today(), by=who("bo"), at=clock.now())
    confirm(propose("ann", "O11", Role.ADVISER), "bo")
    confirm(propose("ann", "O12", Role.ADVISER, days=1), "bo")
    confirm(propose("ann", "O21", Role.ADVISER, until=today() + timedelta(days=1)), "bo")
    propose("ann", "B2", Role.BRANCH_MANAGER)
    counts = {}
    for one in User.objects.all():
        found = {held.pk: held for held in grants(one)}
        expected = {held.pk: held for held in one.grants.filter(in_force(None)).select_related("unit")}
        assert found.keys() == expected.keys()
        for key, same in expected.items():
            assert whole(found[key]) == whole(same)
            assert whole(found[key].unit) == whole(same.unit)
        assert granted_paths(one) == granted_paths(one, today())
        counts[one.username] = len(found)
    assert counts["wang"] == 2
    assert counts["ann"] == 1


def whole(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_partners_system_never_has_a_password() -> None:
    crm = add_partner(username="crm", full_name="CRM", by=who("ann"), at=clock.now())
    with pytest.raises(NoPassword):
        renew_staff_password(user=crm, password=NEW, by=who("ann"), at=clock.now())
    crm.set_password(NEW)
    with pytest.raises(IntegrityError), transaction.atomic():
        crm.save()
    assert not user("crm").has_usable_password()
    assert not switch_login(user=crm, on=False, by=who("ann"), at=clock.now()).is_active


def test_an_administrator_sees_who_works_within_reach_or_nowhere_yet() -> None:
    staff("far", "B2")
    assert {one.username for one in staff_administered(user("cy"))} == {"cy", "wang"}
    confirm(propose("ann", "O21", Role.OUTLET_MANAGER), "bo")
    assert {one.username for one in staff_administered(user("cy"))} == {"cy"}
    assert not staff_administered(user("wang")).exists()


BEHIND: dict[str, str] = {
    "confirmed by who proposed": "confirmed_at = now(), confirmed_by_id = proposed_by_id",
    "confirmed by its person": "confirmed_at = now(), confirmed_by_id = user_id",
    "confirmed by nobody": "confirmed_at = now()",
    "another role": "role = 'administrator'",
    "another person": "user_id = proposed_by_id",
    "set up after all": "set_up = true, proposed_at = NULL, proposed_by_id = NULL",
    "begun earlier": "since = since - 400",
}


@pytest.mark.parametrize("change", BEHIND)
def test_the_database_refuses_behind_our_back(change: str) -> None:
    held = propose("ann", "B1", Role.BRANCH_MANAGER)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_rolegrant SET {BEHIND[change]} WHERE id = %s", [held.pk])


def test_the_database_keeps_what_held() -> None:
    held = confirm(propose("ann", "B1", Role.BRANCH_MANAGER, until=today() + timedelta(days=9)), "bo")
    for change in (
        "until = NULL",
        "until = until + 1",
        "since = since + 1",
        "confirmed_at = NULL, confirmed_by_id = NULL",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE accounts_rolegrant SET {change} WHERE id = %s", [held.pk])
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.filter(pk=held.pk).delete()


def inside(name: str) -> Browser:
    browser = Browser()
    answer = browser.post("/accounts/login/", {"login": name, "password": "right horse"})
    assert answer.status_code == 302
    assert browser.get("/matrix/").status_code == 200
    return browser


ENDS: dict[str, Callable[[], Any]] = {
    "switched off": lambda: switch_login(user=user("wang"), on=False, by=who("ann"), at=clock.now()),
    "switched off and on": lambda: [
        switch_login(user=user("wang"), on=on, by=who("ann"), at=clock.now()) for on in (False, True)
    ],
    "another password": lambda: renew_staff_password(user=user("wang"), password=NEW, by=who("ann"), at=clock.now()),
    "another role": lambda: confirm(propose("ann", "B2", Role.BRANCH_MANAGER), "bo"),
    "a role less": lambda: end_grant(
        grant=user("wang").grants.get(), until=today(), by=who("ann"), at=clock.now()
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ENDS)
def test_live_sessions_end_at_once_and_those_of_others_stay(what: str) -> None:
    grant(user("wang"), "B1", Role.BRANCH_MANAGER)
    one, two, other = inside("wang"), inside("wang"), inside("cy")
    ENDS[what]()
    assert [browser.get("/matrix/").status_code for browser in (one, two, other)] == [302, 302, 200]


def test_what_merely_waits_ends_no_session_and_a_failed_act_ends_none() -> None:
    browser = inside("wang")
    held = propose("ann", "B1", Role.BRANCH_MANAGER)
    with pytest.raises(TwoPeopleNeeded):
        confirm(held, "ann")
    assert browser.get("/matrix/").status_code == 200


def test_every_role_has_its_meaning_and_opens_what_it_says() -> None:
    assert set(MEANINGS) == set(Role)
    assert set(GRANTED) == set(Role) - {Role.CLIENT}
    assert opened([(Role.OPERATIONS, False)]) & WHOLE_HOUSE == set()
    assert Area.FEEDS in opened([(Role.OPERATIONS, True)])
    assert [role for role in GRANTED if Area.SETTINGS in MEANINGS[role].areas] == [Role.ADMINISTRATOR]
    assert areas(user("ann")) == MEANINGS[Role.ADMINISTRATOR].areas
    assert areas(user("cy")) == MEANINGS[Role.ADMINISTRATOR].areas - WHOLE_HOUSE
    assert areas(user("wang")) == set()

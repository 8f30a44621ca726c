"""Staff and their roles, and the demo logins."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.models import Client, RoleGrant, User
from accounts.operations import end_grant
from accounts.operations.people import GrantEnded
from core.models import AuditEvent
from tests.accounts.organisation import AT, BY, grant, organise, staff

pytestmark = pytest.mark.django_db


def test_a_role_is_granted_once_and_ended_once() -> None:
    organise()
    user = staff("wang")
    held = grant(user, "B1")
    assert grant(user, "B1") == held
    end_grant(grant=held, until=date(2024, 6, 3), by=BY, at=AT)
    with pytest.raises(GrantEnded):
        end_grant(grant=held, until=date(2024, 7, 1), by=BY, at=AT)
    assert grant(user, "B1", since=date(2024, 6, 3)) != held
    actions = list(AuditEvent.objects.filter(subject_kind="user").values_list("action", flat=True))
    assert actions == ["create_staff", "grant_role", "end_grant", "grant_role"]


def test_a_grant_does_not_end_before_it_begins() -> None:
    organise()
    held = grant(staff("wang"), "B1")
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.filter(pk=held.pk).update(until=date(2000, 1, 1))


def test_demo_logins_see_what_their_role_reaches() -> None:
    organise()
    out = StringIO()
    call_command("create_demo_logins", stdout=out)
    logins = json.loads(out.getvalue())
    seen = {}
    for login in logins:
        assert authenticate(username=login["username"], password=login["password"]) is not None
        user = User.objects.get(username=login["username"])
        assert [held.role for held in user.grants.all()] == [login["role"]]
        seen[login["role"]] = set(Client.objects.visible_to(user).values_list("code", flat=True))
    everybody = {"C1", "C2", "C3", "C4"}
    assert seen == {
        "head_office_manager": everybody,
        "branch_manager": {"C1", "C2"},
        "outlet_manager": {"C1"},
        "operations": everybody,
        "product_manager": everybody,
        "compliance": everybody,
        "auditor": everybody,
    }


def test_a_second_run_gives_new_passwords_and_no_new_people() -> None:
    organise()
    first, second = StringIO(), StringIO()
    call_command("create_demo_logins", stdout=first)
    call_command("create_demo_logins", stdout=second)
    assert User.objects.count() == 8
    assert RoleGrant.objects.count() == 8
    old = json.loads(first.getvalue())[0]
    assert authenticate(username=old["username"], password=old["password"]) is None


def test_production_refuses_demo_logins(settings: Any) -> None:
    organise()
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("create_demo_logins", stdout=StringIO())
    assert not User.objects.exists()


def test_no_units_no_logins() -> None:
    with pytest.raises(CommandError):
        call_command("create_demo_logins", stdout=StringIO())

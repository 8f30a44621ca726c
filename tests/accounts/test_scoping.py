"""Who may see what: everything below a grant, and nothing without one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import AssetAccount, Client, ClientVersion, Unit, UnitVersion, User
from accounts.operations import end_grant, merge_units, reserve_accounts
from accounts.operations.units import UnitRow
from accounts.queries import clients_of, count_of, visible_units
from accounts.rules import Role
from accounts.scoping import below
from tests.accounts.organisation import AT, BY, FIRST, SOURCE, grant, organise, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _broker(db: None) -> None:
    organise()


def seen(user: Any, on: date | None = None) -> tuple[set[str], set[str], set[str]]:
    models: tuple[Any, ...] = (Unit, Client, AssetAccount)
    units, clients, accounts = (
        set(model.objects.visible_to(user, on).values_list("code", flat=True)) for model in models
    )
    if on is None:
        told = set(Unit.objects.visible_to(user).exclude(versions=None).values_list("code", flat=True))
        assert {unit.code for unit in visible_units(user, FIRST)} == told, "read at once or asked of the table"
    return units, clients, accounts


NOTHING: tuple[set[str], set[str], set[str]] = (set(), set(), set())


def test_a_grant_reaches_everything_below() -> None:
    assert seen(staff("wang", "B1")) == ({"B1", "O11", "O12"}, {"C1", "C2"}, {"A1", "A2"})
    assert seen(staff("li", "O21")) == ({"O21"}, {"C3", "C4"}, {"A3", "A4"})
    assert seen(staff("zhao", "HQ"))[1] == {"C1", "C2", "C3", "C4"}


def test_grants_add_up() -> None:
    user = staff("wang", "O11", Role.OUTLET_MANAGER)
    grant(user, "O21")
    assert seen(user)[1] == {"C1", "C3", "C4"}


def test_nobody_sees_anything_without_a_grant() -> None:
    staff("wang", "HQ")
    switched_off = staff("gone", "HQ")
    switched_off.is_active = False
    for stranger in (None, AnonymousUser(), User(), staff("stranger"), switched_off):
        assert seen(stranger) == NOTHING


def test_a_superuser_has_no_way_around() -> None:
    root = staff("root")
    root.is_superuser = root.is_staff = True
    root.save()
    assert seen(root) == NOTHING


def test_a_grant_holds_from_its_day_until_before_its_end() -> None:
    user = staff("wang")
    held = grant(user, "B1", since=date(2024, 3, 1))
    end_grant(grant=held, until=date(2024, 4, 1), by=BY, at=AT)
    assert seen(user, date(2024, 2, 29)) == NOTHING
    assert seen(user, date(2024, 3, 1))[1] == {"C1", "C2"}
    assert seen(user, date(2024, 3, 31))[1] == {"C1", "C2"}
    assert seen(user, date(2024, 4, 1)) == NOTHING


def test_without_a_day_the_database_says_what_today_is() -> None:
    user = staff("wang")
    grant(user, "B1", since=date.max - timedelta(days=1))
    assert seen(user) == NOTHING
    grant(user, "B2", since=FIRST)
    assert seen(user)[1] == {"C3", "C4"}


def test_a_path_is_no_parent_of_one_that_merely_begins_alike() -> None:
    Unit.objects.create(id=900, source="x", code="near", level="branch", name="n", path="1.2.")
    Unit.objects.create(id=901, source="x", code="far", level="branch", name="n", path="1.20.")
    Unit.objects.create(id=902, source="x", code="under", level="outlet", name="n", path="1.2.5.")
    user = staff("wang")
    grant_on = Unit.objects.get(pk=900)
    user.grants.create(role=Role.BRANCH_MANAGER, unit=grant_on, since=FIRST, set_up=True)
    assert seen(user)[0] == {"near", "under"}


def test_a_path_without_its_separator_reaches_nothing() -> None:
    assert below(["1.2"], "path") is None
    assert below([""], "path") is None
    unplaced = Unit.objects.create(source="x", code="unplaced", level="branch", name="n")
    user = staff("wang")
    user.grants.create(role=Role.BRANCH_MANAGER, unit=unplaced, since=FIRST, set_up=True)
    assert seen(user) == NOTHING


def test_versions_are_scoped_like_what_they_are_of() -> None:
    user = staff("wang", "B1")
    assert {version.client.code for version in ClientVersion.objects.visible_to(user)} == {"C1", "C2"}
    assert {version.unit.code for version in UnitVersion.objects.visible_to(user)} == {"B1", "O11", "O12"}
    assert not ClientVersion.objects.visible_to(staff("stranger")).exists()


def test_an_account_without_a_client_is_seen_by_nobody() -> None:
    reserve_accounts(source=SOURCE, codes=["A9"], by=BY, at=AT)
    assert "A9" not in seen(staff("zhao", "HQ"))[2]


def test_two_queries_whatever_the_rows(django_assert_num_queries: Any) -> None:
    user = staff("zhao", "HQ")
    with django_assert_num_queries(2):
        list(Client.objects.visible_to(user)[:1])
    with django_assert_num_queries(2):
        list(Client.objects.visible_to(user)[:3])


def test_as_many_of_some_clients_as_there_are_in_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """The short way of whoever has the whole house counts what the long way counts: homeless ones and trees apart."""
    readers = [staff("top", "HQ", Role.COMPLIANCE), staff("branch", "B1"), staff("rules", "HQ", Role.ADMINISTRATOR)]
    readers.append(staff("none"))

    def agree() -> list[int]:
        keys = list(Client.objects.values_list("pk", flat=True))
        counted = [count_of(reader, keys) for reader in readers]
        assert counted == [clients_of(reader).filter(pk__in=keys).count() for reader in readers]
        assert [count_of(reader, keys[:1]) for reader in readers] == [
            clients_of(reader).filter(pk__in=keys[:1]).count() for reader in readers
        ]
        return counted

    assert agree() == [4, 2, 0, 0]
    Client.objects.filter(code="C1").update(outlet=None)
    assert agree() == [3, 1, 0, 0]
    far = [UnitRow("HQ2", FIRST, None, "headquarters", "另一"), UnitRow("O9", FIRST, "HQ2", "outlet", "远")]
    merge_units(source=SOURCE, upserts=far, by=BY, at=AT)
    Client.objects.filter(code="C3").update(outlet=Unit.objects.get(code="O9"))
    monkeypatch.setattr("accounts.queries.clients.FEW", 2)
    assert agree() == [2, 1, 0, 0]

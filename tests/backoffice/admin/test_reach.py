"""Who gets what of the admin: every table, as everybody; nothing is written, and nothing of the framework's is left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import UniqueConstraint
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from pytest_django import DjangoDbBlocker

from accounts.models import Client, Unit, User
from backoffice.admin.left_out import LEFT_OUT
from backoffice.admin.records import Records
from backoffice.admin.site import RecordSite
from backoffice.admin.words import WORDS
from core import clock
from core.models import AuditEvent
from smart_products.signing.models import Contract, Pause, ServiceSpan
from tests.architecture.source import DOMAIN
from tests.backoffice.admin.house import OUTSIDE, STAFF, TABLES, founded, inside, links, table
from tests.portal.people import registered

pytestmark = pytest.mark.django_db

MOST = 15
"""Statements of a page."""


@pytest.fixture(autouse=True, scope="module")
def _house(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    with founded(django_db_blocker, tmp_path_factory.mktemp("papers")):
        yield


def test_every_table_is_registered_with_a_scope_or_left_out_with_a_reason() -> None:
    ours = {model._meta.label for model in apps.get_models() if model.__module__.split(".")[0] in DOMAIN}
    assert ours == set(TABLES) | set(LEFT_OUT)
    assert not set(TABLES) & set(LEFT_OUT)
    assert all(hasattr(records, "scope") for records in TABLES.values())
    bare = type("Bare", (Records,), {"model": Client, "listed": ("code",)})
    with pytest.raises(TypeError, match="scope"):
        RecordSite().register(Client, bare)


def test_every_shown_field_has_a_word_and_no_key_is_a_number_of_ours() -> None:
    shown = {one.name for records in TABLES.values() for one in records.opts.concrete_fields if records.shows(one)}
    assert set(WORDS) == shown
    ends = {label: {one.split("__")[-1] for one in records.key} for label, records in TABLES.items()}
    assert [label for label, names in ends.items() if names & {"pk", "id"}] == []


def test_what_an_address_names_is_one_row() -> None:
    """The parts of a key are unique together by a constraint that holds for every row."""
    doubtful = []
    for label, records in TABLES.items():
        named = {part.partition("__")[0] for part in records.key}
        alone = [{one.name} for one in records.opts.concrete_fields if one.unique]
        together = [
            set(one.fields)
            for one in records.opts.constraints
            if isinstance(one, UniqueConstraint) and one.fields and one.condition is None
        ]
        if not any(one <= named for one in (*alone, *together)):
            doubtful.append(label)
    assert doubtful == []


def test_two_pauses_on_one_day_have_an_address_each() -> None:
    contract = Contract.objects.get()
    day = clock.shanghai_today()
    first, second = (
        Pause.objects.create(contract=contract, since=day, until=day + timedelta(days=number), ended_on=day)
        for number in (1, 2)
    )
    checker, address = inside("checker"), f"{table('signing.Pause')}{{}}/change/"
    for pause in (first, second):
        html = checker.get(address.format(pause.public_id)).content.decode()
        assert pause.until.isoformat() in html
    assert links(checker.get(table("signing.Pause")).content.decode(), "signing.Pause") == sorted(
        address.format(pause.public_id) for pause in (first, second)
    )


@pytest.mark.parametrize(
    "label", [pytest.param(one, marks=[pytest.mark.slow] * (number % 2)) for number, one in enumerate(TABLES)]
)
def test_a_table_opens_to_whom_its_scope_opens_and_to_nobody_else(label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    records, address = TABLES[label], table(label)
    users = {name: User.objects.get(username=name) for name in STAFF}
    opened = [name for name in users if name not in OUTSIDE and records.scope.opens(users[name])]
    reader = inside(opened[0])
    with CaptureQueriesContext(connection) as statements:
        shown = reader.get(address)
    assert shown.status_code == 200
    assert len(statements) <= MOST
    monkeypatch.setattr(records, "list_per_page", 1)
    with CaptureQueriesContext(connection) as fewer:
        reader.get(address)
    assert len(statements) == len(fewer), "a row more costs no statement more"
    first = links(shown.content.decode(), label)[:1]
    assert [reader.get(link).status_code for link in first] == [200] * len(first)
    strangers = [name for name in users if name not in opened]
    assert {name: inside(name).get(address).status_code for name in strangers} == dict.fromkeys(strangers, 404)
    assert [inside(strangers[0]).get(link).status_code for link in first] == [404] * len(first)
    assert Browser().get(address)["Location"] == f"/accounts/login/?next={address}"


def test_a_client_gets_nothing_and_flags_of_the_framework_open_nothing() -> None:
    User.objects.filter(username="manager").update(is_staff=True, is_superuser=True)
    client = registered(Client.objects.get(code="C1"), "lin")
    for browser in (client, inside("manager")):
        addresses = ("/admin/", "/admin/jsi18n/", "/admin/accounts/", table("accounts.Client"))
        assert {browser.get(address).status_code for address in addresses} == {404}


def codes(name: str, label: str = "accounts.Client") -> set[str]:
    """Return what stands in the first column of a list."""
    answer: Any = inside(name).get(table(label))
    return {str(one) for one in answer.context_data["cl"].result_list}


def test_rows_are_those_of_the_own_units_alone() -> None:
    assert codes("checker") == {"C1", "C2", "C3", "C4", "N1", "N2"}
    assert codes("branch") == {"C1", "C2", "N1"}
    assert codes("sibling") == {"C3", "C4", "N2"}
    assert codes("outlet") == {"C1", "N1"}
    assert len(codes("branch", "signing.Contract")) == 1
    assert codes("sibling", "signing.Contract") == set()
    assert codes("branch", "accounts.Unit") == {"一分", "甲", "乙"}
    assert "admin" not in codes("branch_admin", "accounts.User")
    assert "manager" in {one.split()[0] for one in codes("branch_admin", "accounts.User")}


def test_a_path_that_begins_alike_is_another_tree() -> None:
    for code, path in (("B1", "1.2."), ("O11", "1.2.5."), ("O12", "1.2.6."), ("B2", "1.20."), ("O21", "1.20.7.")):
        Unit.objects.filter(code=code).update(path=path)
    assert codes("branch") == {"C1", "C2", "N1"}
    assert codes("sibling") == {"C3", "C4", "N2"}
    assert codes("branch", "accounts.Unit") == {"一分", "甲", "乙"}


def test_a_foreign_record_is_not_found_under_any_address() -> None:
    own = Client.objects.get(code="C1").public_id
    foreign = Client.objects.get(code="C3")
    address = f"{table('accounts.Client')}{{}}/change/"
    branch = inside("branch")
    assert branch.get(address.format(own)).status_code == 200
    for key in (foreign.public_id, foreign.pk, "C3", "x", f"{own}~x", ""):
        assert branch.get(address.format(key)).status_code == 404, key
    contract = Contract.objects.get()
    steps = f"{table('signing.ServiceSpan')}{ServiceSpan.objects.get().public_id}/change/"
    assert branch.get(steps).status_code == 200
    assert inside("sibling").get(steps).status_code == 404
    assert branch.get(f"{table('signing.Contract')}{contract.public_id}/change/").status_code == 200


def test_nothing_is_written_by_forms_of_the_framework() -> None:
    before = Client.objects.values_list().order_by("pk")[0]
    page = f"{table('accounts.Client')}{Client.objects.order_by('pk')[0].public_id}/"
    checker = inside("checker")
    for way in ("change/", "delete/", "history/"):
        assert checker.post(f"{page}{way}", {"name": "x", "post": "yes"}).status_code in {404, 405}
    for way in ("add/", ""):
        sent = {"action": "delete_selected", "_selected_action": before[0], "name": "x"}
        assert checker.post(f"{table('accounts.Client')}{way}", sent).status_code in {404, 405}
    assert Client.objects.values_list().order_by("pk")[0] == before
    assert not AuditEvent.objects.filter(actor_name="checker").exclude(action="read").exists()


def test_the_framework_brings_no_door_search_or_picker_of_its_own() -> None:
    for name in ("login", "logout", "password_change", "autocomplete", "search", "view_on_site"):
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:{name}")
    checker = inside("checker")
    for way in ("logout/", "password_change/", "autocomplete/?term=C", "search/?s=C", "r/1/1/"):
        assert checker.get(f"/admin/{way}").status_code == 404


def test_the_policy_is_loosened_for_evaluated_attributes_there_and_nowhere_else() -> None:
    checker = inside("checker")
    ours, theirs = (checker.get(address)["Content-Security-Policy"] for address in ("/matrix/", "/admin/"))
    assert "'unsafe-eval'" not in ours
    assert theirs.count("unsafe") == 1

    def told(policy: str) -> set[str]:
        return {part.strip() for part in policy.replace(" 'unsafe-eval'", "").split(";")}

    assert told(ours) == told(theirs)
    assert "<style" not in checker.get("/admin/").content.decode()

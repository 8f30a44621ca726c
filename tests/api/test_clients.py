"""Clients, their signed assets and the audit log by the API: as the pages show them, covered and recorded alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.test import Client as Browser

from accounts.models import AssetAccount, Client
from accounts.operations import give_consent, withdraw_consent
from accounts.queries import acting, clients_of
from accounts.rules import Purpose
from core import clock
from core.actor import system
from core.models import AuditEvent
from smart_products.signing.models import Subscription
from smart_products.signing.queries import worklists
from smart_products.statistics.queries import client_book
from tests.api.asking import code_of, program
from tests.api.test_records import every, statements
from tests.delivered import Broker

pytestmark = pytest.mark.django_db

V1 = "/api/v1"


def holder(broker: Broker, role: str = "head_office_manager") -> Client:
    """Return a client of this person who has something in force."""
    found = worklists.holding(clients_of(broker.user(role)), clock.shanghai_today(), None)
    return found.earliest("code")


def test_clients_are_those_of_the_page_and_each_is_told_once(broker: Broker) -> None:
    asking = program(broker.user("head_office_manager"))
    told = every(asking, "clients", limit=7)
    mine = clients_of(broker.user("head_office_manager"))
    assert [one["code"] for one in told] == list(mine.order_by("source", "code").values_list("code", flat=True))
    today = clock.shanghai_today()
    held = worklists.live_products([one.pk for one in mine], today)
    assert sum(len(one["products"]) for one in told) == sum(map(len, held.values()))
    for query in ({"holds": "true"}, {"holds": "false"}, {"product": "grid"}, {"risk_class": "C3"}):
        codes = {one["code"] for one in every(asking, "clients", **query)}
        assert codes == {one["code"] for one in told if matches(one, query)}, query
    below = every(program(broker.user("branch_manager")), "clients")
    assert {one["code"] for one in below} == set(
        clients_of(broker.user("branch_manager")).values_list("code", flat=True)
    )
    assert statements(asking, "clients?limit=1") == statements(asking, "clients?limit=30")
    assert code_of(asking.get(f"{V1}/clients?product=none")) == (404, "not_found")
    assert code_of(asking.get(f"{V1}/clients?unit=none")) == (404, "not_found")
    assert code_of(asking.get(f"{V1}/clients?risk_class=C9")) == (400, "invalid")


def matches(one: dict[str, Any], query: dict[str, str]) -> bool:
    if "holds" in query:
        return bool(one["products"]) == (query["holds"] == "true")
    if "product" in query:
        return query["product"] in one["products"]
    return bool(one["risk_class"] == query["risk_class"])


def test_names_are_covered_as_on_the_pages_and_words_are_not_kept(broker: Broker) -> None:
    client = holder(broker)
    for role, covered in (("head_office_manager", True), ("operations", False)):
        asking = program(broker.user(role))
        (one,) = every(asking, "clients", q=client.code)
        whole = asking.get(f"{V1}/clients/{client.public_id}").json()
        assert one["covered"] is covered
        assert (one["name"] == client.name) is not covered
        assert (whole["mobile"] == client.mobile) is not covered
    spelt = every(program(broker.user("head_office_manager")), "clients", q=client.name[:1])
    assert client.code not in {one["code"] for one in spelt}, "a covered name is found whole alone"
    lists = AuditEvent.objects.filter(action="read", subject_kind="unit")
    assert {one.details["filters"]["q"] for one in lists if "q" in one.details["filters"]} == {"*"}


def test_a_client_is_read_whole_recorded_and_by_ones_own_people_alone(broker: Broker) -> None:
    client = holder(broker)
    asking = program(broker.user("operations"))
    whole = asking.get(f"{V1}/clients/{client.public_id}").json()
    assert [one["code"] for one in whole["accounts"]] == sorted(
        AssetAccount.objects.filter(client=client).values_list("code", flat=True)
    )
    assert {one["purpose"] for one in whole["consents"]} == set(Purpose.values)
    assert set(whole["products"]) <= set(
        Subscription.objects.filter(client=client).values_list("product__code", flat=True)
    )
    looks = AuditEvent.objects.filter(action="read", subject_kind="client", subject_key=client.code)
    assert looks.count() == 1
    branch = broker.user("branch_manager")
    foreign = clients_of(broker.user("operations")).exclude(pk__in=clients_of(branch)).first()
    for address in ("", "/holdings"):
        assert code_of(asking.get(f"{V1}/clients/{UUID(int=1)}{address}")) == (404, "not_found")
        if foreign is not None:
            assert code_of(program(branch).get(f"{V1}/clients/{foreign.public_id}{address}")) == (404, "not_found")


def test_signed_assets_are_what_the_page_shows_to_the_fen(broker: Broker) -> None:
    call_command("serve", stdout=StringIO(), stderr=StringIO())
    client = holder(broker)
    asking = program(broker.user("head_office_manager"))
    line = client_book(client.pk).line()
    told = asking.get(f"{V1}/clients/{client.public_id}/holdings").json()
    assert [one["day"] for one in told["days"]] == [one.day.isoformat() for one in line]
    assert [Decimal(one["signed_assets"]) * 100 for one in told["days"]] == [one.assets for one in line]
    growth = {name: Decimal(value) for name, value in told["growth"].items() if isinstance(value, str) and "." in value}
    assert growth["signed_assets"] == (
        growth["assets_before"] + growth["entered"] - growth["left"] + growth["flow"] + growth["market"]
    )
    part = {"since": line[1].day.isoformat(), "until": line[2].day.isoformat()}
    some = asking.get(f"{V1}/clients/{client.public_id}/holdings", part).json()
    assert [one["day"] for one in some["days"]] == [part["since"], part["until"]]
    page = Browser(headers={"Accept-Language": "en"})
    page.force_login(broker.user("head_office_manager"))
    shown = page.get(f"/clients/{client.public_id}/").content.decode()
    assert f"{growth['signed_assets']:,.2f}" in shown


def test_without_consent_there_are_no_amounts_and_that_is_said(broker: Broker) -> None:
    client, by = holder(broker), system("test")
    give_consent(client=client, purpose=Purpose.FINANCIAL_ACCOUNTS, by=by, at=clock.now())
    withdraw_consent(client=client, purpose=Purpose.FINANCIAL_ACCOUNTS, by=by, at=clock.now())
    asking = program(broker.user("head_office_manager"))
    told = asking.get(f"{V1}/clients/{client.public_id}/holdings").json()
    assert told == {"consent": False, "growth": None, "days": []}
    never = Client.objects.filter(subscriptions=None).first()
    if never is not None:
        assert asking.get(f"{V1}/clients/{never.public_id}/holdings").json()["growth"] is None


def test_the_audit_log_is_searched_within_ones_reach(broker: Broker) -> None:
    client = holder(broker)
    program(broker.user("operations")).get(f"{V1}/clients/{client.public_id}")
    asking = program(broker.user("auditor"))
    told = every(asking, "audit", limit=3)
    assert len(told) >= 10
    assert [one["at"] for one in told] == sorted((one["at"] for one in told), reverse=True)
    (look,) = every(asking, "audit", action="read", client=client.code)
    assert (look["who"], look["subject_kind"], look["person"]) == (broker.user("operations").username, "client", True)
    outlet = client.outlet
    assert outlet is not None
    assert look["unit"] == outlet.code
    assert look in every(asking, "audit", unit=outlet.code)
    assert look not in every(asking, "audit", unit="-")
    assert every(asking, "audit", since=date(2100, 1, 1).isoformat()) == []
    before = AuditEvent.objects.filter(subject_kind="audit").count()
    asking.get(f"{V1}/audit")
    assert AuditEvent.objects.filter(subject_kind="audit").count() == before + 1
    assert code_of(asking.get(f"{V1}/audit?unit=none")) == (404, "not_found")
    assert code_of(asking.get(f"{V1}/audit?cursor=MTIz")) == (400, "invalid")
    assert code_of(program(broker.user("head_office_manager")).get(f"{V1}/audit")) == (403, "not_allowed")
    assert acting(broker.user("auditor")).name in {one["who"] for one in every(asking, "audit", subject="events")}

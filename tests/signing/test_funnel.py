"""The steps to the first signing: each client once at the furthest step, and what is not a first signing left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from accounts.models import Client
from accounts.operations import AccountRow, ClientRow, merge_accounts, merge_clients
from smart_products.catalogue.models import Product
from smart_products.catalogue.operations import merge_products
from smart_products.signing.models import Contract
from smart_products.signing.operations import terminate
from smart_products.signing.queries.funnel import STEPS, Funnel, Kept, clients_at, funnel
from smart_products.signing.states import MatchOutcome
from tests.accounts.organisation import AT, BY, FIRST, SOURCE
from tests.houses import standing
from tests.signing import contracts
from tests.signing.signings import TODAY, prepare, signer

pytestmark = pytest.mark.django_db

BEFORE = TODAY - timedelta(days=1)


@pytest.fixture(scope="module", autouse=True)
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Of six clients one only began, one is refused, one may sign, one read all, two signed, of whom one left soon."""
    with standing(django_db_blocker):
        prepare()
        merge_products(source=SOURCE, upserts=contracts.PRODUCTS[1:], by=BY, at=AT)
        codes = [f"F{number}" for number in range(1, 7)]
        rows = [ClientRow(code, FIRST, "O11", "app", "ordinary") for code in codes]
        merge_clients(source=SOURCE, upserts=rows, by=BY, at=AT)
        accounts = [AccountRow(f"A{code[1:]}x", code, FIRST) for code in codes]
        merge_accounts(source=SOURCE, upserts=accounts, by=BY, at=AT)

        def place(code: str) -> dict[str, Any]:
            return {"client": code, "account": f"A{code[1:]}x"}

        contracts.begin(TODAY, **place("F1"))
        contracts.matched(TODAY, outcome=MatchOutcome.REFUSED, **place("F2"))
        contracts.matched(TODAY, **place("F3"))
        signer("C1").ready()
        contracts.signed(TODAY, **place("F5"))
        left = contracts.signed(TODAY, **place("F6"))
        contracts.begin(TODAY, product="PLAN", **place("F5"))
        terminate(contract=left, reason="client.cost", **contracts.when(TODAY + timedelta(days=10)))
        yield


def told(*products: str, since: date = BEFORE, days: int = 0) -> Funnel:
    ids = list(Product.objects.filter(code__in=products or ["GRID"]).values_list("pk", flat=True))
    return funnel(Contract.objects.all(), ids, since=since, as_of=TODAY + timedelta(days=days))


def test_each_client_stands_at_the_furthest_step() -> None:
    assert told() == Funnel(BEFORE, TODAY, 6, 5, 4, 3, 2, (Kept(30, 0, 0), Kept(90, 0, 0)))
    assert told("GRID", "PLAN") == told(), "a second contract of a client counts no second client"
    assert told("PLAN").begun == 1


def test_every_count_leads_to_as_many_clients() -> None:
    ids = list(Product.objects.filter(code__in=["GRID", "PLAN"]).values_list("pk", flat=True))
    found = told("GRID", "PLAN", days=90)
    counts = {step: getattr(found, step) for step in STEPS if not step.startswith("kept")}
    counts |= {f"kept_{one.days}": one.retained for one in found.kept}
    assert set(counts) == set(STEPS)
    for step, count in counts.items():
        period = {"since": BEFORE, "as_of": TODAY + timedelta(days=90)}
        clients = clients_at(Contract.objects.all(), ids, step, **period)
        assert len(set(clients)) == count > 0, step
    codes = Client.objects.filter(pk__in=clients_at(Contract.objects.all(), ids, "signed", **period))
    assert set(codes.values_list("code", flat=True)) == {"F5", "F6"}


def test_who_left_is_not_retained_and_nobody_is_before_the_days_have_passed() -> None:
    assert told(days=29).kept == (Kept(30, 0, 0), Kept(90, 0, 0))
    assert told(days=30).kept == (Kept(30, 2, 1), Kept(90, 0, 0))
    assert told(days=90).kept == (Kept(30, 2, 1), Kept(90, 2, 1))


def test_who_signed_before_the_period_makes_no_first_signing() -> None:
    later = TODAY + timedelta(days=20)
    contracts.begin(later, client="F6", account="A6x")
    assert told(since=later - timedelta(days=1), days=30).begun == 0
    contracts.begin(later, client="F6", account="A6x", product="PLAN")
    assert told("PLAN", since=later - timedelta(days=1), days=30).begun == 1

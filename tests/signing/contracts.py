"""Contracts for the tests: a small broker with a calendar, terms of every kind, and the steps to a signature."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID

from accounts.models import AssetAccount, Client
from core.actor import system
from core.operations import CalendarRow, import_calendar
from smart_products.catalogue.models import Product
from smart_products.catalogue.operations import ProductRow, merge_products
from smart_products.signing.agreed import AgreedFee, AgreedPause, AgreedTerms
from smart_products.signing.models import Contract
from smart_products.signing.operations import complete_signing, open_contract, record_match, record_warning
from smart_products.signing.states import MatchOutcome
from tasks.calendars import seed_rows
from tests.accounts.organisation import FIRST, SOURCE, organise

BY = system("test")
DECISION = UUID("00000000-0000-4000-8000-000000000001")
PAPERS = ("a" * 64, "b" * 64)
MONTHLY = AgreedFee("service", "fixed", 3000, None, "month", "in_advance")
LATER = AgreedFee("report", "fixed", 1000, None, "month", "in_arrears")
SHARE = AgreedFee("care", "share_of_assets", None, 2000, "quarter", "in_arrears")
FREE = AgreedTerms(
    public_id=UUID("00000000-0000-4000-8000-000000000002"),
    digest="d" * 64,
    cooling_off_days=0,
    pause=AgreedPause(allowed=True, longest_days=60, times_a_year=2),
    months=None,
    renewal="none",
    fees=(AgreedFee("free", "free", None, None, "month", "in_advance"),),
)
PAID = replace(FREE, cooling_off_days=5, months=12, renewal="ask", fees=(MONTHLY, LATER))
PRODUCTS = [
    ProductRow("GRID", FIRST, "ORDERS", "网格交易", "", "R3", "tool"),
    ProductRow("PLAN", FIRST, "SAVING", "定投计划", "", "R2", "tool"),
]


def found_broker() -> None:
    """Make the small broker, its products, and a calendar of 2024 and 2025."""
    organise()
    merge_products(source=SOURCE, upserts=PRODUCTS, by=BY, at=noon(FIRST))
    import_calendar(rows=_days(), by=BY, at=noon(FIRST))


@cache
def _days() -> list[CalendarRow]:
    return [row for row in seed_rows() if 2024 <= row[0].year <= 2025]


def noon(day: date) -> datetime:
    """Return noon of a day in Shanghai."""
    return datetime.combine(day, time(4), tzinfo=UTC)


def place(client: str = "C1", product: str = "GRID", account: str | None = None) -> dict[str, Any]:
    """Return client, product and account by their codes; a client's account has its number."""
    return {
        "client": Client.objects.get(code=client),
        "product": Product.objects.get(code=product),
        "account": AssetAccount.objects.get(code=account or f"A{client[1:]}"),
    }


def begin(day: date, terms: AgreedTerms = FREE, **codes: str) -> Contract:
    """Open a contract."""
    return open_contract(**place(**codes), terms=terms, on=day, by=BY, at=noon(day))


def matched(day: date, terms: AgreedTerms = FREE, outcome: MatchOutcome = MatchOutcome.FIT, **codes: str) -> Contract:
    """Open a contract and decide on it; a warning is acknowledged at once."""
    contract = begin(day, terms, **codes)
    contract = record_match(contract=contract, decision_id=DECISION, outcome=outcome, by=BY, at=noon(day))
    if outcome == MatchOutcome.WARNING:
        return record_warning(contract=contract, by=BY, at=noon(day))
    return contract


def finish(contract: Contract, day: date, **other: Any) -> Contract:
    """Sign a contract."""
    return complete_signing(
        contract=contract, **{"papers": PAPERS, "signature": "s" * 64, **other}, on=day, by=BY, at=noon(day)
    )


def signed(day: date, terms: AgreedTerms = FREE, outcome: MatchOutcome = MatchOutcome.FIT, **codes: str) -> Contract:
    """Go all the way to the signature."""
    return finish(matched(day, terms, outcome, **codes), day)


def when(day: date) -> dict[str, Any]:
    """Return the arguments of an operation on a day."""
    return {"on": day, "by": BY, "at": noon(day)}

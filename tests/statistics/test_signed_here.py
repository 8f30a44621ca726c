"""What is signed here counts as if a feed had told it: the same figures, day by day, without waiting for the feed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from smart_products.signing.models import AsideChoice
from smart_products.signing.operations import decide_aside, end_orphaned, terminate, withdraw
from smart_products.signing.queries import undecided
from tests.oracle import service
from tests.oracle.broker import trading_days
from tests.oracle.feeds import Delivery, Row
from tests.signing.contracts import BY, PAID, noon, when
from tests.signing.contracts import signed as sign
from tests.statistics.cases import account, client, history, night, product, signed

DAYS = trading_days(date(2024, 3, 25), date(2024, 4, 3))
LAST = DAYS[-1]
LATER = DAYS[4]
CLIENTS = ("C1", "C2", "C3", "C4", "C5")
FED = signed("S1", "C1", "A1", date(2024, 2, 1))
TOLD: dict[str, Row] = {
    "H3": signed("H3", "C3", "A3", DAYS[2]),
    "H4": signed("H4", "C4", "A4", DAYS[2], DAYS[5], "withdrawn"),
    "H5": signed("H5", "C5", "A5", DAYS[3], DAYS[3], "withdrawn"),
    "H2": signed("H2", "C2", "A2", DAYS[1], DAYS[6], "terminated", of="dca"),
}
"""What is signed here in these tests, as a feed would tell it."""


def values(days: list[date]) -> dict[date, dict[str, tuple[int, int]]]:
    return {day: {f"A{number}": (1_000 * number + DAYS.index(day), number) for number in range(1, 6)} for day in days}


def loaded(days: list[date], *subscriptions: Row, closed: date | None = None) -> Delivery:
    rows = values(days)
    for day in days:
        if closed is not None and day >= closed:
            del rows[day]["A3"]
    return history(
        rows,
        clients=[client(code, "O2" if code == "C4" else "O1") for code in CLIENTS],
        accounts=[account(f"A{code[1:]}", code, closed=closed if code == "C3" else None) for code in CLIENTS],
        products=[product("grid"), product("dca", "plans")],
        subscriptions=[FED, *subscriptions],
    )


def sign_here(*codes: str) -> None:
    """Sign and end what `TOLD` says, by our own operations."""
    for code in codes:
        row = TOLD[code]
        contract = sign(row["start"], PAID, client=row["client"], product=row["product"], account=row["account"])
        if row["end_reason"] == "withdrawn":
            withdraw(contract=contract, **when(row["end"]))
        elif row["end"]:
            terminate(contract=contract, reason="client.cost", **when(row["end"]))


def figures() -> dict[Any, Any]:
    """What the matrix says of every day and of all days in slices, and retention on both bases."""
    found: dict[Any, Any] = {day: service.matrix(day, before)["rows"] for before, day in pairwise(DAYS)}
    for by in ("outlet", "tier"):
        found[by] = service.matrix(LAST, DAYS[0], by=by)["rows"]
    for basis in ("signed", "confirmed"):
        for node in ("matrix", "grid"):
            found[basis, node] = service.retention(as_of=LAST, basis=basis, node=node)
    return found


@contextmanager
def broker() -> Iterator[Path]:
    with service.fresh_service() as folder:
        service.import_test_calendar()
        yield folder


def told_by_feed(*rows: Row) -> dict[Any, Any]:
    with broker() as folder:
        service.deliver_in_order(folder, [loaded(DAYS, *rows)])
        service.close()
        return figures()


@pytest.mark.slow
@pytest.mark.django_db
def test_signed_here_it_counts_like_told_by_a_feed_and_once_when_told_twice() -> None:
    """Two days are closed before anybody signs; the rest come night by night, and one signing is recorded late."""
    late = signed("S9", "C3", "A3", LATER)
    with broker() as folder:
        service.deliver_in_order(folder, [loaded(DAYS[:3])])
        service.close()
        sign_here("H4", "H5", "H2", "H3")
        service.deliver_in_order(folder, [night(values([day])) for day in DAYS[3:-1]])
        service.deliver_in_order(folder, [night(values([LAST]), subscriptions=[late])])
        service.close()
        kept = figures()
        decide_aside(aside=undecided().get(), choice=AsideChoice.TOOK_THEIRS, by=BY, at=noon(LAST))
        service.close()
        taken = figures()
    ours = {**TOLD["H3"], "end": LATER, "end_reason": "switched"}
    assert kept == told_by_feed(*TOLD.values())
    assert taken == told_by_feed(*(ours if row is TOLD["H3"] else row for row in TOLD.values()), late)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_withdrawal_is_shown_apart() -> None:
    with broker() as folder:
        service.deliver_in_order(folder, [loaded(DAYS)])
        sign_here("H3", "H4", "H5")
        service.close()
        signed_basis, confirmed = (
            service.retention(as_of=LAST, basis=basis, node="grid")["first_sign"] for basis in ("signed", "confirmed")
        )
        left = service.matrix(LAST, DAYS[0], node="grid")["rows"][0]
    assert (signed_basis["clients"], signed_basis["retained"]) == (4, 2)
    assert (confirmed["clients"], confirmed["retained"]) == (2, 2)
    assert left["left"] != "0.00"


@pytest.mark.django_db
def test_a_closed_account_ends_it_for_the_figures_at_once_and_for_the_contract_at_night() -> None:
    with broker() as folder:
        service.deliver_in_order(folder, [loaded(DAYS, closed=LATER)])
        sign_here("H3")
        service.close()
        before = figures()
        assert len(end_orphaned(**when(LAST))) == 1
        service.close()
        assert figures() == before

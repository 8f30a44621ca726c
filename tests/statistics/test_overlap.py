"""Shared clients and transitions told by hand: who counts once, where he counts, and what never adds up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.oracle import service
from tests.oracle.feeds import Delivery, Row, Sheet
from tests.statistics.cases import account, client, history, night, product, signed, units

BEFORE, AFTER = date(2024, 3, 5), date(2024, 3, 6)
LONG_AGO = date(2024, 2, 1)
PRODUCTS = (product("grid"), product("picks", "advice"), product("plan"))
SPANS = ((LONG_AGO, None), (LONG_AGO, AFTER), (AFTER, None), (None, None))
"""On both days, on the first, on the second, never."""
HEADS = ("clients_before", "first_time_clients", "reactivated_clients", "lapsed_clients", "retained_clients")


@pytest.fixture
def folder(db: None) -> Iterator[Path]:
    service.import_test_calendar()
    with service.fresh_service() as feeds:
        yield feeds


def publish(folder: Path, *story: Delivery) -> None:
    service.deliver_in_order(folder, story)
    service.close()


def told(clients: Sequence[Row], accounts: Sequence[Row], subscriptions: Sequence[Row], **masters: Any) -> Delivery:
    """Return both days as one history; every account is worth 100 and then 110, of which 4 were paid in."""
    codes = [row["account"] for row in accounts]
    days = {BEFORE: dict.fromkeys(codes, (100, 0)), AFTER: dict.fromkeys(codes, (110, 4))}
    parts = {"clients": clients, "accounts": accounts, "subscriptions": subscriptions, "products": PRODUCTS}
    return history(days, **{**parts, **masters})


def shared(*words: str) -> dict[str, Any]:
    """Return the rows of `shared` by node."""
    return {row["node"]: row for row in service.command("shared", *words)["rows"]}


def moves(*words: str) -> dict[str, Any]:
    """Return the rows of `transitions` over the two days by node."""
    return {row["node"]: row for row in service.command("transitions", f"--since={BEFORE}", *words)["rows"]}


def ways(row: dict[str, Any]) -> dict[str, int]:
    """Return the ways of a row that somebody went."""
    names = ("stayed", "switched_out", "kept_others", "outside", "switched_in", "added", "from_outside")
    return {name: row[name] for name in names if row[name]}


def test_a_client_with_two_accounts_counts_once(folder: Path) -> None:
    accounts = [account("A1", "one"), account("A2", "one")]
    signings = [
        signed("S1", "one", "A1", LONG_AGO),
        signed("S2", "one", "A2", LONG_AGO),
        signed("S3", "one", "A2", LONG_AGO, of="picks"),
    ]
    publish(folder, told([client("one")], accounts, signings))
    rows = shared()
    assert rows["grid"]["shared_clients"] == {"picks": 1, "plan": 0}
    assert rows["picks"]["shared_clients"] == {"grid": 1, "plan": 0}
    assert rows["plan"]["shared_clients"] == {"grid": 0, "picks": 0}
    assert rows["matrix"]["shared_clients"] is None
    top = rows["matrix"]
    assert (top["gross_clients"], top["overlap_clients"], top["net_clients"]) == (2, 1, 1)
    assert (top["products_per_client"], top["penetration"], top["elsewhere_clients"]) == (2.0, 1.0, 0)
    assert rows["grid"]["elsewhere_clients"] == rows["tools"]["elsewhere_clients"] == 1


def test_a_client_who_changes_products_is_no_flow_of_the_matrix(folder: Path) -> None:
    signings = [
        signed("S1", "goes", "A1", LONG_AGO, AFTER, "switched"),
        signed("S2", "goes", "A1", AFTER, of="picks"),
    ]
    publish(folder, told([client("goes")], [account("A1", "goes")], signings))
    rows = moves()
    assert rows["grid"]["transitions"] == {"picks": 1, "plan": 0}
    assert rows["picks"]["transitions"] == {"grid": 0, "plan": 0}
    found = {node: ways(row) for node, row in rows.items()}
    assert found == {
        "matrix": {"stayed": 1},
        "grid": {"switched_out": 1},
        "tools": {"switched_out": 1},
        "picks": {"switched_in": 1},
        "advice": {"switched_in": 1},
        "plan": {},
    }
    top, grid, picks = (service.matrix(AFTER, BEFORE, node=node)["rows"][0] for node in ("matrix", "grid", "picks"))
    money = ("assets_before", "entered", "left", "flow", "market", "signed_assets")
    assert [top[name] for name in money] == ["100.00", "0.00", "0.00", "4.00", "6.00", "110.00"]
    assert [top[name] for name in HEADS] == [1, 0, 0, 0, 1]
    assert (grid["left"], picks["entered"]) == ("100.00", "100.00")


def test_each_way_out_and_in(folder: Path) -> None:
    """Five clients start in grid; four leave it, each on another way. Two come from outside, one was never seen."""
    names = ("stays", "switches", "keeps", "goes", "both", "comes", "new")
    clients = [client(name) for name in names]
    accounts = [account(f"A-{name}", name) for name in names]

    def sign(name: str, of: str, start: date = LONG_AGO, end: date | None = None) -> Row:
        reason = "terminated" if end else ""
        return signed(f"{name}-{of}", name, f"A-{name}", start, end, reason, of=of)

    signings = [
        sign("stays", "grid"),
        sign("stays", "plan", AFTER),
        sign("switches", "grid", end=AFTER),
        sign("switches", "picks", AFTER),
        sign("switches", "plan", AFTER),
        sign("keeps", "grid", end=AFTER),
        sign("keeps", "picks"),
        sign("goes", "grid", end=AFTER),
        sign("both", "grid", end=AFTER),
        sign("both", "picks"),
        sign("both", "plan", AFTER),
        sign("comes", "picks", AFTER),
        sign("new", "plan", AFTER),
        sign("new", "picks", AFTER),
    ]
    publish(folder, told(clients, accounts, signings))
    found = service.command("transitions", f"--since={BEFORE}")
    rows = {row["node"]: row for row in found["rows"]}
    assert ways(rows["grid"]) == {"stayed": 1, "switched_out": 2, "kept_others": 1, "outside": 1}
    assert ways(rows["picks"]) == {"stayed": 2, "switched_in": 1, "from_outside": 2}
    assert ways(rows["plan"]) == {"switched_in": 2, "added": 1, "from_outside": 1}
    assert ways(rows["tools"]) == {"stayed": 3, "kept_others": 1, "outside": 1, "from_outside": 1}
    assert ways(rows["matrix"]) == {"stayed": 4, "outside": 1, "from_outside": 2}
    assert rows["grid"]["transitions"] == {"picks": 1, "plan": 2}
    assert rows["grid"]["switched_out"] < sum(rows["grid"]["transitions"].values())
    assert found["switched_clients"] == 2


def test_the_slice_is_that_of_the_start_and_for_newcomers_that_of_the_end(folder: Path) -> None:
    """Both go from O1 to O2 on the second day: one from product to product, the other from none into one."""
    clients = [client("goes"), client("comes")]
    accounts = [account("A1", "goes"), account("A2", "comes")]
    signings = [
        signed("S1", "goes", "A1", LONG_AGO, AFTER, "switched"),
        signed("S2", "goes", "A1", AFTER, of="picks"),
        signed("S3", "comes", "A2", AFTER, of="picks"),
    ]
    moved = {row["client"]: {**row, "outlet": "O2"} for row in clients}
    change = Delivery(AFTER, AFTER, {"clients": Sheet(tuple(moved.values()), "changes")}, sequence=2)
    publish(folder, told(clients, accounts, signings), change)
    left, entered = moves("--unit=O1"), moves("--unit=O2")
    assert (left["grid"]["transitions"]["picks"], entered["grid"]["transitions"]["picks"]) == (1, 0)
    assert ways(left["picks"]) == {"switched_in": 1}
    assert ways(entered["picks"]) == {"from_outside": 1}
    assert (left["picks"]["retained_clients"], entered["picks"]["retained_clients"]) == (0, 2)


def crowd(random: Random) -> tuple[list[Row], list[Row], list[Row]]:
    """Return clients over two outlets of one branch, their accounts, and signings that change between the days."""
    names = [f"C{number}" for number in range(24)]
    clients = [client(name, random.choice(("O1", "O2")), random.choice(("online", "bank"))) for name in names]
    accounts = [account(f"A{name}", name) for name in names]
    signings = [
        signed(f"{name}-{of}", name, f"A{name}", start, end, "terminated" if end else "", of=of)
        for name in names
        for of in ("grid", "picks", "plan")
        for start, end in [random.choice(SPANS)]
        if start
    ]
    return clients, accounts, signings


def counts(rows: dict[str, Any]) -> dict[str, int]:
    """Return every count of an answer by node and figure, those of pairs as well."""
    return {
        f"{node} {name} {other}": heads
        for node, row in rows.items()
        for name, value in row.items()
        for other, heads in (value.items() if isinstance(value, dict) else [("", value)])
        if isinstance(heads, int)
    }


def test_outlets_and_channels_add_up_to_their_branch(folder: Path) -> None:
    clients, accounts, signings = crowd(Random(3))
    publish(folder, told(clients, accounts, signings, units=units(O2="B1")))
    for ask in (shared, moves):
        whole = counts(ask("--unit=B1"))
        assert whole == counts(ask())
        assert any(heads for place, heads in whole.items() if "transitions" in place or "shared_clients" in place)
        for parts in (("--unit=O1", "--unit=O2"), ("--channel=online", "--channel=bank")):
            one, other = (counts(ask(part)) for part in parts)
            assert {place: one[place] + other[place] for place in whole} == whole
            assert any(one.values())
            assert any(other.values())


def test_gross_less_overlap_is_net_and_products_do_not_add_up(folder: Path) -> None:
    publish(folder, told(*crowd(Random(5))))
    rows = shared()
    products = {code: row for code, row in rows.items() if row["kind"] == "product"}
    for row in rows.values():
        assert row["gross_clients"] - row["overlap_clients"] == row["net_clients"] == row["retained_clients"]
    assert rows["matrix"]["gross_clients"] == sum(row["retained_clients"] for row in products.values())
    assert rows["matrix"]["overlap_clients"] > 0
    assert rows["tools"]["gross_clients"] == sum(products[code]["retained_clients"] for code in ("grid", "plan"))
    published = {row["node"]: row for row in service.matrix(AFTER)["rows"]}
    for node, row in rows.items():
        for name in ("retained_clients", "clients_on_books", "penetration", "products_per_client"):
            assert row[name] == published[node][name], (node, name)


def test_ways_add_up_to_the_start_and_the_end(folder: Path) -> None:
    publish(folder, told(*crowd(Random(8))))
    for row in moves().values():
        assert row["clients_before"] == row["stayed"] + row["left_clients"]
        assert row["left_clients"] == row["switched_out"] + row["kept_others"] + row["outside"]
        assert row["came_clients"] == row["switched_in"] + row["added"] + row["from_outside"]
        assert row["retained_clients"] == row["stayed"] + row["came_clients"]


@pytest.mark.slow
def test_the_order_of_rows_does_not_matter(db: None) -> None:
    service.import_test_calendar()
    clients, accounts, signings = crowd(Random(2))
    answers = []
    for turn in range(3):
        masters = [list(rows) for rows in (clients, accounts, signings, PRODUCTS)]
        for rows in masters if turn else ():
            Random(turn).shuffle(rows)
        with service.fresh_service() as feeds:
            publish(feeds, told(*masters[:3], products=masters[3]))
            answers.append([shared(), moves(), moves("--unit=O1", "--channel=bank")])
    assert answers[0] == answers[1] == answers[2]
    assert any(chain(*(row["transitions"].values() for row in answers[0][1].values() if row["transitions"])))


def test_an_earlier_version_still_tells_what_was_known(folder: Path) -> None:
    """That `goes` had left grid for picks becomes known a day later."""
    first = told([client("goes")], [account("A1", "goes")], [signed("S1", "goes", "A1", LONG_AGO)])
    publish(folder, first)
    late = [
        signed("S1", "goes", "A1", LONG_AGO, AFTER, "switched"),
        signed("S2", "goes", "A1", AFTER, of="picks"),
    ]
    publish(folder, night({date(2024, 3, 7): {"A1": (110, 0)}}, subscriptions=late))
    of_that_day = f"--as-of={AFTER}"
    assert ways(moves(of_that_day)["grid"]) == {"switched_out": 1}
    assert ways(moves(of_that_day, "--version=1")["grid"]) == {"stayed": 1}
    assert shared(of_that_day, "--version=1")["grid"]["retained_clients"] == 1
    assert shared(of_that_day)["grid"]["retained_clients"] == 0

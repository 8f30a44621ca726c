"""Compares a row of `manage.py matrix --json` with the judge's cell, figure by figure.

Owns the names of the figures on both sides, and the identities that every row must hold.
Amounts and counts agree exactly, rates within the rounding of floating point.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from tests.oracle import service
from tests.oracle.feeds import fen, yuan
from tests.oracle.judge import ENTRIES, MATRIX, Judge, Where
from tests.oracle.retention import Question
from tests.oracle.world import REASONS

Cell = dict[str, Any]

COUNTS = (
    "retained_clients", "clients_before", "first_time_clients", "reactivated_clients", "lapsed_clients",
    "moved_clients", "funded_clients", "signed_accounts", "carried_accounts", "unvalued_accounts",
)  # fmt: skip
AMOUNTS = ("signed_assets", "assets_before", "entered", "left", "flow", "market", "moved", "carried_value")
RATES = ("growth", "twr", "market_neutral_growth", "modified_dietz", "products_per_client")
BOOKS = ("clients_on_books", "penetration")


def close_to(got: float | None, expected: float | None) -> bool:
    """Tell whether two rates are the same: both empty, or equal up to rounding."""
    if got is None or expected is None:
        return got is expected
    return math.isclose(got, expected, rel_tol=1e-9, abs_tol=1e-12)


def differences(row: Cell, cell: Cell) -> dict[str, tuple[Any, Any]]:
    """Return the figures of a published row that are not the judge's: (got, expected) by name."""
    pairs: dict[str, tuple[Any, Any]] = {name: (row[name], cell[name]) for name in COUNTS}
    pairs |= {name: (row[name], yuan(cell[name])) for name in AMOUNTS}
    pairs["skipped_days"] = (row["skipped_days"], cell["skipped_days"])
    for kind, names in (("entered", ENTRIES), ("left", REASONS)):
        pairs[kind + "_by_reason"] = (
            row[kind + "_by_reason"],
            {name: yuan(cell[f"{kind}_{name}"]) for name in names},
        )
    wrong = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    rates = {name: (row[name], cell[name]) for name in RATES}
    rates |= {f"points.{name}": (row["points"][name], share) for name, share in cell["points"].items()}
    rates |= {name: (row[name], cell[name]) for name in BOOKS}
    return wrong | {name: pair for name, pair in rates.items() if not close_to(*pair)}


def broken_identities(row: Cell) -> list[str]:
    """Return the identities of metrics.md that a published row breaks."""
    money = {name: fen(row[name]) for name in AMOUNTS}
    entered, left = ({k: fen(v) for k, v in row[f"{kind}_by_reason"].items()} for kind in ("entered", "left"))
    change = money["entered"] - money["left"] + money["flow"] + money["market"] + money["moved"]
    heads = row["first_time_clients"] + row["reactivated_clients"] - row["lapsed_clients"] + row["moved_clients"]
    held = {
        "assets": money["signed_assets"] - money["assets_before"] == change,
        "clients": row["retained_clients"] - row["clients_before"] == heads,
        "entered by reason": sum(entered.values()) == money["entered"],
        "left by reason": sum(left.values()) == money["left"],
        "points": row["growth"] is None
        or math.isclose(sum(row["points"].values()), row["growth"], rel_tol=1e-9, abs_tol=1e-9),
        "funded": 0 <= row["funded_clients"] <= row["retained_clients"],
    }
    return [name for name, holds in held.items() if not holds]


def slices(judge: Judge, i0: int, i1: int) -> Iterator[Where]:
    """Yield the whole, and every unit, tier and channel that a client stands in from day i0 to i1."""
    units: set[str] = set(judge.world.parents)
    tiers: set[str] = set()
    channels: set[str] = set()
    for client in judge.world.clients:
        for i in range(i0, i1 + 1):
            _, tier, channel = judge.slices(client, i)
            tiers.add(tier)
            channels.add(channel)
    yield Where()
    yield from (Where(unit=unit) for unit in sorted(units))
    yield from (Where(tier=tier) for tier in sorted(tiers))
    yield from (Where(channel=channel) for channel in sorted(channels))
    if i1 % 2 == 0 and tiers and channels:  # combined filters, on every other day
        yield Where(unit="O0", tier=min(tiers), channel=max(channels))
        yield Where(tier=max(tiers), channel=min(channels))
        yield Where(unit="B1", tier=max(tiers))
        yield Where(unit="B2", channel=min(channels))


def compare(judge: Judge, where: Where, i0: int, i1: int) -> list[str]:
    """Ask the service for every node of a slice over a period; return all that is wrong, in words."""
    day, since = judge.days[i1], judge.days[i0]
    found = service.matrix(day, since, unit=where.unit, tier=where.tier, channel=where.channel)
    rows = {row["node"]: row for row in found["rows"]}
    wrong = [] if set(rows) == set(judge.nodes) else [f"{day}: nodes {sorted(set(rows) ^ set(judge.nodes))}"]
    for node, row in rows.items():
        place = f"{since}..{day} {node} {where}"
        wrong += [f"{place}: identity of {name}" for name in broken_identities(row)]
        off = differences(row, judge.cell(node, where, i0, i1))
        wrong += [f"{place}: {name} got {got} expected {expected}" for name, (got, expected) in off.items()]
        wrong += first_sign_wrong(judge, node, where, i1, row["first_sign"])
    return wrong + totals_wrong(judge, where, i0, i1, found)


def totals_wrong(judge: Judge, where: Where, i0: int, i1: int, found: Cell) -> list[str]:
    """Return where gross, overlap and net are not the judge's."""
    now, before = judge.point(MATRIX, where, i1), judge.point(MATRIX, where, i0)
    heads = {"gross": now["gross_clients"], "net": now["retained_clients"]}
    assets = {"gross": now["gross_assets"], "net": now["signed_assets"]}
    earlier = {"gross": before["gross_assets"], "net": before["signed_assets"]}
    wrong = []
    for name, sign in (("gross", 1), ("net", 1), ("overlap", 0)):
        count, value, old = (each[name] if sign else each["gross"] - each["net"] for each in (heads, assets, earlier))
        expected = {"retained_clients": count, "signed_assets": yuan(value), "assets_before": yuan(old)}
        if found[name] != expected:
            wrong.append(f"{judge.days[i1]} {where}: {name} got {found[name]} expected {expected}")
    return wrong


def first_sign_wrong(judge: Judge, node: str, where: Where, i: int, row: Cell) -> list[str]:
    """Return where first-sign retention is not the judge's."""
    day = judge.days[i]
    question = Question(judge, node, day, where)
    expected, long = question.first_sign(), question.n_day(180)
    expected |= {"observable_180": long["observable"], "retained_180": long["retained"], "rate_180": long["rate"]}
    return [
        f"{day} {node} {where}: first_sign.{name} got {row[name]} expected {value}"
        for name, value in expected.items()
        if (not close_to(row[name], value) if isinstance(value, float) else row[name] != value)
    ]

"""The service, the judge and one PostgreSQL statement give the same cells on a generated broker.

At every node, unit, tier and channel; HYPOTHESIS_PROFILE=full takes 500 clients and thirty days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from demo.broker import generate
from tests.effort import PROFILE
from tests.oracle import generated, service, statement
from tests.oracle.agreement import COUNTS, broken_identities, differences
from tests.oracle.broker import trading_days
from tests.oracle.feeds import fen
from tests.oracle.judge import ENTRIES, Judge, Where
from tests.oracle.world import REASONS, World, resolve

CLIENTS, DAYS, DAILY = (500, 30, 8) if PROFILE == "full" else (150, 12, 4)
MONEY = ("signed_assets", "assets_before", "entered", "left", "flow", "market", "moved")
HEADS = tuple(name for name in COUNTS if name.endswith("clients") or name == "clients_before")


@dataclass(frozen=True)
class Published:
    """A generated broker as the service published it: the world, and matrices by slice and day."""

    world: World
    folder: Path


@pytest.fixture
def published(db: None, tmp_path: Path) -> Iterator[Published]:
    service.import_test_calendar()
    days = [day for day in trading_days() if day <= date(2024, 12, 31)][-DAYS:]
    generate(folder=tmp_path / "broker", clients=CLIENTS, trading_days=days, seed=11, daily=DAILY)
    world = resolve(generated.read(tmp_path / "broker"))
    assert world.days == days
    with service.fresh_service():
        service.command("deliver", str(tmp_path / "broker"))
        assert service.close()["days"] == [day.isoformat() for day in days]
        yield Published(world, tmp_path)


def told(row: dict[str, Any]) -> dict[str, int]:
    """Return a published row as the statement names its terms, without what is zero."""
    found = {name: int(row[name]) for name in HEADS} | {name: fen(row[name]) for name in MONEY}
    for kind, names in (("entered", ENTRIES), ("left", REASONS)):
        found |= {f"{kind}_{name}": fen(row[f"{kind}_by_reason"][name]) for name in names}
    return {name: amount for name, amount in found.items() if amount}


def wrong_cells(cells: statement.Cells, where: Where, kind: str, day: date, since: date) -> list[str]:
    """Return the nodes of a slice whose published row is not the statement's."""
    place = getattr(where, kind)
    found = service.matrix(day, since, **{kind: place})
    wrong = []
    for row in found["rows"]:
        expected = cells.get((row["node"], kind, place), {})
        skip = ("clients_on_books", "product_pairs")
        terms = {name: amount for name, amount in expected.items() if amount and name not in skip}
        if told(row) != terms:
            wrong.append(f"{day} {row['node']} {place}: {set(told(row).items()) ^ set(terms.items())}")
        wrong += [f"{day} {row['node']} {place}: {name}" for name in broken_identities(row)]
    return wrong


def test_statement_agrees_at_every_node_and_slice(published: Published) -> None:
    days = published.world.days
    statement.load(published.world)
    wrong = []
    for since, day in pairwise(days):
        cells = statement.cells(day)
        for kind, place in sorted({key[1:] for key in cells}):
            wrong += wrong_cells(cells, Where(**{kind: place}), kind, day, since)
    assert wrong == []


def test_judge_agrees_over_the_whole_period(published: Published) -> None:
    judge = Judge(published.world)
    last = len(judge.days) - 1
    wrong = []
    for where in (Where(), Where(tier="t4"), Where(channel="online"), Where(tier="t2", channel="branch")):
        found = service.matrix(judge.days[last], judge.days[0], tier=where.tier, channel=where.channel)
        for row in found["rows"]:
            off = differences(row, judge.cell(row["node"], where, 0, last))
            wrong += [f"{row['node']} {where}: {name} {pair}" for name, pair in off.items()]
    assert wrong == []

"""Retention as it is published says what counting says, and is published again only where something changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings

from core.actor import system
from core.files import path_of
from smart_products.statistics.models import DataCut, Grain, Publication
from smart_products.statistics.operations import publish_retention
from smart_products.statistics.queries import league, retention, retention_by
from smart_products.statistics.retention import Basis, Retention
from tests.oracle import service
from tests.oracle.broker import trading_days
from tests.statistics.cases import account, client, history, night, product, signed

DAYS = trading_days(date(2024, 1, 29), date(2024, 3, 8))
ENDS = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 8)]
PEOPLE = ("one", "two", "three", "four")


@pytest.fixture
def closed(db: None) -> Iterator[Path]:
    service.import_test_calendar()
    with service.fresh_service() as folder:
        service.deliver_in_order(
            folder,
            [
                history(
                    {
                        day: {name: (40_000 * (number + 1) + 100 * place, 0) for number, name in enumerate(PEOPLE)}
                        for place, day in enumerate(DAYS)
                    },
                    clients=[
                        client(name, outlet="O1" if name < "p" else "O2", channel="bank" if name == "two" else "online")
                        for name in PEOPLE
                    ],
                    accounts=[account(name, name) for name in PEOPLE],
                    products=[product("grid"), product("auto")],
                    subscriptions=[
                        signed("S1", "one", "one", date(2024, 1, 30)),
                        signed("S2", "two", "two", date(2024, 1, 31), date(2024, 2, 20), "withdrawn"),
                        signed("S3", "three", "three", date(2024, 2, 17), of="auto"),
                        signed("S4", "three", "three", date(2024, 2, 17)),
                        signed("S5", "two", "two", date(2024, 3, 1)),
                    ],
                )
            ],
        )
        service.close()
        yield folder


def publish() -> list[date]:
    return sorted(publish_retention(by=system("test"), at=service.AT))


def every_answer() -> list[object]:
    """Return what is asked of every node as of every fact day, whole and in slices of one dimension and of two."""
    found: list[object] = []
    for day in (date(2024, 2, 5), date(2024, 2, 20), *ENDS[1:]):
        for node in ("matrix", "grid", "auto"):
            for basis in Basis:
                asked: dict[str, Any] = {"as_of": day, "node": node, "basis": basis}
                found.append(retention(**asked, values=False))
                for by in ("unit", "outlet", "tier", "channel"):
                    found += retention_by(by=by, **asked)
                    found += league(by=by, **asked, unit="B1")
                found.append(retention(**asked, values=False, unit="O1", tier="t2", channel="online"))
                if basis is Basis.SIGNED:
                    for by in ("unit", "outlet", "tier", "channel"):
                        found += retention_by(by=by, **asked, values=True)
    return found


def lose_cuts() -> dict[Path, Path]:
    """Put the subscriptions of every cut aside; returns where they are, by where they were."""
    lost = {path_of(settings.FACTS_DIR, cut.files["intervals"]) for cut in DataCut.objects.all()}
    return {path: path.rename(path.with_suffix(".aside")) for path in lost}


@pytest.mark.slow
def test_what_is_published_is_what_is_counted(closed: Path) -> None:
    counted = every_answer()
    assert publish() == DAYS[-1:]
    aside = lose_cuts()
    with pytest.raises(duckdb.IOException):
        retention(gap=1)  # not published, so that subscriptions would be read
    assert every_answer() == counted
    assert any(isinstance(each, Retention) and each.cohorts and each.survival.ends for each in counted)
    assert any(
        isinstance(each, Retention) and each.cohorts and each.cohorts[0].market_neutral_value_retention(1)
        for each in counted
    )
    for path, where in aside.items():
        where.rename(path)


def test_a_withdrawn_signing_is_confirmed_until_it_is_withdrawn(closed: Path) -> None:
    publish()
    for day, clients in ((date(2024, 2, 19), 3), (date(2024, 2, 20), 2), (date(2024, 3, 8), 3)):
        assert retention(as_of=day, basis=Basis.CONFIRMED, values=False).first_sign.clients == clients, day


def test_it_is_published_again_only_where_something_changed(closed: Path) -> None:
    assert publish() == DAYS[-1:]
    assert publish() == []
    before = [retention(as_of=day, values=False) for day in ENDS]
    late = night({DAYS[-1]: dict.fromkeys(PEOPLE, (1, 0))}, subscriptions=[signed("S6", "four", "four", ENDS[1])])
    service.deliver_in_order(closed, [replace(late, sequence=2)])
    service.close()
    assert publish() == DAYS[-1:]
    assert retention(as_of=ENDS[0], values=False) == before[0]
    assert retention(as_of=ENDS[1], values=False).first_sign.clients == 4
    versions = Publication.objects.filter(grain=Grain.RETENTION).order_by("version")
    assert [(row.as_of, row.version, row.is_current) for row in versions] == [
        (DAYS[-1], 1, False),
        (DAYS[-1], 2, True),
    ]
    lose_cuts()
    assert retention(as_of=ENDS[1], version=1, values=False) == before[1], "told by what that version knew"

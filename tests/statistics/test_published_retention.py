"""Retention as it is published says what counting says, and is published again only where something changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from django.conf import settings

from core.actor import system
from core.files import path_of
from smart_products.statistics.models import DataCut, Grain, Publication
from smart_products.statistics.operations import publish_retention
from smart_products.statistics.queries import retention, retention_by
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


def every_answer() -> list[Retention]:
    """Return what is asked of every node as of every month end, whole and in slices."""
    found: list[Retention] = []
    for day in ENDS:
        for node in ("matrix", "grid", "auto"):
            for basis in Basis:
                found.append(
                    retention(as_of=day, node=node, basis=basis, values=day == DAYS[-1] and basis is Basis.SIGNED)
                )
                for by in ("unit", "outlet", "tier", "channel"):
                    found += retention_by(by=by, as_of=day, node=node, basis=basis)
    return found


def test_what_is_published_is_what_is_counted(closed: Path) -> None:
    counted = every_answer()
    assert publish() == ENDS
    lost = {path_of(settings.FACTS_DIR, cut.files["intervals"]) for cut in DataCut.objects.all()}
    aside = {path: path.rename(path.with_suffix(".aside")) for path in lost}
    with pytest.raises(duckdb.IOException):
        retention(gap=1)  # not published, so that subscriptions would be read
    assert every_answer() == counted
    assert any(each.cohorts and each.cohorts[0].value_retention(1) for each in counted)
    for path, where in aside.items():
        where.rename(path)


def test_it_is_published_again_only_where_something_changed(closed: Path) -> None:
    assert publish() == ENDS
    assert publish() == []
    late = night({DAYS[-1]: dict.fromkeys(PEOPLE, (1, 0))}, subscriptions=[signed("S6", "four", "four", ENDS[1])])
    service.deliver_in_order(closed, [replace(late, sequence=2)])
    service.close()
    before = retention(as_of=ENDS[0])
    assert publish() == ENDS[1:]
    assert retention(as_of=ENDS[0]) == before
    assert retention(as_of=ENDS[1]).first_sign.clients == 4
    versions = Publication.objects.filter(grain=Grain.RETENTION).order_by("as_of", "version")
    assert [(row.as_of, row.version, row.is_current) for row in versions] == [
        (ENDS[0], 1, True),
        (ENDS[1], 1, False),
        (ENDS[1], 2, True),
        (ENDS[2], 1, False),
        (ENDS[2], 2, True),
    ]

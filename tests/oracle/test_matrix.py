"""The service and the judge give the same figures on random histories, at every node, slice and day."""

from __future__ import annotations

import pytest
from hypothesis import given, note

from tests.effort import histories
from tests.oracle import service
from tests.oracle.agreement import compare, slices
from tests.oracle.feeds import Delivery
from tests.oracle.judge import Judge
from tests.oracle.stories import stories
from tests.oracle.world import World, resolve


@pytest.fixture
def calendar(db: None) -> None:
    service.import_test_calendar()


def tell(world: World, story: list[Delivery]) -> None:
    """Print a world in the report of a failing history."""
    for one in story:
        modes = {kind: sheet.mode for kind, sheet in one.sheets.items()}
        note(f"delivery {one.first}..{one.day} #{one.sequence} {modes}")
    for code, account in world.accounts.items():
        row = {day.isoformat(): world.facts[day].get(code) for day in world.days}
        note(f"{code} {account} {row}")
    for code, subscription in world.subscriptions.items():
        note(f"{code} {subscription}")
    for code, versions in world.clients.items():
        note(f"{code} {versions}")


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
@histories()
@given(stories())
def test_every_day_of_every_slice(story: list[Delivery]) -> None:
    judge = Judge(resolve(story))
    with service.fresh_service() as folder:
        service.deliver(folder, story)
        closed = service.close()
        assert closed["days"] == [day.isoformat() for day in judge.days]
        wrong = []
        for i in range(1, len(judge.days)):
            for where in slices(judge, i - 1, i):
                wrong += compare(judge, where, i - 1, i)
    tell(judge.world, story)
    assert wrong == []


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
@histories()
@given(stories())
def test_periods_of_every_slice(story: list[Delivery]) -> None:
    judge = Judge(resolve(story))
    last = len(judge.days) - 1
    periods = {(0, last), (last // 3, 2 * last // 3), (last // 2, last)}
    with service.fresh_service() as folder:
        service.deliver(folder, story)
        service.close()
        wrong = []
        for i0, i1 in sorted(periods):
            if i0 < i1:
                for where in slices(judge, i0, i1):
                    wrong += compare(judge, where, i0, i1)
    tell(judge.world, story)
    assert wrong == []

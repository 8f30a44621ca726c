"""The two oracles, written apart, give the same cells on random histories; no service is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from hypothesis import given

from tests.effort import histories
from tests.oracle import statement
from tests.oracle.feeds import Delivery
from tests.oracle.judge import Judge, Where
from tests.oracle.stories import stories
from tests.oracle.world import resolve

TERMS = (
    "retained_clients", "clients_before", "funded_clients", "clients_on_books", "product_pairs",
    "first_time_clients", "reactivated_clients", "lapsed_clients", "moved_clients", "signed_assets",
    "assets_before", "entered", "left", "flow", "market", "moved",
)  # fmt: skip


def places(judge: Judge, i: int) -> Iterator[tuple[str, str, Where]]:
    """Yield every slice that a client stands in on a day or the day before: kind, name and slice."""
    found = set()
    for client in judge.world.clients:
        for at in (i - 1, i):
            units, tier, channel = judge.slices(client, at)
            found |= {("unit", unit) for unit in units} | {("tier", tier), ("channel", channel)}
    for kind, name in sorted(found):
        yield kind, name, Where(**{kind: name})


@pytest.mark.django_db
@histories()
@given(stories())
def test_judge_and_statement_agree(story: list[Delivery]) -> None:
    judge = Judge(resolve(story))
    with transaction.atomic():
        statement.load(judge.world)
        for i, day in enumerate(judge.days[1:], start=1):
            cells = statement.cells(day)
            for kind, name, where in places(judge, i):
                for node in judge.nodes:
                    expected = judge.cell(node, where, i - 1, i)
                    got = cells.get((node, kind, name), {})
                    terms = set(TERMS) | {term for term in got if term.startswith(("entered_", "left_"))}
                    terms |= {term for term in expected if term.startswith(("entered_", "left_"))}
                    assert {t: got.get(t, 0) for t in terms} == {t: expected[t] for t in terms}, (day, node, where)
        transaction.set_rollback(True)

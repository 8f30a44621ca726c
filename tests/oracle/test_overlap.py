"""Shared clients and transitions of the service are the oracle's on random histories, in every slice."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tests.effort import histories
from tests.oracle import overlap, service
from tests.oracle.agreement import close_to, slices
from tests.oracle.feeds import Delivery
from tests.oracle.judge import Judge, Where
from tests.oracle.stories import stories
from tests.oracle.test_matrix import tell
from tests.oracle.world import resolve

RATES = ("products_per_client", "penetration")


@pytest.fixture
def calendar(db: None) -> None:
    service.import_test_calendar()


def wrong_rows(found: dict[str, Any], expected: dict[str, dict[str, Any]]) -> list[str]:
    """Return the figures of an answer that are not the oracle's, in words."""
    rows = {row["node"]: row for row in found["rows"]}
    assert set(rows) == set(expected)
    return [
        f"{node}: {name} got {rows[node][name]} expected {value}"
        for node, figures in expected.items()
        for name, value in figures.items()
        if not (close_to(rows[node][name], value) if name in RATES else rows[node][name] == value)
    ]


def asked(judge: Judge, where: Where, i: int) -> list[str]:
    """Return the words of a question for a day and slice."""
    words = [f"--as-of={judge.days[i]}"]
    return words + [f"--{name}={value}" for name, value in vars(where).items() if value is not None]


def wrong_shared(judge: Judge, where: Where, i: int) -> list[str]:
    found = service.command("shared", *asked(judge, where, i))
    expected = {node: overlap.shared_row(judge, node, where, i) for node in judge.nodes}
    return [f"{judge.days[i]} {where} {line}" for line in wrong_rows(found, expected)]


def wrong_transitions(judge: Judge, where: Where, i0: int, i1: int) -> list[str]:
    found = service.command("transitions", *asked(judge, where, i1), f"--since={judge.days[i0]}")
    expected = {node: overlap.transition_row(judge, node, where, i0, i1) for node in judge.nodes}
    place = f"{judge.days[i0]}..{judge.days[i1]} {where}"
    wrong = [f"{place} {line}" for line in wrong_rows(found, expected)]
    if found["switched_clients"] != overlap.switched(judge, where, i0, i1):
        wrong.append(f"{place}: switched_clients {found['switched_clients']}")
    return wrong


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
@histories(0.5)
@given(stories())
def test_overlap_of_every_slice(story: list[Delivery]) -> None:
    judge = Judge(resolve(story))
    last = len(judge.days) - 1
    with service.fresh_service() as folder:
        service.deliver(folder, story)
        service.close()
        wrong = []
        for i0, i1 in sorted({(0, last), (last // 2, last), (last // 3, 2 * last // 3)}):
            for where in slices(judge, i0, i1):
                wrong += wrong_shared(judge, where, i1)
                wrong += wrong_transitions(judge, where, i0, i1) if i0 < i1 else []
    tell(judge.world, story)
    assert wrong == []

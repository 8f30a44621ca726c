"""The day a year earlier: the last fact day on or before it, and 29 February with 28 February."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.oracle import service
from tests.oracle.agreement import compare
from tests.oracle.judge import Judge, Where
from tests.oracle.world import resolve
from tests.statistics.cases import account, client, history, signed

FACTS = [
    date(2023, 2, 24),
    date(2023, 2, 28),
    date(2023, 3, 1),
    date(2023, 3, 10),
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2024, 3, 8),
    date(2024, 3, 15),
    date(2025, 2, 28),
]
A_YEAR_EARLIER = {
    date(2024, 2, 28): date(2023, 2, 28),
    date(2024, 2, 29): date(2023, 2, 28),
    date(2024, 3, 1): date(2023, 3, 1),
    date(2024, 3, 8): date(2023, 3, 1),
    date(2024, 3, 15): date(2023, 3, 10),
    date(2025, 2, 28): date(2024, 2, 28),
}


@pytest.mark.django_db
def test_the_day_a_year_earlier() -> None:
    service.import_test_calendar()
    story = [
        history(
            {day: {"A1": (100 + n * n, n)} for n, day in enumerate(FACTS)},
            clients=[client("C1")],
            accounts=[account("A1", "C1")],
            subscriptions=[signed("S1", "C1", "A1", FACTS[0] - timedelta(days=9))],
        )
    ]
    judge = Judge(resolve(story))
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, story)
        service.close()
        for i, day in enumerate(FACTS):
            base = judge.base_of(i)
            found = service.matrix(day)
            assert found["since"] == (None if base is None else FACTS[base].isoformat()), day
            assert A_YEAR_EARLIER.get(day) == (None if base is None else FACTS[base])
            if base is None:
                assert found["rows"][0]["growth"] is None
                assert found["rows"][0]["entered"] is None
            else:
                assert compare(judge, Where(), base, i) == []
                assert found["rows"] == service.matrix(day, FACTS[base])["rows"]

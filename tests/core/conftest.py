"""What the tests of core share: an actor, a time, and a calendar of the years they ask about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.actor import Actor, system
from core.operations import import_calendar
from tasks.calendars import seed_rows

AT = datetime(2024, 12, 31, 10, 0, tzinfo=UTC)


@pytest.fixture
def by() -> Actor:
    return system("test")


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def calendar_table(db: None) -> None:
    import_calendar(rows=seed_rows(), by=system("test"), at=AT)

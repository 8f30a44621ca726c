"""A house with one delivered day, for tests of what further deliveries do to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from tests.tasks import house as broker
from tests.tasks.conftest import settings_below


@pytest.fixture
def feed(tmp_path: Path, db: None) -> Iterator[Path]:
    """A folder for feeds, a calendar, and settings of its own; the first day is delivered."""
    with override_settings(**settings_below(tmp_path)):
        broker.import_days()
        assert broker.take(broker.write_day(tmp_path / "feed" / "1", broker.DAYS[0], masters=True)).state == "accepted"
        yield tmp_path / "feed"

"""The command takes the days of the calendar table and says what it wrote."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.actor import system
from core.operations import import_calendar
from tests.demo import made

FIRST = date(2024, 9, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> None:
    """A calendar table of the last months of 2024."""
    trading = set(made.trading_days(200))
    days = [FIRST + timedelta(days=n) for n in range((made.LAST - FIRST).days + 1)]
    rows = [(day, day in trading, day in trading) for day in days]
    import_calendar(rows=rows, by=system("test"), at=datetime(2025, 1, 1, tzinfo=UTC))


@pytest.mark.usefixtures("calendar")
def test_json_is_the_truth_of_the_last_trading_days(tmp_path: Path) -> None:
    out = io.StringIO()
    folder = tmp_path / "feed"
    arguments = ["--clients", "60", "--days", "12", "--seed", "4", "--daily", "2", "--json"]
    call_command("generate_broker", str(folder), *arguments, stdout=out)
    truth = json.loads(out.getvalue())
    assert truth == json.loads((folder / "truth.json").read_text("utf-8"))
    assert (truth["clients"], truth["days"], truth["seed"]) == (60, 12, 4)
    assert truth["from"] == made.trading_days(12)[0].isoformat()
    assert (folder / "2024-12-31" / "holdings.csv").exists()


@pytest.mark.usefixtures("calendar")
def test_a_line_for_people(tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("generate_broker", str(tmp_path / "feed"), "--clients", "60", "--days", "5", stdout=out)
    assert "60" in out.getvalue()
    assert "1333333" in out.getvalue()


@pytest.mark.usefixtures("calendar")
@pytest.mark.parametrize(
    "arguments",
    [("--clients", "3", "--days", "5"), ("--days", "1"), ("--days", "5", "--daily", "5"), ("--days", "200")],
)
def test_impossible_arguments_and_days_outside_the_calendar_are_errors(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    with pytest.raises(CommandError):
        call_command("generate_broker", str(tmp_path / "feed"), *arguments)
    assert not (tmp_path / "feed").exists()

"""The service as its users reach it: management commands on folders of a feed.

Owns the calendar of the tests, an emptied database for each history, and the reading of JSON.
Imports no statistics of the service.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from core.actor import system
from core.operations import import_calendar
from tests.limits import limits
from tests.oracle.broker import FIRST_DAY, LAST_DAY, trading_days
from tests.oracle.feeds import Delivery, write

AT = datetime(2025, 4, 1, 10, 0, tzinfo=UTC)

Row = dict[str, Any]


def import_test_calendar() -> None:
    """Import the calendar that the drawn brokers trade by."""
    trading = set(trading_days())
    days = [FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    rows = [(day, day in trading, day.weekday() < 5) for day in days]
    import_calendar(rows=rows, by=system("test"), at=AT)


@contextmanager
def fresh_service(**held: str) -> Iterator[Path]:
    """Yield a folder for feeds; what is delivered meanwhile is gone afterwards.

    Small brokers lose more than 1 % of their accounts with one row, so the limit is lifted. `held` are other limits.
    """
    folder = Path(tempfile.mkdtemp(prefix="oracle-"))
    facts = folder / "facts"
    facts.mkdir()
    try:
        with override_settings(FACTS_DIR=facts), transaction.atomic():
            with limits(missing_share="1", **held):
                yield folder / "feeds"
            transaction.set_rollback(True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def command(name: str, *arguments: str, **options: Any) -> Any:
    """Run a command with --json and return the one object that it prints."""
    out = io.StringIO()
    call_command(name, *arguments, "--json", stdout=out, stderr=io.StringIO(), **options)
    return json.loads(out.getvalue())


def deliver(folder: Path, story: Sequence[Delivery]) -> list[Row]:
    """Write and deliver a story in its order, one delivery at a time, and return the outcomes.

    Only one that names codes which arrive later may be refused: it waits for them.
    """
    outcomes: list[Row] = []
    for one in story:
        number = sum(1 for _ in folder.glob("*")) if folder.exists() else 0
        target = write(folder / f"{number:03d}", one)
        out = io.StringIO()
        with suppress(CommandError):
            call_command("deliver", str(target), "--json", stdout=out, stderr=io.StringIO())
        outcomes += json.loads(out.getvalue())["deliveries"]
    errors = [error for one in outcomes for error in one["errors"]]
    refused = [each for each in errors if each["rule"] != "too_many_refused" and "unknown" not in each["rule"]]
    assert refused == [], f"refused: {refused}"
    return outcomes


def deliver_in_order(folder: Path, story: Sequence[Delivery]) -> None:
    """Deliver a story that names nothing before its time: nothing is refused."""
    outcomes = deliver(folder, story)
    assert [one for one in outcomes if one["state"] == "rejected" or one["refused_rows"]] == []


def close() -> Row:
    """Close every delivered day that needs it."""
    return dict(command("close", "--confirm"))


def matrix(as_of: date, since: date | None = None, **filters: str | int | None) -> Row:
    """Return what `manage.py matrix --json` prints for a day, a period and filters."""
    arguments = [f"--as-of={as_of}"] + ([f"--since={since}"] if since else [])
    arguments += [f"--{name}={value}" for name, value in filters.items() if value is not None]
    return dict(command("matrix", *arguments))


def rows_by_place(found: Row) -> dict[tuple[str, str | None, str | None, str | None], Row]:
    """Return the rows of a matrix by node, unit, tier and channel."""
    rows = {(row["node"], row["unit"], row["tier"], row["channel"]): row for row in found["rows"]}
    assert len(rows) == len(found["rows"])
    return rows


def retention(**options: Any) -> Row:
    """Return what `manage.py retention --json` prints; `since` and `until` stand for its --from and --to."""
    names = {"since": "from", "until": "to", "as_of": "as-of"}
    given = {names.get(name, name): value for name, value in options.items() if value is not None}
    return dict(command("retention", *(f"--{name}={value}" for name, value in given.items())))

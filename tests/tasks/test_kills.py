"""A worker killed at any moment of a delivery, a close or a backfill loses nothing and doubles nothing.

Three moments by default, twenty with the slow tests; each is drawn by its seed.
"""

from __future__ import annotations

import csv
import json
import random
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from core.calendar import trading_days
from core.models import JobRun
from core.states import JobState
from demo.broker import generate
from smart_products.statistics import block
from smart_products.statistics.models import Grain, Publication
from smart_products.statistics.operations import close
from tasks import chores, inbox
from tests.oracle.feeds import Delivery, Sheet, write
from tests.statistics.cuts import bounds
from tests.tasks import house as broker
from tests.tasks.conftest import (
    Folders,
    Workers,
    drain,
    request_waiting,
    settings_below,
    state_of,
    succeeded,
    wait_for,
)
from tests.tasks.worker import BATCH

AGAIN_WITHIN = 60.0
"""Seconds from the start of another worker to the same figures."""
JOBS = (inbox.DELIVER, chores.CLOSE, chores.BACKFILL)
MOMENTS = [
    pytest.param(seed, JOBS[seed % 3], id=f"{JOBS[seed % 3]}-{seed}", marks=[] if seed < 3 else [pytest.mark.slow])
    for seed in range(20)
]


def difference(one: broker.Figures, other: broker.Figures) -> dict[str, Any]:
    """Return the cells that differ, by what they are about."""
    return {str(key): (one.get(key), other.get(key)) for key in {*one, *other} if one.get(key) != other.get(key)}


@dataclass(frozen=True)
class Undisturbed:
    """A generated feed and a late list, what each comes to when nothing goes wrong, and how many files stand when."""

    feed: list[Path]
    late: Path
    first: broker.Snapshot
    restated: broker.Snapshot
    files: dict[str, tuple[int, int]]
    """Finished files before and after each job."""
    publications: int


def files_in(facts: Path) -> int:
    """Return how many finished files there are: they show how far a job has come."""
    return sum(1 for _ in facts.glob("*/*.parquet"))


def late_list(folder: Path, feed: Path, since: date) -> Path:
    """Write a list that arrives late: five subscriptions that the feed calls open had ended on a day long published."""
    manifest = json.loads((feed / "manifest.json").read_text())
    with next(feed.glob("subscriptions*")).open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if not row["end"] and row["start"] < "2024-11-01"][:5]
    assert len(rows) == 5
    ended = tuple({**row, "end": since, "end_reason": "withdrawn"} for row in rows)
    last = date.fromisoformat(manifest["business_date"])
    sheets = {"subscriptions": Sheet(ended, "changes")}
    return write(folder, Delivery(last, last, sheets, manifest["sequence"] + 1, manifest["source"]))


@pytest.fixture(scope="module")
def undisturbed(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Undisturbed:
    """Run a generated broker's night and a backfill without any trouble; leaves an empty database."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with django_db_blocker.unblock(), override_settings(**settings_below(folder)):
        try:
            broker.import_days()
            days = trading_days(date(2024, 12, 17), date(2024, 12, 31))
            generate(folder=folder / "feed", clients=100, trading_days=days, seed=7)
            feed = sorted(path.parent for path in (folder / "feed").glob("*/manifest.json"))
            late = late_list(folder / "late", feed[0], days[4])
            counts = [0]
            with bounds(rows=block.BLOCK_ROWS, batch=BATCH):
                broker.take(feed[0])
                counts.append(files_in(folder / "facts"))
                broker.run_night(feed)
                counts.append(files_in(folder / "facts"))
                first = broker.snapshot()
                assert broker.take(late).state == "accepted"
                counts.append(files_in(folder / "facts"))
                assert close(by=broker.BY, at=broker.AT, confirm=True).days == days[4:]
                counts.append(files_in(folder / "facts"))
                broker.run_night([])
            files = {inbox.DELIVER: (counts[0], counts[1]), chores.CLOSE: (counts[1], counts[2])}
            files[chores.BACKFILL] = (counts[3], counts[4])
            published = Publication.objects.filter(grain=Grain.DAY).count()
            return Undisturbed(feed, late, first, broker.snapshot(), files, published)
        finally:
            call_command("flush", interactive=False, verbosity=0)


@pytest.mark.parametrize(("seed", "job"), MOMENTS)
def test_a_killed_worker_loses_and_doubles_nothing(
    seed: int, job: str, undisturbed: Undisturbed, house: Folders, workers: Workers
) -> None:
    again = job == chores.BACKFILL
    run = prepare_backfill(undisturbed) if again else prepare_night(undisturbed, house)
    before, after = undisturbed.files[job]
    point = round(before + (after - before) * random.Random(seed).uniform(0.1, 0.8))
    worker = workers.start()
    workers.send(run.job, run_id=run.pk)
    wait_for(lambda: files_in(house.facts) >= point, f"file {point} of {after}", step=0.002)
    workers.kill(worker)
    assert JobRun.objects.get(pk=run.pk).state == JobState.RUNNING or JobState.RUNNING in state_of(job), (
        "killed too late"
    )
    began = time.monotonic()
    workers.start()
    workers.send("tasks.sweep")
    if again:
        wait_for(lambda: succeeded(job) and succeeded(chores.SERVE), "the backfill")
    else:
        drain(house, workers)
    assert time.monotonic() - began < AGAIN_WITHIN
    assert max(JobRun.objects.values_list("attempts", flat=True)) == 2
    found, expected = broker.snapshot(), undisturbed.restated if again else undisturbed.first
    assert difference(found.cells, expected.cells) == {}
    assert found.served == expected.served
    if again:  # what was published before the kill stands, and no day was closed twice
        assert Publication.objects.filter(grain=Grain.DAY).count() == undisturbed.publications


def prepare_night(undisturbed: Undisturbed, house: Folders) -> JobRun:
    """Put the feed into the inbox, and ask for the first delivery."""
    house.inbox.mkdir(parents=True)
    for path in undisturbed.feed:
        (house.inbox / path.name).symlink_to(path)
    return request_waiting(house)


def prepare_backfill(undisturbed: Undisturbed) -> JobRun:
    """Publish the feed, take in the late list, and ask for a close of all it touches."""
    with bounds(rows=block.BLOCK_ROWS, batch=BATCH):
        broker.run_night(undisturbed.feed)
    broker.take(undisturbed.late)
    chores.request_backfill(broker.BY)
    return JobRun.objects.get(job=chores.BACKFILL)

"""A backfill in the background: what is too much waits for an operator, whose word the worker carries out, visibly."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.celery import app
from core.models import JobRun
from core.states import JobState
from smart_products.statistics import block, plan
from smart_products.statistics.models import Grain, Publication
from tasks import attempts, chores
from tests.limits import limits
from tests.statistics.cuts import bounds
from tests.tasks import house as broker
from tests.tasks.conftest import Folders


@pytest.fixture
def outdated(house: Folders) -> Iterator[Folders]:
    """Three published days of which a new release computes every figure anew."""
    broker.run_night(broker.write_days(house.feed))
    formulas, beat = plan.FORMULAS, attempts.BEAT
    plan.FORMULAS, attempts.BEAT = formulas + 1, 0.01
    app.loader.import_default_modules()
    with limits(reclose_days="2"), bounds(rows=block.BLOCK_ROWS, batch=1):
        yield house
    plan.FORMULAS, attempts.BEAT = formulas, beat


def run(name: str, *words: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(name, *words, "--json", stdout=out, stderr=io.StringIO())
    return dict(json.loads(out.getvalue()))


def number(told: str) -> int:
    """Return the number by which jobs know the run that a command told."""
    return JobRun.objects.get(public_id=told).pk


def versions() -> list[int]:
    rows = Publication.objects.filter(grain=Grain.DAY, is_current=True).order_by("as_of")
    return list(rows.values_list("version", flat=True))


def test_too_much_for_the_night_waits_for_a_word_and_is_then_done(outdated: Folders) -> None:
    told = run("close", "--background")["run"]
    asked = number(told)
    app.tasks[chores.CLOSE](run_id=asked)
    (waiting,) = run("jobs", "--unfinished")["jobs"]
    assert (waiting["id"], waiting["state"], waiting["attempts"]) == (told, "parked", 1)
    assert "3 published days" in waiting["error"]
    assert "close --confirm --background" in waiting["error"]
    assert versions() == [1, 1, 1]

    confirmed = number(run("close", "--confirm", "--background")["run"])
    seen: set[tuple[int | None, int | None]] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.002):
            seen.add(JobRun.objects.values_list("progress_done", "progress_total").get(pk=confirmed))
        connection.close()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        app.tasks[chores.BACKFILL](run_id=confirmed)
    finally:
        done.set()
        watcher.join()
    assert JobRun.objects.get(pk=confirmed).state == JobState.SUCCEEDED
    assert {(1, 3), (2, 3)} & seen
    assert versions() == [2, 2, 2]
    assert JobRun.objects.get(pk=confirmed).result["restated"] == 3


def test_an_operator_may_ask_again(outdated: Folders) -> None:
    first, second = (number(run("close", "--confirm", "--background")["run"]) for _ in range(2))
    assert first != second
    for asked in (first, second):
        app.tasks[chores.BACKFILL](run_id=asked)
    assert [JobRun.objects.get(pk=asked).result["days"] for asked in (first, second)] == [3, 0]
    with pytest.raises(CommandError):
        call_command("close", "2024-12-30", "--background", stdout=io.StringIO())


def test_the_list_of_jobs_speaks_for_people(outdated: Folders) -> None:
    out = io.StringIO()
    call_command("close", "--background", stdout=out)
    call_command("jobs", stdout=out)
    asked = JobRun.objects.get(job=chores.CLOSE)
    assert out.getvalue().count(str(asked.public_id)) == 2, "told when it was asked for, and in the list"
    assert str(broker.DAYS[-1]) in out.getvalue()
    assert run("jobs", "--limit=1")["jobs"][0]["progress"] is None

"""What the tests of jobs share: folders of their own, a calendar, and real Celery workers that can be killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from celery import Celery
from django.db import connection
from django.test import override_settings

from core import clock
from core.models import JobRun
from core.states import JobState
from embedded import valkey
from embedded.instance import Instance, make_run_dir, open_instance
from tasks import chores, inbox
from tests.tasks import house as broker
from tests.tasks.house import import_days

LATER = timedelta(hours=1)
UNFINISHED = {JobState.REQUESTED, JobState.RUNNING, JobState.FAILED}
ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 90.0


@dataclass(frozen=True)
class Folders:
    """Where an instance of a test keeps its files."""

    facts: Path
    inbox: Path
    feed: Path

    def waiting(self) -> list[Path]:
        """Return the folders that still stand in the inbox."""
        return [path for path in self.inbox.iterdir() if not path.name.startswith(".")]


def settings_below(folder: Path) -> dict[str, Any]:
    """Return settings that keep all files below `folder`, which they make."""
    (folder / "feed").mkdir(parents=True, exist_ok=True)
    return {
        "FACTS_DIR": folder / "facts",
        "INBOX_DIR": folder / "inbox",
        "DUCKDB_TEMP_DIR": folder / "duckdb",
        "DOCUMENTS_DIR": folder / "documents",
        "ANCHOR_DIR": folder / "anchors",
        "LOCAL_SEALS_DIR": folder / "secrets" / "seals",
    }


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Folders]:
    with override_settings(**settings_below(tmp_path)):
        yield Folders(tmp_path / "facts", tmp_path / "inbox", tmp_path / "feed")


@pytest.fixture
def house(folders: Folders, transactional_db: None) -> Folders:
    """Folders, a database with real commits, and a calendar."""
    import_days()
    return folders


def wait_for(condition: Callable[[], bool], what: str, *, patience: float = PATIENCE, step: float = 0.05) -> None:
    """Wait until something holds; fail with the state of all runs when it does not."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            runs = [f"{run} {run.state} {run.attempts} {run.error[-500:]}" for run in JobRun.objects.all()]
            pytest.fail(f"{what} did not come to pass: {runs}")
        time.sleep(step)


def state_of(job: str) -> set[str]:
    """Return the states of the runs of a job."""
    return set(JobRun.objects.filter(job=job).values_list("state", flat=True))


def succeeded(job: str) -> bool:
    """Return whether a job has runs, and all of them ended well."""
    return state_of(job) == {JobState.SUCCEEDED}


@dataclass
class Workers:
    """Real workers with a broker of their own, on the database of the test."""

    broker: str
    environment: dict[str, str]
    log: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[bytes]:
        """Start a worker in a session of its own and return once it can be sent to."""
        with self.log.open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.tasks.worker"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """Kill a worker and its children without a word."""
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        self.running.remove(worker)

    def send(self, task: str, **arguments: Any) -> None:
        """Send a message as beat or a job would."""
        with Celery(broker=self.broker, set_as_current=False) as sender:
            sender.send_task(task, kwargs=arguments)


def _broker() -> Instance:
    instance = open_instance(Path(tempfile.mkdtemp(prefix="smart-tasks-")))
    make_run_dir(instance)
    valkey.up(instance)
    return instance


@pytest.fixture
def workers(house: Folders) -> Iterator[Workers]:
    """Workers on the test's database; all are gone when the test ends."""
    instance = _broker()
    given = urlsplit(os.environ["MIGRATE_DATABASE_URL"])
    address = urlunsplit(given._replace(path=f"/{connection.settings_dict['NAME']}"))
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "JOBS_DATABASE_URL": address,
        "BROKER_URL": valkey.url(instance),
        "CACHE_URL": "",
        "FACTS_URL": str(house.facts),
        "INBOX_DIR": str(house.inbox),
        "LOCAL_DIR": str(instance.folder),
    }
    made = Workers(valkey.url(instance), environment, instance.folder / "worker.log")
    yield made
    for worker in list(made.running):
        made.kill(worker)
    valkey.down(instance)
    for folder in (instance.folder, instance.run_dir):
        shutil.rmtree(folder, ignore_errors=True)


def request_waiting(folders: Folders) -> JobRun:
    """Ask for the first folder of the inbox as the watch would, once it is quiet."""
    at = clock.now() + LATER
    run = inbox.request_next(inbox.waiting(folders.inbox, at), by=broker.BY, at=clock.now())
    assert run is not None
    return run


def drain(folders: Folders, workers: Workers, times: int = 1) -> None:
    """Have every folder of the inbox delivered, each message sent so many times, and wait for what follows."""
    while True:
        wait_for(lambda: not state_of(inbox.DELIVER) & UNFINISHED, "the deliveries")
        at = clock.now() + LATER
        run = inbox.request_next(inbox.waiting(folders.inbox, at), by=broker.BY, at=clock.now())
        if run is None and not folders.waiting():
            break
        for _ in range(times if run else 0):
            workers.send(inbox.DELIVER, run_id=run.pk if run else 0)
    follow = (chores.CLOSE, chores.SERVE, chores.RETENTION, chores.REPORTS)
    wait_for(lambda: all(map(succeeded, follow)), "close, serve, retention and reports")

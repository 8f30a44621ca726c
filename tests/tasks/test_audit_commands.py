"""The commands of audit: sealing and judging with the broker's own key, and what has passed its storage period."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pytest_django.fixtures import Settings

from core import clock
from core.actor import system
from core.audit import Concern, record
from core.models import AuditEvent, AuditLink, JobRun, StoragePeriod
from core.operations import TooShort, set_storage_period
from tasks import jobs as tasks_jobs
from tasks import proofs, storage
from tasks.schedule import SCHEDULE

pytestmark = pytest.mark.django_db
BY = system("test")


@pytest.fixture(autouse=True)
def _instance(settings: Settings, tmp_path: Path) -> None:
    settings.ANCHOR_DIR, settings.LOCAL_SEALS_DIR = tmp_path / "anchors", tmp_path / "seals"


@pytest.fixture
def events(db: None) -> list[AuditEvent]:
    about: Any = {"subject_kind": "client", "subject_key": "C1", "concern": Concern("1.2.", "here/C1")}
    return [record(action="test", **about, details={}, by=BY, at=clock.now()) for _number in range(3)]


def _said(*arguments: str) -> Any:
    printed = StringIO()
    call_command(*arguments, "--json", stdout=printed)
    return json.loads(printed.getvalue())


def _as_owner(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE core_auditevent DISABLE TRIGGER USER")
        cursor.execute(statement)


def test_what_is_sealed_is_judged_whole_and_a_broken_row_is_named(events: list[AuditEvent]) -> None:
    assert _said("seal_audit")["head"]["links"] == 3
    told = _said("verify_audit")
    assert (told["ok"], told["breaks"], told["links"], told["waiting"]) == (True, [], 3, 1)
    assert told["sealed"] == clock.shanghai_today().isoformat()
    _as_owner(f"UPDATE core_auditevent SET actor_name = 'other' WHERE id = {events[1].pk}")
    printed = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", "--json", stdout=printed)
    assert ended.value.code == 1
    (one,) = json.loads(printed.getvalue())["breaks"]
    assert (one["rule"], one["place"], one["number"], one["event"]) == ("changed", "1.2.", 2, events[1].pk)
    printed = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_audit", stdout=printed)
    assert all(part in printed.getvalue() for part in ("1.2.", "2", str(events[1].pk), "[changed]"))


def test_a_seal_of_somebody_else_is_found(events: list[AuditEvent], settings: Settings, tmp_path: Path) -> None:
    call_command("seal_audit", stdout=StringIO())
    seal = next((tmp_path / "anchors" / "audit").glob("*.p7s"))
    seal.write_bytes(seal.read_bytes()[:-1] + b"\0")
    assert {one.rule for one in proofs.judge_audit(clock.now()).breaks} == {"seal_broken"}


def test_the_jobs_link_and_seal(events: list[AuditEvent]) -> None:
    tasks_jobs.link_audit_events()
    assert AuditLink.objects.count() == 3
    assert proofs.seal_audit_chains(JobRun(business_date=date(2026, 11, 23)), BY, _tell) == {"links": 3}
    assert {"link_audit", "seal_audit", "report_storage"} <= SCHEDULE.keys()


def test_an_empty_log_says_so(db: None) -> None:
    assert _said("seal_audit") == {"head": None}
    assert _said("verify_audit")["ok"] is True


def test_words_of_every_command_can_be_printed(events: list[AuditEvent]) -> None:
    for arguments in (("seal_audit",), ("verify_audit",), ("storage", "list")):
        printed = StringIO()
        call_command(*arguments, stdout=printed)
        assert printed.getvalue().strip()


def test_every_kind_with_a_period_is_counted() -> None:
    assert set(storage.STORED) == set(StoragePeriod.objects.values_list("kind", flat=True))
    assert all(one["passed"] == 0 for one in _said("storage", "list")["kinds"])


def test_what_has_passed_its_time_is_reported_and_stays() -> None:
    long_ago = clock.now() - timedelta(days=200)
    for days in (0, 10):
        at = long_ago + timedelta(days=days)
        JobRun.objects.create(job="tasks.x", scope=str(days), requested_at=at, finished_at=at, state="succeeded")
    JobRun.objects.create(job="tasks.x", requested_at=clock.now(), finished_at=clock.now(), state="succeeded")
    run = JobRun(business_date=clock.shanghai_today())
    found = {one["kind"]: one for one in storage.report(run, BY, _tell)["kinds"]}
    assert found["job_runs"]["passed"] == 2
    assert found["job_runs"]["oldest"] == clock.shanghai_day(long_ago).isoformat()
    assert JobRun.objects.count() == 3


def test_no_period_is_shorter_than_the_law_says() -> None:
    set_storage_period(kind="contracts", months=300, source="own rule", by=BY, at=clock.now())
    assert AuditEvent.objects.get(action="set_storage_period").details["before"] == 240
    with pytest.raises(TooShort):
        set_storage_period(kind="contracts", months=239, source="own rule", by=BY, at=clock.now())
    with pytest.raises(CommandError):
        call_command("storage", "set", "job_runs", "--months", "5", "--source", "x", stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("storage", "set", "nothing", "--months", "500", "--source", "x", stdout=StringIO())
    for kind, months in (("contracts", 239), ("job_runs", 5)):
        with pytest.raises(DatabaseError, match="storage_as_long"), transaction.atomic():
            StoragePeriod.objects.filter(pk=kind).update(months=months)


def _tell(_done: int, _total: int, _unit: str) -> None:
    return

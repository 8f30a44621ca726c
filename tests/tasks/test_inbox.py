"""The inbox: complete folders are taken once and put away, incomplete ones are left alone."""

from __future__ import annotations

import io
import json
import os
import shutil
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core import clock, jobs
from core.models import JobRun
from smart_products.holdings.models import Delivery
from tasks import chores, inbox
from tests.limits import limits
from tests.tasks import house as broker
from tests.tasks.conftest import Folders

NOW = timedelta()
LATER = timedelta(hours=1)
BROKEN = b"account,date,value,net_flow,turnover,revenue\nA1,2024-12-30,12e3,0,0,0\nA2,2024-12-30,1.00,0,0,0\n"


def look(**options: Any) -> dict[str, Any]:
    """Look once, by hand, and return what was said; a refusal is an exit code of 1."""
    out = io.StringIO()
    try:
        call_command("watch_inbox", once=True, quiet=0.0, json=True, stdout=out, **options)
        code = 0
    except CommandError as error:
        code = error.returncode
    return {**json.loads(out.getvalue()), "code": code}


def waiting(folders: Folders, after: timedelta = LATER) -> list[str]:
    return [one.folder.name for one in inbox.waiting(folders.inbox, clock.now() + after)]


def test_the_journey_of_a_good_and_a_broken_folder(house: Folders) -> None:
    broker.write_day(house.inbox / "monday", broker.DAYS[0], masters=True)
    broker.write_day(house.inbox / "tuesday", broker.DAYS[1], spoil={"holdings": BROKEN})
    said = look()
    assert said["code"] == 1
    assert [(one["folder"], one["state"], one["place"]) for one in said["folders"]] == [
        ("monday", "accepted", ".done/monday"),
        ("tuesday", "rejected", ".refused/tuesday"),
    ]
    assert (house.inbox / ".done" / "monday" / "manifest.json").exists()
    text = (house.inbox / ".refused" / "tuesday" / "reasons.txt").read_text("utf-8")
    for part in ("holdings.csv", "2", "value", "not_plain_decimal", "12e3", "Not a plain amount", "Too many rows"):
        assert part in text
    assert "未采用" in text or "文件" in text
    assert house.waiting() == []
    run = JobRun.objects.get(job=chores.CLOSE)
    assert (run.pk, run.business_date) == (said["close"], broker.DAYS[0])
    assert look() == {"folders": [], "close": None, "code": 0}
    assert JobRun.objects.count() == 1


def test_a_folder_that_still_changes_is_left_alone(house: Folders) -> None:
    folder = broker.write_day(house.inbox / "monday", broker.DAYS[0], masters=True)
    assert waiting(house, NOW) == []
    assert waiting(house, inbox.QUIET + timedelta(seconds=1)) == ["monday"]
    half = (folder / "holdings.csv").read_bytes()[:-10]
    (folder / "holdings.csv").write_bytes(half)
    assert waiting(house, inbox.QUIET + timedelta(seconds=1)) == []
    assert waiting(house, inbox.GIVEN_UP + timedelta(seconds=1)) == ["monday"]


def test_hidden_folders_and_those_without_a_manifest_are_not_looked_at(house: Folders) -> None:
    broker.write_day(house.inbox / ".uploading", broker.DAYS[0], masters=True)
    (house.inbox / "empty").mkdir()
    (house.inbox / "manifest.json").write_text("{}")
    assert waiting(house) == []


def test_a_folder_that_never_gets_a_manifest_is_refused_after_a_day(house: Folders) -> None:
    (house.inbox / "bare").mkdir(parents=True)
    (house.inbox / "bare" / "holdings.csv").write_bytes(BROKEN)
    at = clock.now() + inbox.NEGLECTED
    assert inbox.waiting(house.inbox, at - timedelta(minutes=5)) == []
    run = inbox.request_next(inbox.waiting(house.inbox, at), by=broker.BY, at=clock.now())
    assert run is not None
    _do(run)
    assert "[manifest_missing]" in (house.inbox / ".refused" / "bare" / "reasons.txt").read_text("utf-8")


def test_folders_are_taken_in_the_order_of_their_days_one_at_a_time(house: Folders) -> None:
    for name, day in zip(("c", "a", "b"), reversed(broker.DAYS), strict=True):
        broker.write_day(house.inbox / name, day, masters=day == broker.DAYS[0])
    asked = []
    for _ in broker.DAYS:
        run = inbox.request_next(_found(house), by=broker.BY, at=clock.now())
        assert run is not None
        assert inbox.request_next(_found(house), by=broker.BY, at=clock.now()) is None
        asked.append(run.business_date)
        _do(run)
    assert asked == list(broker.DAYS)
    assert house.waiting() == []
    assert inbox.request_next(_found(house), by=broker.BY, at=clock.now()) is None


def test_a_parked_delivery_holds_nobody_up(house: Folders) -> None:
    broker.write_days(house.inbox, broker.DAYS[:2])
    first = inbox.request_next(_found(house), by=broker.BY, at=clock.now())
    assert first is not None
    for _ in range(3):
        jobs.claim(run_id=first.pk, by=broker.BY, at=clock.now())
        jobs.fail(run_id=first.pk, error="no disk", by=broker.BY, at=clock.now())
        jobs.sweep(by=broker.BY, at=clock.now())
    second = inbox.request_next(_found(house), by=broker.BY, at=clock.now())
    assert second is not None
    assert second.business_date == broker.DAYS[1]


def test_the_same_folder_dropped_again_is_known_and_put_beside_the_first(house: Folders) -> None:
    folder = broker.write_day(house.feed / "monday", broker.DAYS[0], masters=True)
    for _ in range(2):
        shutil.copytree(folder, house.inbox / "monday")
        run = inbox.request_next(_found(house), by=broker.BY, at=clock.now())
        assert run is not None
        _do(run)
    states = [run.result["state"] for run in JobRun.objects.filter(job=inbox.DELIVER).order_by("pk")]
    assert states == ["accepted", "repeated"]
    assert sorted(path.name for path in (house.inbox / ".done").iterdir()) == ["monday", "monday-2"]
    assert JobRun.objects.filter(job=chores.CLOSE).count() == 1
    # Moved back by hand it is a new drop as well.
    (house.inbox / ".done" / "monday").rename(house.inbox / "monday")
    assert inbox.request_next(_found(house), by=broker.BY, at=clock.now()) is not None


def test_a_folder_that_an_earlier_attempt_moved_still_leads_to_a_close(house: Folders) -> None:
    broker.write_days(house.inbox, broker.DAYS[:1])
    run = inbox.request_next(_found(house), by=broker.BY, at=clock.now())
    assert run is not None
    folder = inbox.find(house.inbox, run.scope)
    assert folder is not None
    assert inbox.take(folder, today=broker.TODAY, by=broker.BY, at=clock.now()) is not None
    assert inbox.take(folder, today=broker.TODAY, by=broker.BY, at=clock.now()) is None
    assert chores.take_delivery(run, broker.BY, lambda *_: None)["state"] == "gone"
    assert JobRun.objects.filter(job=chores.CLOSE).count() == 1


@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_beats_at_once_one_asks(house: Folders, guarded: bool) -> None:
    broker.write_days(house.inbox, broker.DAYS[:1])
    found = _found(house)
    gate = threading.Barrier(2)

    def beat() -> None:
        try:
            gate.wait(10)
            if guarded:
                inbox.request_next(found, by=broker.BY, at=clock.now())
            else:  # the negative control: an id of its own for each look
                unlike = f"{found[0].scope} {threading.get_ident()}"
                jobs.request(inbox.DELIVER, found[0].business_date, unlike, by=broker.BY, at=clock.now())
        finally:
            connection.close()

    threads = [threading.Thread(target=beat) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert JobRun.objects.count() == (1 if guarded else 2)


def test_a_folder_without_a_readable_manifest_is_refused_with_its_reason(house: Folders) -> None:
    folder = house.inbox / "strange"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{")
    run = inbox.request_next(_found(house), by=broker.BY, at=clock.now())
    assert run is not None
    assert run.business_date is None
    _do(run)
    reasons = (house.inbox / ".refused" / "strange" / "reasons.txt").read_text("utf-8")
    assert "manifest_unreadable" in reasons
    assert Delivery.objects.get().state == "rejected"


def test_no_strange_manifest_stops_the_inbox(house: Folders) -> None:
    house.inbox.mkdir(exist_ok=True)
    for name, content in (("deep", b"[" * 200_000), ("endless", b'{"business_date": "2024-12-27", "sequence": 1e999}')):
        (house.inbox / name).mkdir()
        (house.inbox / name / "manifest.json").write_bytes(content)
    (house.inbox / "folder" / "manifest.json").mkdir(parents=True)
    (house.inbox / "pipe").mkdir()
    os.mkfifo(house.inbox / "pipe" / "manifest.json")
    broker.write_day(house.inbox / os.fsdecode(b"caf\xe9"), broker.DAYS[0], masters=True)
    broker.write_day(house.inbox / os.fsdecode(b"\xd6\xd0" * 60), broker.DAYS[0], masters=True)
    for _ in range(6):
        run = inbox.request_next(_found(house), by=broker.BY, at=clock.now())
        assert run is not None
        _do(run)
    assert house.waiting() == []
    refused = house.inbox / ".refused"
    rules = {path.parent.name: path.read_text("utf-8") for path in refused.glob("*/reasons.txt")}
    for name, rule in (
        ("deep", "manifest_unreadable"),
        ("endless", "manifest_value"),
        ("folder", "manifest_missing"),
        ("pipe", "manifest_missing"),
        ("caf\\udce9", "folder_name"),
        (("\\udcd6\\udcd0" * 60)[:200], "folder_name"),
    ):
        assert f"[{rule}]" in rules[name]


def test_a_link_that_leads_nowhere_keeps_no_folder_waiting(house: Folders) -> None:
    folder = broker.write_day(house.inbox / "monday", broker.DAYS[0], masters=True)
    (folder / "nowhere").symlink_to(house.feed / "nothing")
    assert look()["folders"][0]["place"] == ".done/monday"


@pytest.mark.parametrize("sort", ["link", "folder"])
def test_reasons_are_written_into_the_folder_whatever_the_sender_put_there(house: Folders, sort: str) -> None:
    house.feed.mkdir(exist_ok=True)
    precious = house.feed / "precious"
    precious.write_text("precious")
    folder = broker.write_day(house.inbox / "monday", broker.DAYS[0])
    if sort == "link":
        (folder / "reasons.txt").symlink_to(precious)
    else:
        (folder / "reasons.txt").mkdir()
    assert look()["folders"][0]["place"] == ".refused/monday"
    assert precious.read_text() == "precious"
    assert "[too_many_refused]" in (house.inbox / ".refused" / "monday" / "reasons.txt").read_text("utf-8")


def test_refused_rows_of_an_accepted_folder_are_told_beside_it(house: Folders) -> None:
    broker.write_day(house.inbox / "monday", broker.DAYS[0], masters=True)
    broker.write_day(house.inbox / "tuesday", broker.DAYS[1], spoil={"holdings": BROKEN})
    with limits(refused_share="0.5", missing_share="1"):
        assert look()["code"] == 0
    text = (house.inbox / ".done" / "tuesday" / "reasons.txt").read_text("utf-8")
    for part in ("accepted, but for these rows", "已接收，但以下各行除外", "12e3", "[not_plain_decimal]"):
        assert part in text
    assert not (house.inbox / ".done" / "monday" / "reasons.txt").exists()


def _found(folders: Folders) -> list[inbox.Waiting]:
    return inbox.waiting(folders.inbox, clock.now() + LATER)


def _do(run: JobRun) -> None:
    """Do a run as a worker would, without the messages."""
    claimed = jobs.claim(run_id=run.pk, by=broker.BY, at=clock.now())
    assert claimed is not None
    result = chores.take_delivery(claimed, broker.BY, lambda *_: None)
    jobs.finish(run_id=run.pk, result=result, by=broker.BY, at=clock.now())

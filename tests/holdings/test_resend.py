"""A delivery sent again by a person: what may be handed over, what our manifest says, and that it is then judged."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.actor import Actor, PersonNeeded, system
from core.models import AuditEvent
from smart_products.holdings.models import DayFacts, Delivery
from smart_products.holdings.operations import resend
from smart_products.holdings.reading.faults import FeedError
from smart_products.holdings.states import FileMode
from smart_products.holdings.unpacking import Upload
from tests.holdings.reading.feeds import csv_bytes
from tests.tasks import house as broker

LI = Actor("user", "li", 1)
SECOND = broker.DAYS[1]
LIMIT = 1 << 20


def holdings(**values: str) -> bytes:
    return csv_bytes([
        {"account": code, "date": str(SECOND), "value": value, "net_flow": "0.00", "turnover": "0", "revenue": "0"}
        for code, value in values.items()
    ])  # fmt: skip


GOOD = holdings(A1="1100.00", A2="2400.00")
BROKEN = holdings(A1="1e9", A2="1.00")


def zipped(*members: tuple[str, bytes], **extra: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
        if "link" in extra:
            link = zipfile.ZipInfo(extra["link"])
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def refused(feed: Path) -> Delivery:
    """The second day as it came: refused for its rows."""
    assert broker.take(broker.write_day(feed / "2", SECOND, spoil={"holdings": BROKEN})).state == "rejected"
    return Delivery.objects.get(business_date=SECOND)


def send(
    feed: Path, delivery: Delivery, *files: tuple[str, bytes], mode: FileMode | None = None, by: Actor = LI
) -> Path:
    inbox = feed.parent / "inbox"
    uploads = [Upload(name, io.BytesIO(data)) for name, data in files]
    name = resend(delivery=delivery, uploads=uploads, mode=mode, inbox=inbox, limit=LIMIT, by=by, at=broker.AT)
    return inbox / name


def rules(feed: Path, delivery: Delivery, *files: tuple[str, bytes], **options: Any) -> set[str]:
    with pytest.raises(FeedError) as caught:
        send(feed, delivery, *files, **options)
    assert list(feed.parent.glob("inbox/.upload-*")) == [], "nothing half done stays"
    return {one.rule for one in caught.value.refusals}


@pytest.mark.parametrize("pack", [lambda: ("holdings.csv", GOOD), lambda: ("x.zip", zipped(("a/holdings.csv", GOOD)))])
def test_a_refused_day_is_sent_again_and_counts(feed: Path, pack: Callable[[], tuple[str, bytes]]) -> None:
    folder = send(feed, refused(feed), pack())
    assert broker.take(folder).state == "accepted"
    assert DayFacts.objects.get(day=SECOND).sequence == 2
    event = AuditEvent.objects.get(action="resend_delivery")
    assert (event.actor_name, event.details["folder"]) == ("li", f"core-{SECOND}-2")


def test_what_is_still_wrong_is_named_by_line_column_and_rule(feed: Path) -> None:
    outcome = broker.take(send(feed, refused(feed), ("holdings.csv", BROKEN)))
    assert outcome.state == "rejected"
    assert outcome.delivery is not None
    assert outcome.delivery.refused_rows == 1


def test_the_sequence_follows_the_highest_of_the_day(feed: Path) -> None:
    first = broker.take(broker.write_day(feed / "2", SECOND)).delivery
    broker.take(broker.write_day(feed / "3", SECOND, {"A1": "1.00", "A2": "2.00"}, sequence=5))
    assert first is not None
    folder = send(feed, first, ("holdings.csv", GOOD))
    assert json.loads((folder / "manifest.json").read_text())["sequence"] == 6


def test_master_data_are_read_as_before_or_as_somebody_says(feed: Path) -> None:
    first = Delivery.objects.get()
    clients = (feed / "1" / "clients.csv").read_bytes()
    entry = json.loads((send(feed, first, ("clients.csv", clients)) / "manifest.json").read_text())["files"][0]
    assert entry["mode"] == first.files.get(kind="clients").mode
    day = refused(feed)
    assert rules(feed, day, ("clients.csv", clients)) == {"upload_mode_unsaid"}
    told = send(feed, day, ("clients.csv", clients), mode=FileMode.CHANGES)
    assert json.loads((told / "manifest.json").read_text())["files"][0]["mode"] == "changes"


def test_a_manifest_among_the_files_keeps_its_totals_and_must_be_of_the_delivery(feed: Path) -> None:
    day = refused(feed)
    entry = {"name": "holdings.csv", "rows": 9, "sha256": "0" * 64, "totals": {"value": "3500.00"}}
    told: dict[str, Any] = {"business_date": str(SECOND), "source": "core", "sequence": 1, "files": [entry]}
    files = ("holdings.csv", GOOD), ("manifest.json", json.dumps(told).encode())
    written = json.loads((send(feed, day, *files) / "manifest.json").read_text())
    assert (written["sequence"], written["files"][0]["totals"]) == (2, {"value": "3500.00"})
    assert written["files"][0]["rows"] == 2, "counted anew"
    other = json.dumps({**told, "source": "wealth"}).encode()
    assert rules(feed, day, ("holdings.csv", GOOD), ("manifest.json", other)) == {"upload_other_day"}
    assert rules(feed, day, ("clients.csv", b"x"), ("manifest.json", json.dumps(told).encode())) == {"file_missing"}


def test_one_waits_in_the_inbox_at_a_time(feed: Path) -> None:
    day = refused(feed)
    folder = send(feed, day, ("holdings.csv", GOOD))
    assert rules(feed, day, ("holdings.csv", GOOD)) == {"upload_waits"}
    assert (folder / "holdings.csv").read_bytes() == GOOD


def damaged(pack: bytes) -> bytes:
    """Return a zip whose list is sound and whose first member is not."""
    at = pack.index(b"holdings.csv") + len("holdings.csv") + 4
    return pack[:at] + bytes([pack[at] ^ 0xFF]) + pack[at + 1 :]


BOMB = zipped(("holdings.csv", b"0" * (LIMIT + 1)))
WRONG = [
    ([], "upload_empty"),
    ([("manifest.json", b"{}")], "upload_empty"),
    ([("holdings.exe", b"x")], "unknown_kind"),
    ([("../holdings.csv", b"x")], "unknown_kind"),
    ([("holdings.csv", b"x" * (LIMIT + 1))], "upload_too_large"),
    ([("holdings.csv", GOOD), ("holdings.parquet", b"x")], "duplicate_file"),
    ([("x.zip", b"no zip")], "upload_no_zip"),
    ([("x.zip", GOOD), ("holdings.csv", GOOD)], "upload_no_zip"),
    ([("x.zip", zipped(("../holdings.csv", GOOD)))], "path_in_name"),
    ([("x.zip", zipped(("/etc/holdings.csv", GOOD)))], "path_in_name"),
    ([("x.zip", zipped(("a/b/holdings.csv", GOOD)))], "path_in_name"),
    ([("x.zip", zipped(link="holdings.csv"))], "path_in_name"),
    ([("x.zip", zipped(("a/holdings.csv", GOOD), ("b/holdings.csv", GOOD)))], "duplicate_file"),
    ([("x.zip", zipped(*((f"{n}/holdings.csv", b"") for n in range(60))))], "upload_too_large"),
    ([("x.zip", BOMB)], "upload_too_large"),
    ([("x.zip", BOMB[: len(BOMB) // 2])], "upload_no_zip"),
    ([("x.zip", damaged(zipped(("holdings.csv", GOOD))))], "upload_no_zip"),
]


def test_what_may_not_be_handed_over_is_refused_by_name_and_leaves_nothing(feed: Path) -> None:
    day = refused(feed)
    assert len(BOMB) < LIMIT / 100
    for files, rule in WRONG:
        assert rules(feed, day, *files) == {rule}, rule
    assert list((feed.parent / "inbox").iterdir()) == []
    assert not AuditEvent.objects.filter(action="resend_delivery").exists()


def test_persons_send_again_and_only_what_has_a_day(feed: Path) -> None:
    day = refused(feed)
    with pytest.raises(PersonNeeded):
        send(feed, day, ("holdings.csv", GOOD), by=system("test"))
    (feed / "bare").mkdir()
    broker.take(feed / "bare")
    assert rules(feed, Delivery.objects.get(folder_name="bare"), ("holdings.csv", GOOD)) == {"upload_without_day"}

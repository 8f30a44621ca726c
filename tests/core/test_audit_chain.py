"""The chains of audit: what was done to a row is found and located, whoever can write it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoDbBlocker

from core.actor import Actor, system
from core.anchors import HeadContradicts
from core.audit import Concern, record, record_read
from core.chaining import COLUMNS, extend, leaf, start
from core.models import AuditBatch, AuditEvent, AuditHead, AuditLink
from core.operations import link_audit, seal_audit
from core.queries import Judgement, audit_standing, verify_audit

pytestmark = pytest.mark.django_db

BY, AT = system("test"), datetime(2026, 11, 22, 8, tzinfo=UTC)
FIRST, SECOND = date(2026, 11, 22), date(2026, 11, 23)
HOME, AWAY = Concern("1.2.", "here/C1"), Concern("1.20.", "here/C2")


def write(number: int, concern: Concern = HOME, by: Actor = BY) -> AuditEvent:
    details = {"number": number, "share": 0.1, "名": "值"}
    return record(
        action="test", subject_kind="thing", subject_key=str(number), details=details, by=by, at=AT, concern=concern
    )  # fmt: skip


def seal(day: date, folder: Path) -> AuditHead | None:
    return seal_audit(day=day, folder=folder, seal=lambda data: b"sealed " + data[:0], by=BY, at=AT)


def judged(folder: Path) -> Judgement:
    return verify_audit(folder=folder, check=lambda one: [] if one.seal == b"sealed " else ["no seal"])


def found(folder: Path) -> set[tuple[str, str | None, int | None]]:
    """Rule, place and number of each break."""
    return {(one.rule, one.place, one.number) for one in judged(folder).breaks}


def as_owner(*statements: str) -> None:
    """Do what triggers and constraints refuse, as somebody could who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for one in ("core_auditlink", "core_auditevent", "core_audithead"):
            cursor.execute(f"ALTER TABLE {one} DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE core_auditlink DROP CONSTRAINT IF EXISTS auditlink_number")
        cursor.execute(FOREIGN_KEYS)
        for name in [row[0] for row in cursor.fetchall()]:
            cursor.execute(f"ALTER TABLE core_auditlink DROP CONSTRAINT {name}")
        for statement in statements:
            cursor.execute(statement)


FOREIGN_KEYS = "SELECT conname FROM pg_constraint WHERE conrelid = 'core_auditlink'::regclass AND contype = 'f'"


@pytest.fixture(scope="module")
def kept(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Six events of one unit, two of another, and two heads: the first behind four."""
    folder = tmp_path_factory.mktemp("heads")
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer._from_testcase = True  # type: ignore[attr-defined]
        with outer:
            for number in range(1, 5):
                write(number)
            write(1, AWAY, Actor("user", "wang", 7))
            seal(FIRST, folder)
            for number in range(5, 7):
                write(number)
            write(2, AWAY)
            seal(SECOND, folder)
            yield folder
            transaction.set_rollback(True)


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    """The heads, in a folder that the test may spoil."""
    shutil.copytree(kept, tmp_path / "heads")
    return tmp_path / "heads"


def place_of(number: int, place: str = HOME.place) -> AuditLink:
    return AuditLink.objects.get(place=place, number=number)


def test_an_untouched_log_is_whole(folder: Path) -> None:
    told = judged(folder)
    assert told.breaks == ()
    # The first head's own event is in the chain of the house; the second's waits.
    assert (told.chains, told.links, told.waiting, told.heads, told.sealed) == (3, 9, 1, 2, SECOND)
    assert (audit_standing().waiting, audit_standing().sealed, audit_standing().links) == (1, SECOND, 9)
    assert link_audit(by=BY, at=AT) == 1
    assert link_audit(by=BY, at=AT) == 0
    assert judged(folder).waiting == 0


def test_every_column_of_an_event_is_hashed() -> None:
    assert set(COLUMNS) == {field.attname for field in AuditEvent._meta.concrete_fields}


EDITS = [
    "at = at + interval '1 microsecond'",
    "actor_name = 'other'",
    "actor_kind = 'user', user_id = 7",
    "action = 'other'",
    "subject_kind = 'other'",
    "subject_key = 'other'",
    "details = '{}'",
    "details = jsonb_set(details, '{number}', '\"3\"')",
    "place = ''",
    "client = ''",
    "transaction_id = '3'",
]


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_located(folder: Path, edit: str) -> None:
    link = place_of(3)
    as_owner(f"UPDATE core_auditevent SET {edit} WHERE id = {link.event_id}")
    (one,) = judged(folder).breaks
    assert (one.rule, one.place, one.number, one.event) == ("changed", "1.2.", 3, link.event_id)


@pytest.mark.parametrize("number", [1, 3, 6])
def test_a_deleted_event_is_located(folder: Path, number: int) -> None:
    link = place_of(number)
    as_owner(f"DELETE FROM core_auditevent WHERE id = {link.event_id}")
    (one,) = judged(folder).breaks
    assert (one.rule, one.place, one.number, one.event) == ("deleted", "1.2.", number, link.event_id)


def test_an_event_deleted_with_its_link_is_located(folder: Path) -> None:
    link = place_of(3)
    as_owner(
        f"DELETE FROM core_auditlink WHERE id = {link.pk}", f"DELETE FROM core_auditevent WHERE id = {link.event_id}"
    )
    assert found(folder) == {("deleted", "1.2.", 3)}


def test_an_event_deleted_whose_followers_move_up_is_located(folder: Path) -> None:
    link = place_of(3)
    as_owner(
        f"DELETE FROM core_auditlink WHERE id = {link.pk}",
        f"DELETE FROM core_auditevent WHERE id = {link.event_id}",
        "UPDATE core_auditlink SET number = number - 1 WHERE place = '1.2.' AND number > 3",
    )
    assert {("deleted", "1.2.", 3), ("truncated", "1.2.", 6), ("rewritten", "1.2.", 1)} >= found(folder)
    assert ("deleted", "1.2.", 3) in found(folder)


def test_an_event_put_in_without_a_link_is_located(folder: Path) -> None:
    as_owner(
        "INSERT INTO core_auditevent (id, at, actor_kind, actor_name, action, subject_kind, subject_key, details,"
        " place, transaction_id) VALUES (0, now(), 'system', 'x', 'test', 'thing', '9', '{}', '1.2.', '3')"
    )
    (one,) = judged(folder).breaks
    assert (one.rule, one.place, one.number, one.event) == ("inserted", "1.2.", None, 0)


def test_a_link_put_in_is_located(folder: Path) -> None:
    """The forger reckons its digest rightly, and moves the others on."""
    before, forged = place_of(3), write(99)
    columns = AuditEvent.objects.values_list(*COLUMNS).get(pk=forged.pk)
    digest = extend(before.digest, leaf(columns))
    as_owner(
        "UPDATE core_auditlink SET number = number + 1 WHERE place = '1.2.' AND number > 3",
        "INSERT INTO core_auditlink (event_id, batch_id, place, number, previous, digest)"
        f" VALUES ({forged.pk}, {before.batch_id}, '1.2.', 4, '{before.digest}', '{digest}')",
    )
    assert ("inserted", "1.2.", 4) in found(folder)
    assert not {number for rule, _place, number in found(folder) if rule in {"changed", "deleted"}}


def test_links_under_one_number_are_located(folder: Path) -> None:
    as_owner("UPDATE core_auditlink SET number = 3 WHERE place = '1.2.' AND number = 4")
    assert ("inserted", "1.2.", 3) in found(folder)


@pytest.mark.parametrize(("one", "other"), [(2, 3), (1, 5)])
def test_links_that_change_places_are_located(folder: Path, one: int, other: int) -> None:
    as_owner(
        f"UPDATE core_auditlink SET number = {one + other} - number WHERE place = '1.2.' AND number IN ({one}, {other})"
    )
    assert ("reordered", "1.2.", one) in found(folder)


def test_a_chain_cut_short_is_located_by_the_head(folder: Path) -> None:
    as_owner("DELETE FROM core_auditlink WHERE place = '1.2.' AND number > 4")
    assert ("truncated", "1.2.", 5) in found(folder)
    as_owner("DELETE FROM core_auditlink", "DELETE FROM core_auditevent", "DELETE FROM core_audithead")
    assert {("truncated", "1.2.", 1), ("truncated", "1.20.", 1), ("head_row", None, None)} <= found(folder)


def test_what_was_written_anew_lies_between_two_heads(folder: Path) -> None:
    """An event behind the first head is changed, and every later digest made to fit again."""
    as_owner(f"UPDATE core_auditevent SET actor_name = 'nobody' WHERE id = {place_of(5).event_id}")
    previous = place_of(4).digest
    for number in (5, 6):
        link = place_of(number)
        columns = AuditEvent.objects.values_list(*COLUMNS).get(pk=link.event_id)
        digest = extend(previous, leaf(columns))
        as_owner(f"UPDATE core_auditlink SET previous = '{previous}', digest = '{digest}' WHERE id = {link.pk}")
        previous = digest
    (one,) = judged(folder).breaks
    assert (one.rule, one.place, one.number, one.head) == ("rewritten", "1.2.", 5, SECOND.isoformat())


def test_heads_that_are_gone_or_changed_are_found(folder: Path) -> None:
    first = folder / f"{FIRST}.json"
    data = first.read_bytes()
    first.unlink()
    assert {(one.rule, one.head) for one in judged(folder).breaks} == {
        *(("head_missing", FIRST.isoformat()), ("head_missing", SECOND.isoformat())),
    }
    first.write_bytes(data.replace(b'"number": 4', b'"number": 3'))
    assert {("head_row", FIRST.isoformat()), ("rewritten", FIRST.isoformat())} <= {
        (one.rule, one.head) for one in judged(folder).breaks
    }
    first.write_bytes(b"{}")
    assert ("head_unreadable", None, None) in found(folder)
    first.write_bytes(data)
    first.with_suffix(".p7s").write_bytes(b"other")
    assert found(folder) == {("seal_broken", None, None)}


def test_a_day_has_one_head_also_after_a_crash(folder: Path) -> None:
    kept = AuditHead.objects.get(day=SECOND)
    assert seal(SECOND, folder) == kept
    as_owner(f"DELETE FROM core_audithead WHERE day = '{SECOND}'")
    again = seal(SECOND, folder)
    assert again is not None
    assert again.file == kept.file
    as_owner(f"DELETE FROM core_audithead WHERE day = '{SECOND}'", "UPDATE core_auditlink SET digest = repeat('a', 64)")
    with pytest.raises(HeadContradicts):
        seal(SECOND, folder)


def test_events_of_another_server_are_linked_again(folder: Path) -> None:
    """A restored database goes on with small numbers of transactions, which the last batch would have seen."""
    link_audit(by=BY, at=AT)
    batch = AuditBatch.objects.order_by("-pk").first()
    assert batch is not None
    fresh = write(7)
    as_owner(
        f"UPDATE core_auditevent SET transaction_id = '3' WHERE id = {fresh.pk}",
        "ALTER TABLE core_auditbatch DISABLE TRIGGER USER",
    )
    assert link_audit(by=BY, at=AT) == 0
    as_owner("UPDATE core_auditbatch SET cluster = cluster + 1")
    assert link_audit(by=BY, at=AT) == 1
    assert judged(folder).whole


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM core_auditlink",
        "UPDATE core_auditlink SET number = 1",
        "DELETE FROM core_auditbatch",
        "UPDATE core_auditbatch SET at = now()",
        "TRUNCATE core_audithead",
    ],
)
def test_the_database_refuses_to_change_the_chains(folder: Path, statement: str) -> None:
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_read_is_an_event_like_any_other(folder: Path) -> None:
    event = record_read(
        subject_kind="client", subject_key="C1", details={"fields": ["mobile"]}, by=BY, at=AT, concern=HOME
    )  # fmt: skip
    assert (event.action, event.place, event.client) == ("read", "1.2.", "here/C1")
    link_audit(by=BY, at=AT)
    assert place_of(7).event == event


def test_two_places_begin_differently() -> None:
    assert start("1.2.") != start("1.20.")

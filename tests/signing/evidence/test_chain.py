"""The chain of evidence: each signing adds one link, whoever signs at once; heads, packs and stamps come out of it."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from pytest_django.fixtures import Settings

from core.anchors import HeadContradicts
from core.audit import NoTransaction
from core.models import AuditEvent
from smart_products.signing.evidence.verifying import verify
from smart_products.signing.models import Document, EvidenceHead, EvidenceRecord, EvidenceStamp
from smart_products.signing.operations import (
    EvidenceExists,
    append_evidence,
    export_evidence,
    restamp_due,
    seal_head,
    store_document,
)
from smart_products.signing.operations import evidence as operations
from smart_products.signing.queries import UnknownEvidence, read_document
from smart_products.signing.queries.chain import verify_chain
from smart_products.signing.queries.evidence import is_issued
from smart_products.signing.seals.stamping import NoStamp
from tests.signing import house
from tests.signing.evidence.chains import BY, FIRST, YEARS, append, as_owner, found, seal


@pytest.fixture(autouse=True)
def _folders(settings: Settings, tmp_path: Path) -> None:
    settings.DOCUMENTS_DIR, settings.ANCHOR_DIR = tmp_path / "documents", tmp_path / "anchors"


TABLES = ("evidencerecord", "evidencehead", "evidencestamp", "document")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_proof(db: None, table: str, statement: str) -> None:
    column = "sha256" if table == "document" else "id"
    written = statement.format(f"signing_{table}", column, column)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(written)


def test_a_subscription_has_its_evidence_once(db: None) -> None:
    append("S1")
    with pytest.raises(EvidenceExists):
        append("S1")
    with pytest.raises(ValueError, match="another subscription"):
        append_evidence(
            subscription_code="S7", contents=house.contents("S8"), sealer=house.sealer(), by=BY, at=house.AT
        )


def test_all_of_it_is_in_the_audit_log(db: None) -> None:
    append("S1")
    append("S2")
    seal(FIRST)
    actions = list(AuditEvent.objects.values_list("action", flat=True))
    assert actions.count("append_evidence") == 2
    assert actions.count("seal_head") == 1
    told = AuditEvent.objects.get(action="append_evidence", subject_key="S1").details
    assert told["pack"] == EvidenceRecord.objects.get(position=1).pack_id


def test_a_pack_is_handed_out_whole(db: None) -> None:
    for number in range(1, 4):
        append(f"S{number}")
    seal(FIRST)
    pack = export_evidence(subscription_code="S2", sealer=house.sealer(), by=BY, at=house.AT)
    report = verify(pack, trust=house.anchors())
    assert (report.findings, report.position, report.head_day) == ((), 2, FIRST)
    assert AuditEvent.objects.filter(action="export_evidence", subject_key="S2").count() == 1
    with pytest.raises(UnknownEvidence):
        export_evidence(subscription_code="S99", sealer=house.sealer(), by=BY, at=house.AT)


def test_a_link_that_no_head_covers_yet_is_handed_out_without(db: None) -> None:
    append("S1")
    report = verify(export_evidence(subscription_code="S1", sealer=house.sealer(), by=BY, at=house.AT))
    assert (report.ok, report.position, report.head_day) == (True, 1, None)


def test_a_day_has_one_head(db: None) -> None:
    append("S1")
    seal(FIRST)
    append("S2")
    assert (seal(FIRST).position, EvidenceHead.objects.count()) == (1, 1)


def test_an_empty_chain_has_no_head(db: None) -> None:
    assert seal_head(day=FIRST, sealer=house.sealer(), by=BY, at=house.AT) is None


def test_a_head_whose_row_was_lost_in_a_crash_is_taken_up_again(db: None) -> None:
    append("S1")
    with transaction.atomic():
        seal(FIRST)
        transaction.set_rollback(True)
    assert not EvidenceHead.objects.exists()
    append("S2")
    assert seal(FIRST).position == 1
    assert found() == set()


def test_a_head_that_contradicts_the_chain_is_not_taken_up(db: None) -> None:
    append("S1")
    with transaction.atomic():
        seal(FIRST)
        transaction.set_rollback(True)
    as_owner("UPDATE signing_evidencerecord SET digest = repeat('a', 64)")
    with pytest.raises(HeadContradicts):
        seal(FIRST)


def test_proofs_are_stamped_again_before_they_age_and_the_history_stays(db: None) -> None:
    first, _second = append("S1"), append("S2", sealer=house.plain_sealer())
    years = (first.proof_until - house.AT).days // 366

    def due(after: timedelta) -> list[str]:
        made = restamp_due(within=timedelta(days=180), sealer=house.sealer(), by=BY, at=house.AT + after)
        return [stamp.record.subscription_code for stamp in made]

    assert due(timedelta()) == ["S2"]  # it never got a stamp
    assert due(timedelta()) == []
    assert due((years - 1) * YEARS) == []
    assert due(years * YEARS - timedelta(days=100)) == ["S1", "S2"]
    assert list(EvidenceStamp.objects.order_by("record_id", "number").values_list("number", flat=True)) == [1, 1, 2]
    for code in ("S1", "S2"):
        report = verify(export_evidence(subscription_code=code, sealer=house.sealer(), by=BY, at=house.AT))
        assert report.ok
    assert verify_chain(anchors=house.anchors(), packs=True) == []


def test_without_an_authority_what_is_due_stays_due(db: None) -> None:
    append("S1", sealer=house.plain_sealer())
    with pytest.raises(NoStamp):
        list(restamp_due(within=YEARS, sealer=house.plain_sealer(), by=BY, at=house.AT))
    assert not EvidenceStamp.objects.exists()


def test_the_same_bytes_are_kept_once(db: None) -> None:
    rows = [store_document(data=b"x", kind="paper", media_type="text/plain", by=BY, at=house.AT) for _ in range(2)]
    assert rows[0] == rows[1]
    assert (Document.objects.count(), read_document(rows[0].sha256)) == (1, b"x")
    assert (is_issued(b"x"), is_issued(b"y")) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_evidence_that_is_rolled_back_leaves_no_link() -> None:
    with transaction.atomic():
        append("S1")
        transaction.set_rollback(True)
    assert append("S2").position == 1
    with pytest.raises(NoTransaction):
        operations._record("x", "x", "x", {}, BY, house.AT)


def _race() -> list[BaseException]:
    """Eight signings at once; what any of them raised."""
    errors: list[BaseException] = []
    ready = threading.Barrier(8)

    def sign(number: int) -> None:
        try:
            ready.wait()
            with transaction.atomic():
                append(f"S{number}")
        except BaseException as error:  # noqa: BLE001 - whatever it was, the test wants to see it
            errors.append(error)
        finally:
            connection.close()

    house.contents()
    threads = [threading.Thread(target=sign, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.mark.django_db(transaction=True)
def test_signings_at_once_make_one_chain() -> None:
    assert _race() == []
    assert verify_chain(anchors=house.anchors()) == []
    assert EvidenceRecord.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_signings_at_once_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the constraint holds the chain together, but signings fail."""
    monkeypatch.setattr(operations, "_lock", lambda: None)
    errors = _race()
    assert errors
    assert {type(error) for error in errors} == {IntegrityError}
    assert verify_chain(anchors=house.anchors()) == []

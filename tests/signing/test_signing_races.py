"""A hundred sessions of one client sign one product at once: one signature is made, the others hear so.

Through `sign` itself, with code, seal and evidence; test_races.py has the moves beneath it. Of ninety-nine, a session
of the same contract gets the signature that was made (`made` is false), one that begins after it AlreadySubscribed.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from smart_products.signing.evidence.verifying import verify
from smart_products.signing.models import Contract, Document, EvidenceRecord, SigningStep, Subscription
from smart_products.signing.operations import LifeError, Signature, export_evidence, opening, stepping
from smart_products.signing.steps import StepError
from tests.signing.house import anchors, sealer
from tests.signing.signings import NOW, Signer, prepare, signer
from tests.signing.test_races import GUARDS

HANDS = 100
"""Sessions at once, each on a connection of its own."""
UNGUARDED = 3
"""Contracts of one client and product that stand side by side when nothing guards."""


@pytest.fixture(autouse=True)
def _broker(transactional_db: None, tmp_path: Path, settings: Any) -> None:
    settings.DOCUMENTS_DIR, settings.ANCHOR_DIR = tmp_path / "documents", tmp_path / "anchors"
    prepare()
    sealer()  # made before threads ask for it at once, since each would make its own


def at_once(acts: Iterable[Callable[[], Signature]]) -> Counter[str]:
    """Have all act together, and count what came of it by name."""
    waiting = list(acts)
    gate, names = threading.Barrier(len(waiting)), list[str]()

    def one(act: Callable[[], Signature]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(60)
            done = act()
            names.append("signed" if done.made else "signed before" if done.contract.signature else done.code)
        except (LifeError, StepError) as error:
            names.append(type(error).__name__)
        except Exception as error:  # noqa: BLE001
            names.append(f"error {error!r}")
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[act]) for act in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(names)


def test_of_a_hundred_sessions_of_one_contract_one_signs_and_the_others_find_it_signed() -> None:
    one = signer()
    contract, at = one.ready()
    code = one.code(contract, at)
    found = at_once([lambda: one.sign(contract, code, at)] * HANDS)
    assert found == {"signed": 1, "signed before": HANDS - 1}
    assert_signed_once(one, at)


def test_a_hundred_that_begin_and_sign_make_one_contract_and_one_signature() -> None:
    one = signer()
    contract, at = one.ready()
    code = one.code(contract, at)
    found = at_once([lambda: one.sign(one.begin(), code, at)] * HANDS)
    assert found["signed"] == 1
    assert found["signed before"] + found["AlreadySubscribed"] == HANDS - 1
    assert_signed_once(one, at)


def assert_signed_once(one: Signer, at: datetime) -> None:
    counts = (Contract.objects.count(), Subscription.objects.count(), EvidenceRecord.objects.count())
    assert counts == (1, 1, 1)
    assert Document.objects.filter(kind="pack").count() == 1
    number = Subscription.objects.get().code
    pack = export_evidence(subscription_code=number, sealer=sealer(), by=one.by, at=at)
    assert verify(pack, trust=anchors()).findings == ()


@pytest.fixture
def _without_guards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No unique index, no exclusion, no row lock; everybody looks before anybody writes."""
    refuse, together = opening._refuse, threading.Barrier(UNGUARDED)

    def look_together(contract: Contract, on: date) -> None:
        refuse(contract, on)
        together.wait(30)

    with connection.cursor() as cursor, monkeypatch.context() as patched:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [GUARDS[1]])
        exclusion = cursor.fetchone()[0]
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [GUARDS[0]])
        unique = cursor.fetchone()[0]
        cursor.execute(f"DROP INDEX {GUARDS[0]}; ALTER TABLE signing_subscription DROP CONSTRAINT {GUARDS[1]}")
        patched.setattr(opening, "_refuse", look_together)
        patched.setattr(stepping, "open_contract_of", lambda *_who: None)
        patched.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows.all())
        yield
        for table in ("signingstep", "servicespan", "evidencerecord", "contract", "subscription"):
            cursor.execute(f"ALTER TABLE signing_{table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM signing_{table}")
            cursor.execute(f"ALTER TABLE signing_{table} ENABLE TRIGGER USER")
        cursor.execute(f"{unique}; ALTER TABLE signing_subscription ADD CONSTRAINT {GUARDS[1]} {exclusion}")


@pytest.mark.usefixtures("_without_guards")
def test_without_the_guards_more_than_one_would_be_signed() -> None:
    one = signer()
    begun = begin_together(one)
    assert len(begun) == UNGUARDED
    acts = [_ready(one, contract, number) for number, contract in enumerate(begun)]
    found = at_once(acts)
    assert found["signed"] > 1
    assert EvidenceRecord.objects.count() == found["signed"]
    assert SigningStep.objects.filter(step="signature").count() == found["signed"]


def begin_together(one: Signer) -> list[Contract]:
    """Begin as many contracts at once as nothing prevents."""
    begun: list[Contract] = []

    def begin() -> None:
        try:
            begun.append(one.begin())
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(UNGUARDED)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return begun


def _ready(one: Signer, contract: Contract, number: int) -> Callable[[], Signature]:
    """Take every step of a contract and return its signature; a client gets one code a minute."""
    at = one.walk(contract, NOW)
    later = at + timedelta(minutes=2 * number)
    code = one.code(contract, later)
    return lambda: one.sign(contract, code, later)

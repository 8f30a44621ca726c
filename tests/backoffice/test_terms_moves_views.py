"""The pages of moves to other terms: planned by one, confirmed by another, begun in the background, and strangers."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.rules import Role
from core import clock
from core.actor import system
from core.models import AuditEvent, JobRun
from smart_products.signing.models import TermsMove
from smart_products.signing.operations import run_terms_moves
from smart_products.signing.queries.terms_moves import counts_of
from tasks.jobs import move_terms
from tests.backoffice.test_terms_views import person
from tests.portal.people import words
from tests.signing.moves_of_terms import NOTICE, SIGN_AGAIN, broker, put, version

pytestmark = pytest.mark.django_db

UNKNOWN = "00000000-0000-0000-0000-000000000000"


def planned(client: Client, **given: str) -> str:
    """Plan a move on its page; return the address of the move."""
    answer = client.post(f"/terms/version/{version(2).public_id}/contracts/", given)
    assert answer.status_code == 302, words(answer.content.decode())
    return str(answer["Location"])


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return words(answer.content.decode())


def run_jobs() -> None:
    for asked in JobRun.objects.filter(job="tasks.move_terms", state="requested"):
        move_terms(run_id=asked.pk)


def test_from_the_version_to_the_last_contract() -> None:
    contracts = broker(NOTICE, count=4)
    put(contracts[0], "suspended")
    ann, bo = person("ann"), person("bo")
    assert "Move contracts to this version" in read(ann, f"/terms/version/{version(2).public_id}/")
    assert "Move contracts to this version" not in read(ann, f"/terms/version/{version(1).public_id}/")
    foreseen = read(ann, f"/terms/version/{version(2).public_id}/contracts/")
    assert re.search(r"told; the new terms apply from the day named 3", foreseen)
    assert not TermsMove.objects.exists()
    address = planned(ann)
    assert "A colleague confirms what you planned." in read(ann, address)
    alone = ann.post(f"{address}confirm/")
    assert (alone.status_code, "Two people are needed" in alone.content.decode()) == (403, True)
    assert bo.post(f"{address}confirm/")["Location"] == address
    for _ in range(2):
        bo.post(f"{address}begin/")
    run_jobs()
    assert counts_of(TermsMove.objects.get()) == {"kept.suspended": 1, "told_waiting": 3}
    page = read(bo, f"{address}?outcome=told_waiting")
    assert [one.number in page for one in contracts] == [False, True, True, True]
    assert "GRID 1 → 2" in read(bo, "/terms/moves/")
    assert bo.post(f"{address}cancel/")["Location"] == address
    run_jobs()
    assert counts_of(TermsMove.objects.get()) == {"kept.cancelled": 3, "kept.suspended": 1}


def test_a_milder_wish_and_a_second_move_are_refused_in_words() -> None:
    broker(SIGN_AGAIN, count=1)
    ann, page = person("ann"), f"/terms/version/{version(2).public_id}/contracts/"
    assert 'value="notice"' not in ann.get(page).content.decode()
    assert ann.post(page, {"consent": "silent"}).status_code == 422
    planned(ann, after_due="end")
    assert TermsMove.objects.get().after_due == "end"
    assert ann.post(page).status_code == 409


def test_rows_are_paged() -> None:
    broker(NOTICE, count=60)
    ann = person("ann")
    address = planned(ann)
    assert read(ann, address).count("not looked at yet") == 51
    assert read(ann, f"{address}?from=50").count("not looked at yet") == 11
    assert ann.get(f"{address}?outcome=nonsense").status_code == 404


def test_nobody_else_finds_anything_and_nothing_changes() -> None:
    broker(NOTICE, count=1)
    ann = person("ann")
    address, plan = planned(ann), f"/terms/version/{version(2).public_id}/contracts/"
    branch, head = person("branch", "B1"), person("head", "HQ", Role.HEAD_OFFICE_MANAGER)
    events = AuditEvent.objects.count()
    stranger = Client()
    for reading in (address, plan, "/terms/moves/"):
        assert {one.get(reading).status_code for one in (branch, head)} == {404}
        assert stranger.get(reading)["Location"].startswith("/accounts/login/")
    for writing in (plan, *(f"{address}{act}/" for act in ("confirm", "begin", "cancel"))):
        assert {one.post(writing).status_code for one in (branch, head)} == {404}
        assert stranger.post(writing)["Location"].startswith("/accounts/login/")
        assert ann.get(writing).status_code == (200 if writing == plan else 405)
    for unknown in (f"/terms/moves/{UNKNOWN}/", f"/terms/version/{UNKNOWN}/contracts/"):
        assert ann.get(unknown).status_code == 404
    assert ann.post(f"{address}begin/").status_code == 404, "not confirmed"
    assert run_terms_moves(on=clock.shanghai_today(), by=system("test"), at=clock.now()) == {}
    assert (AuditEvent.objects.count(), TermsMove.objects.get().state) == (events, "planned")

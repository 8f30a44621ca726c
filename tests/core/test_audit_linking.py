"""Linking beside transactions that are still open: nobody waits, and nothing is missed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from core.actor import system
from core.audit import record
from core.models import AuditEvent, AuditLink
from core.operations import link_audit

pytestmark = pytest.mark.django_db(transaction=True)

BY, AT = system("test"), datetime(2026, 11, 22, 8, tzinfo=UTC)


def write(key: str) -> AuditEvent:
    return record(action="test", subject_kind="thing", subject_key=key, details={}, by=BY, at=AT)


def test_what_is_committed_late_is_linked_late_and_never_missed() -> None:
    """A transaction that began before a batch and ends after it: its event has the lower number."""
    written, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            write("1")
            written.set()
            may_end.wait(10)
        connection.close()

    with ThreadPoolExecutor(1) as other:
        running = other.submit(slow)
        assert written.wait(10)
        with transaction.atomic():
            late = write("2")
        assert link_audit(by=BY, at=AT) == 1
        may_end.set()
        running.result(10)
    assert link_audit(by=BY, at=AT) == 1
    assert link_audit(by=BY, at=AT) == 0
    order = list(AuditLink.objects.order_by("number").values_list("event_id", flat=True))
    assert order[0] == late.pk
    assert order == sorted(order, reverse=True)

"""Chains of evidence for tests: links appended, heads sealed, and rows changed as only their owner could."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection

from core.actor import system
from smart_products.signing.models import EvidenceHead, EvidenceRecord
from smart_products.signing.operations import append_evidence, seal_head
from smart_products.signing.queries.chain import verify_chain
from tests.signing import house

BY = system("test")
FIRST, SECOND = date(2026, 11, 22), date(2026, 11, 23)
YEARS = timedelta(days=366)


def append(code: str, **other: object) -> EvidenceRecord:
    given = {"sealer": house.sealer(), "by": BY, "at": house.AT} | other
    return append_evidence(subscription_code=code, contents=house.contents(code), **given)  # type: ignore[arg-type]


def seal(day: date) -> EvidenceHead:
    head = seal_head(day=day, sealer=house.sealer(), by=BY, at=house.AT)
    assert head is not None
    return head


def six_links_under_two_heads() -> list[EvidenceRecord]:
    """Four links, a head, two more, a head."""
    rows = [append(f"S{number}") for number in range(1, 5)]
    seal(FIRST)
    rows += [append(f"S{number}") for number in range(5, 7)]
    seal(SECOND)
    return rows


def found() -> set[tuple[str, str]]:
    """Part and rule of what is wrong with the chain."""
    return {(finding.part, finding.rule) for finding in verify_chain(anchors=house.anchors())}


def as_owner(*statements: str, table: str = "signing_evidencerecord") -> None:
    """Do what the triggers refuse, as somebody could who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only")

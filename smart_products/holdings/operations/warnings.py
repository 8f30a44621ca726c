"""Warnings of a delivery: noted with it, summed up by rule and file, and signed off by a person.

Owns `DeliveryWarning`. A warning is signed off once, and the database keeps that as it is. A delivery that is judged
again is warned anew of what counts otherwise than what was signed off, and of nothing else.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor, person_of
from core.audit import record
from smart_products.holdings.models import Delivery, DeliveryWarning
from smart_products.holdings.reading.faults import Refusal

LONGEST = 500
"""Characters of a detail or a reason that are kept."""


class UnknownWarning(LookupError):
    """There is no such warning, or none was named."""


class AlreadySigned(ValueError):
    """Somebody has signed one of these off."""


class NoReason(ValueError):
    """Who signs off says why."""


def note_warnings(*, delivery: Delivery, by: Actor, at: datetime) -> None:
    """Note the warnings of a delivery as it was judged; part of taking it in, and of its record."""
    rows = list(delivery.found.all())
    signed = {(row.rule, row.file, row.count, row.detail) for row in rows if row.signed_at is not None}
    waiting = {(row.rule, row.file): row for row in rows if row.signed_at is None}
    groups: dict[tuple[str, str], list[Refusal]] = {}
    for warning in delivery.warnings:
        one = Refusal(**warning)
        groups.setdefault((one.rule, one.file), []).append(one)
    stands = set()
    for (rule, file), found in groups.items():
        detail = " ".join(part for part in (found[0].column, found[0].value) if part)[:LONGEST]
        if (rule, file, len(found), detail) in signed:
            continue
        row = waiting.get((rule, file)) or DeliveryWarning(delivery=delivery, rule=rule, file=file)
        if (row.count, row.detail) != (len(found), detail):
            row.count, row.detail, row.found_at = len(found), detail, at
            row.save()
        stands.add(row.pk)
    delivery.found.filter(signed_at=None).exclude(pk__in=stands).delete()


@transaction.atomic
def sign_off(*, warnings: Collection[UUID], reason: str, by: Actor, at: datetime) -> list[DeliveryWarning]:
    """Sign warnings off, all of them or none, for one reason.

    Raises PersonNeeded, NoReason, UnknownWarning, and AlreadySigned where somebody was faster.
    """
    person_of(by)
    said = reason.strip()[:LONGEST]
    if not said:
        raise NoReason("why?")
    rows = list(DeliveryWarning.objects.select_for_update().filter(public_id__in=warnings).order_by("pk"))
    if not rows or len(rows) != len(set(warnings)):
        raise UnknownWarning(f"{len(rows)} of {len(set(warnings))}")
    signed = [row for row in rows if row.signed_at is not None]
    if signed:
        raise AlreadySigned(str(signed[0]))
    for row in rows:
        row.signed_at, row.signed_by, row.reason = at, by.name, said
        details = {"rule": row.rule, "file": row.file, "count": row.count, "reason": said}
        record(action="sign_off", subject_kind="warning", subject_key=str(row.public_id), details=details, by=by, at=at)
    DeliveryWarning.objects.bulk_update(rows, ["signed_at", "signed_by", "reason"])
    return rows

"""Writes of signing: the exact bytes of papers, packs, stamps and certificates, kept once by their hash."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from core.actor import Actor
from core.audit import record
from core.files import store_bytes
from smart_products.signing.models import Document


@transaction.atomic
def store_document(*, data: bytes, kind: str, media_type: str, by: Actor, at: datetime) -> Document:
    """Keep some bytes and return their row; the same bytes again give the row that is there."""
    name = store_bytes(data, settings.DOCUMENTS_DIR)
    row, created = Document.objects.get_or_create(
        sha256=name, defaults={"kind": kind, "media_type": media_type, "size": len(data), "stored_at": at}
    )
    if created:
        record(
            action="store_document",
            subject_kind="document",
            subject_key=name,
            details={"kind": kind, "size": len(data)},
            by=by,
            at=at,
        )
    return row

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
    return stored(data, kind, media_type, by, at)


def stored(data: bytes, kind: str, media_type: str, by: Actor, at: datetime) -> Document:
    """Do what `store_document` does, in the caller's transaction."""
    known = Document.objects.filter(sha256=store_bytes(data, settings.DOCUMENTS_DIR)).first()
    if known is not None:
        return known
    (row,) = keep(at, (data, kind, media_type))
    details = {"kind": kind, "size": len(data)}
    record(action="store_document", subject_kind="document", subject_key=row.sha256, details=details, by=by, at=at)
    return row


def keep(at: datetime, *files: tuple[bytes, str, str]) -> list[Document]:
    """Keep some files, each its bytes, kind and media type, for an operation whose own audit row names them."""
    rows = [
        Document(
            sha256=store_bytes(data, settings.DOCUMENTS_DIR),
            kind=kind,
            media_type=media_type,
            size=len(data),
            stored_at=at,
        )
        for data, kind, media_type in files
    ]
    Document.objects.bulk_create(rows, ignore_conflicts=True)
    return rows

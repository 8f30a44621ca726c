"""Judging the whole chain of evidence: every link, every signature, every sealed head, every pack.

Reads the rows in one walk, and the heads from outside the database, so that who can write rows can not hide it.
Never writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from asn1crypto import x509
from django.conf import settings
from django.utils.translation import gettext as _

from smart_products.signing.evidence.chain import Head, Link, against_heads, read_head, walk
from smart_products.signing.evidence.packing import stamped
from smart_products.signing.evidence.verifying import verify
from smart_products.signing.findings import Finding
from smart_products.signing.models import EvidenceHead, EvidenceRecord
from smart_products.signing.queries.evidence import DamagedDocument, link_of, read_document, stamp_tokens
from smart_products.signing.seals.detached import check, check_token, counts, verifies
from smart_products.signing.seals.trust import Anchors


def verify_chain(*, anchors: Anchors, packs: bool = False) -> list[Finding]:
    """Return what is wrong with the chain and where; `packs` judges every pack and later stamp as well.

    A finding names a position, or the day of a head. Rows are compared with the heads in ANCHOR_DIR.
    """
    rows = list(EvidenceRecord.objects.order_by("position", "pk"))
    links = [link_of(row) for row in rows]
    findings = [*walk(links), *_signatures(links, anchors)]
    heads, found = _heads(settings.ANCHOR_DIR, anchors)
    findings += [*found, *against_heads([link.digest for link in links], heads), *_head_rows(heads)]
    if packs:
        findings += [finding for row in rows for finding in _pack(row, anchors)]
    return findings


def _signatures(links: list[Link], anchors: Anchors) -> Iterator[Finding]:
    """Yield links that the platform did not sign; each certificate must count at its first and its last link."""
    by_certificate: dict[str, list[Link]] = {}
    for link in links:
        by_certificate.setdefault(link.certificate_sha256, []).append(link)
    for sha256, signed in by_certificate.items():
        part = f"position {signed[0].position}"
        try:
            certificate = read_document(sha256)
        except DamagedDocument as error:
            yield Finding(part, "certificate", str(error))
            continue
        ends = {min(link.at for link in signed), max(link.at for link in signed)}
        if not all(counts(x509.Certificate.load(certificate), anchors, at) for at in ends):
            yield Finding(part, "not_trusted", _("a certificate that signed links is not one of those that count"))
        for link in signed:
            if not verifies(link.digest.encode(), link.signature, certificate):
                words = _("the platform did not sign this record as it stands")
                yield Finding(f"position {link.position}", "signature_broken", words)


def _heads(folder: Path, anchors: Anchors) -> tuple[list[Head], list[Finding]]:
    """Return the heads that lie outside the database, and what is wrong with their seals."""
    heads, findings = [], []
    for path in sorted(folder.glob("*.json")):
        part = f"head {path.stem}"
        try:
            data, seal = path.read_bytes(), path.with_suffix(".p7s").read_bytes()
            head = read_head(data)
        except (OSError, ValueError, KeyError, TypeError) as error:
            findings.append(Finding(part, "head_unreadable", _("the sealed head can not be read: %s") % error))
            continue
        if head.day.isoformat() != path.stem:
            findings.append(Finding(part, "head_unreadable", _("the sealed head is of another day")))
        findings += check(data, seal, anchors, part=part).findings
        heads.append(head)
    return heads, findings


def _head_rows(heads: list[Head]) -> Iterator[Finding]:
    """Yield where the rows of heads and their files differ."""
    files = {head.day: hashlib.sha256(head.file()).hexdigest() for head in heads}
    rows = dict(EvidenceHead.objects.values_list("day", "file"))
    for day in sorted(set(files) | set(rows)):
        if day not in files:
            yield Finding(f"head {day}", "head_missing", _("the sealed head is gone from its folder"))
        elif rows.get(day) != files[day]:
            yield Finding(f"head {day}", "head_row", _("the database and the sealed head of that day differ"))


def _pack(row: EvidenceRecord, anchors: Anchors) -> Iterator[Finding]:
    part = f"position {row.position}"
    try:
        core, tokens = read_document(row.pack_id), stamp_tokens(row)
    except DamagedDocument as error:
        yield Finding(part, "pack", str(error))
        return
    for found in verify(core, trust=anchors, whole=False).findings:
        yield Finding(f"{part}, {found.part}", found.rule, found.words)
    for number, token in enumerate(tokens):
        yield from check_token(
            stamped(core, tokens[:number]), token, anchors, part=f"{part}, stamp {number + 1}"
        ).findings

"""The place of a pack in the chain, and the stamps of later years, judged from the pack alone.

The record names the digest of the core; its digest is signed and leads, leaf by leaf, to the sealed head when there is
one. Each later stamp covers the core with all stamps before it, and must have been made while the one before still
counted: so the proof of time never breaks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from core.chaining import extend
from smart_products.signing.evidence import canonical
from smart_products.signing.evidence.chain import Link, follow, read_head
from smart_products.signing.evidence.packing import (
    HEAD,
    HEAD_SEAL,
    MANIFEST,
    MANIFEST_SEAL,
    PATH,
    RECORD,
    RECORD_CERTIFICATE,
    RECORD_LINK,
    STAMPS,
    SUBSCRIPTION,
    stamp_name,
    stamped,
)
from smart_products.signing.findings import Finding
from smart_products.signing.seals.detached import SealReport, check, check_raw, check_token
from smart_products.signing.seals.trust import Anchors

Parts = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Placed:
    """The judgement of a pack's place."""

    findings: tuple[Finding, ...]
    position: int | None = None
    head_day: date | None = None


def placed(parts: Parts, core: bytes, anchors: Anchors) -> Placed:
    """Judge the place of a core in the chain."""
    if lacking := [name for name in (RECORD, RECORD_LINK, RECORD_CERTIFICATE) if name not in parts]:
        return Placed(tuple(Finding(name, "missing", _("the part is missing")) for name in lacking))
    try:
        link = _link(parts)
    except (ValueError, KeyError, TypeError) as error:
        return Placed((Finding(RECORD, "unreadable", _("the part can not be read: %s") % error),))
    findings = [*_record(parts, link, core), *_signature(parts, link, anchors)]
    head_day = None
    if present := [name for name in (PATH, HEAD, HEAD_SEAL) if name in parts]:
        if len(present) < 3:
            return Placed((*findings, Finding(HEAD, "missing", _("the sealed head is not whole"))), link.position)
        found, head_day = _head(parts, link, anchors)
        findings += found
    return Placed(tuple(findings), link.position, head_day)


def later_stamps(parts: Parts, core: bytes, anchors: Anchors) -> SealReport:
    """Judge the stamps of later years; the report is of the last one, with all findings."""
    names = sorted(name for name in parts if name.startswith(f"{STAMPS}/"))
    if names != [stamp_name(number) for number in range(1, len(names) + 1)]:
        return SealReport((Finding(STAMPS, "missing", _("the stamps of later years are not whole")),))
    last = check(parts[MANIFEST], parts[MANIFEST_SEAL], anchors, part=MANIFEST_SEAL)
    until = last.stamp_expires or (last.certificate.not_valid_after if last.certificate else None)
    findings: list[Finding] = []
    report = SealReport(())
    for number, name in enumerate(names):
        covered = stamped(core, [parts[one] for one in names[:number]])
        report = check_token(covered, parts[name], anchors, part=name)
        findings += report.findings
        if until and report.stamped_at and report.stamped_at > until:
            findings.append(Finding(name, "late", _("the stamp was made when the proof before it had aged")))
        until = report.stamp_expires
    return SealReport(tuple(findings), report.certificate, None, report.stamped_at, report.stamp_expires)


def _link(parts: Parts) -> Link:
    record: dict[str, Any] = canonical.read(parts[RECORD])
    link: dict[str, Any] = canonical.read(parts[RECORD_LINK])
    found = Link(
        position=record["position"],
        subscription=record["subscription"],
        pack_sha256=record["pack_sha256"],
        at=datetime.fromisoformat(record["at"]),
        certificate_sha256=record["certificate_sha256"],
        previous=link["previous"],
        digest=link["digest"],
        signature=bytes.fromhex(link["signature"]),
    )
    if found.record() != parts[RECORD]:
        raise ValueError(_("it is no record of the chain"))
    return found


def _record(parts: Parts, link: Link, core: bytes) -> Iterator[Finding]:
    if link.pack_sha256 != hashlib.sha256(core).hexdigest():
        yield Finding(RECORD, "other_pack", _("the record is of another pack"))
    if link.subscription != canonical.read(parts[SUBSCRIPTION])["subscription"]:
        yield Finding(RECORD, "other_pack", _("the record is of another subscription"))
    if link.certificate_sha256 != hashlib.sha256(parts[RECORD_CERTIFICATE]).hexdigest():
        yield Finding(RECORD_CERTIFICATE, "changed", _("the certificate is not the one of the record"))
    if link.digest != extend(link.previous, link.leaf()):
        yield Finding(RECORD_LINK, "edited", _("the record was changed after it was written"))


def _signature(parts: Parts, link: Link, anchors: Anchors) -> tuple[Finding, ...]:
    try:
        report = check_raw(
            link.digest.encode(), link.signature, parts[RECORD_CERTIFICATE], anchors, link.at, part=RECORD_LINK
        )
    except (ValueError, TypeError) as error:
        return (Finding(RECORD_CERTIFICATE, "unreadable", _("the certificate can not be read: %s") % error),)
    return report.findings


def _head(parts: Parts, link: Link, anchors: Anchors) -> tuple[list[Finding], date | None]:
    try:
        head = read_head(parts[HEAD])
        path: list[str] = canonical.read(parts[PATH])
        reached = follow(link.digest, path)
    except (ValueError, KeyError, TypeError) as error:
        return [Finding(HEAD, "unreadable", _("the sealed head can not be read: %s") % error)], None
    findings = list(check(parts[HEAD], parts[HEAD_SEAL], anchors, part=HEAD_SEAL).findings)
    if reached != head.digest or head.position != link.position + len(path):
        findings.append(Finding(PATH, "astray", _("the way through the chain does not lead to the sealed head")))
    return findings, head.day

"""Judging a PDF that somebody shows us: is it ours, untouched, when and by which certificate, at which level.

Owns the strict reading that leaves no room for tricks: a sealed paper is one revision that its seal covers whole,
then only revisions of time stamps, each covering everything before it, to the last byte. A signer's own signature may
stand before the seal. Any other byte, revision, field or gap is a finding. Never fetches anything.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from asn1crypto import cms, crl
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)

from smart_products.signing.findings import Finding
from smart_products.signing.seals.der import is_der, value_size
from smart_products.signing.seals.detached import form, stamp_time
from smart_products.signing.seals.sealing import SEAL_FIELD, SIGNER_FIELD, STAMP_FIELD, Level, token_of
from smart_products.signing.seals.stamping import complete, has_one_form
from smart_products.signing.seals.trust import Anchors, context, fingerprint

Role = Literal["platform", "signer", "stamp"]

_HEX = re.compile(rb"<((?:[0-9A-F]{2})+)>")
_ROLES: tuple[tuple[re.Pattern[str], Role], ...] = (
    (re.compile(SEAL_FIELD), "platform"),
    (re.compile(SIGNER_FIELD), "signer"),
    (re.compile(rf"{STAMP_FIELD}\d+"), "stamp"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One signature of a paper: whose, when, and when a stamp proves it existed."""

    role: Role
    name: str
    certificate_sha256: str
    signed_at: datetime | None
    stamped_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PaperReport:
    """The judgement of a PDF."""

    findings: tuple[Finding, ...]
    marks: tuple[Mark, ...] = ()
    level: Level | None = None

    @property
    def ours(self) -> bool:
        """Whether a seal that counts as the platform's holds in it."""
        return self.level is not None and not self.findings

    @property
    def stamped_at(self) -> datetime | None:
        """The earliest time a stamp proves."""
        return min((mark.stamped_at for mark in self.marks if mark.stamped_at), default=None)


def examine(pdf: bytes, *, anchors: Anchors, part: str = "paper") -> PaperReport:
    """Judge a PDF against the trusted certificates; `part` names it in findings.

    Raises MemoryError, and nothing else for what the bytes contain. They decide how long it takes, though: a PDF that
    anybody may show us is judged by `apart.examine_apart`.
    """
    try:
        return _examine(pdf, anchors, part)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a stranger's file may do anything to a parser, and is then not ours
        return _one(part, "unreadable", _("this is no PDF that can be read: %s") % _short(error))


def as_issued(report: PaperReport, pdf: bytes, issued: Callable[[bytes], bool]) -> PaperReport:
    """Return the report of a PDF as far as a register confirms it.

    `issued` answers whether exactly these bytes were handed out: it alone sees a stamp taken off, since a paper without
    stamp is whole at a lower level.
    """
    if not report.ours or issued(pdf):
        return report
    words = _("the seal holds, but these are not exactly the bytes that were handed out")
    return PaperReport((Finding("paper", "not_issued", words),), report.marks, report.level)


def _examine(pdf: bytes, anchors: Anchors, part: str) -> PaperReport:
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    embedded: list[EmbeddedPdfSignature] = list(reader.embedded_signatures)
    if not embedded:
        return _one(part, "no_seal", _("the paper carries no seal"))
    roles = [_role(one.field_name) for one in embedded]
    findings = [*_frame(pdf, reader, embedded, part), *_order(roles, part)]
    if findings:
        return PaperReport(tuple(findings))
    marks: list[Mark] = []
    for number, (one, role) in enumerate(zip(embedded, roles, strict=True)):
        last = number == len(embedded) - 1
        found, mark = complete(_judge(one, role, last, anchors, part))
        findings += found
        marks.append(mark)
    return PaperReport(tuple(findings), tuple(marks), _level(reader, embedded, marks, anchors))


def _frame(pdf: bytes, reader: PdfFileReader, embedded: Sequence[Any], part: str) -> list[Finding]:
    """Check bytes alone: what is covered, that gaps hold a signature and nothing else, and no revision besides."""
    findings = []
    if not pdf.startswith(b"%PDF-1.7\n"):
        findings.append(Finding(part, "frame", _("the paper does not begin as ours do")))
    if reader.xrefs.total_revisions != 1 + len(embedded):
        findings.append(Finding(part, "revisions", _("something was added after sealing")))
    if sorted(_fields(reader)) != sorted(one.field_name for one in embedded):
        findings.append(Finding(part, "fields", _("there are form fields besides the seals")))
    for one in embedded:
        numbers = [int(number) for number in one.byte_range]
        if len(numbers) != 4 or numbers[0] != 0 or min(numbers) < 0:
            findings.append(Finding(part, "byte_range", _("a signature covers an unusual range")))
            continue
        _zero, gap, after, rest = numbers
        held = _HEX.fullmatch(pdf[gap:after])
        if held is None or not _only(bytes.fromhex(held[1].decode()), one.pkcs7_content):
            findings.append(Finding(part, "gap", _("the gap of a signature holds something else")))
        if one is embedded[-1] and after + rest != len(pdf):
            findings.append(Finding(part, "coverage", _("the last signature does not reach the end of the file")))
    return findings


def _fields(reader: PdfFileReader) -> list[str]:
    """Return the name of every form field of the file, whatever its kind."""
    if "/AcroForm" not in reader.root:
        return []
    fields = [reference.get_object() for reference in reader.root["/AcroForm"]["/Fields"]]
    return [str(field["/T"]) for field in fields]


def _only(held: bytes, content: bytes) -> bool:
    """Say whether a gap holds one DER value, as the parser read it, and zeros."""
    return held == content and not any(held[value_size(held) :])


def _role(name: str) -> Role | None:
    return next((role for pattern, role in _ROLES if pattern.fullmatch(name)), None)


def _order(roles: Sequence[Role | None], part: str) -> list[Finding]:
    """Check the order: perhaps the signer, then the platform once, then stamps."""
    rest = list(roles[1:]) if roles[0] == "signer" else list(roles)
    if rest[:1] == ["platform"] and all(role == "stamp" for role in rest[1:]):
        return []
    return [Finding(part, "order", _("the signatures are not those of our papers, in their order"))]


async def _judge(
    one: EmbeddedPdfSignature, role: Role | None, last: bool, anchors: Anchors, part: str
) -> tuple[list[Finding], Mark]:
    if role == "stamp":
        return await _judge_stamp(one, last, anchors, part)
    findings: list[Finding] = []
    content = cms.ContentInfo.load(one.pkcs7_content)
    if wrong := await form(content, one.pkcs7_content[: value_size(one.pkcs7_content)]):
        findings.append(Finding(part, "seal_form", wrong))
    token = token_of(one.signer_info)
    claimed = one.self_reported_timestamp
    stamped = stamp_time(token) if token is not None else None
    moment = stamped or claimed
    if moment is None:
        raise ValueError(_("the seal names no time"))
    trusted = anchors.seals if role == "platform" else anchors.signers
    status = await async_validate_pdf_signature(
        one, context(trusted, moment, one.other_embedded_certs), context(anchors.stamps, moment)
    )
    if not (status.intact and status.valid):
        findings.append(Finding(part, "seal_broken", _("what was sealed has been changed")))
    if not status.trusted:
        findings.append(Finding(part, "not_trusted", _("the certificate of the seal is not one of those that count")))
    if not status.docmdp_ok or status.modification_level not in _allowed(role, last):
        findings.append(Finding(part, "modified", _("something was changed after sealing")))
    stamp = status.timestamp_validity
    if token is not None and not (stamp and stamp.intact and stamp.valid and stamp.trusted):
        findings.append(Finding(part, "stamp_broken", _("the time stamp does not count")))
    return findings, _mark(one, "platform" if role == "platform" else "signer", claimed, stamped)


async def _judge_stamp(
    one: EmbeddedPdfSignature, last: bool, anchors: Anchors, part: str
) -> tuple[list[Finding], Mark]:
    moment = stamp_time(one.signed_data)
    status = await async_validate_pdf_timestamp(one, context(anchors.stamps, moment))
    findings = []
    whole = one.pkcs7_content[: value_size(one.pkcs7_content)]
    if not is_der(whole) or not has_one_form(cms.ContentInfo.load(whole)):
        findings.append(Finding(part, "stamp_form", _("the time stamp is not written in the one form it has")))
    if not (status.intact and status.valid and status.trusted):
        findings.append(Finding(part, "stamp_broken", _("the time stamp does not count")))
    if status.modification_level not in _allowed("stamp", last):
        findings.append(Finding(part, "modified", _("something was changed after stamping")))
    return findings, _mark(one, "stamp", None, moment)


def _allowed(role: Role | None, last: bool) -> set[ModificationLevel]:
    """What may follow: nothing after the last, stamps after ours, our seal after a signer's own."""
    if last:
        return {ModificationLevel.NONE}
    more = {ModificationLevel.FORM_FILLING} if role == "signer" else set()
    return {ModificationLevel.LTA_UPDATES} | more


def _mark(one: EmbeddedPdfSignature, role: Role, claimed: datetime | None, stamped: datetime | None) -> Mark:
    certificate = one.signer_cert
    name = certificate.subject.human_friendly
    return Mark(role, name, fingerprint(certificate), claimed, stamped, certificate.not_valid_after)


def _level(
    reader: PdfFileReader, embedded: Sequence[EmbeddedPdfSignature], marks: Sequence[Mark], anchors: Anchors
) -> Level:
    """Return what the marks reach: B-LT needs the lists of both authorities inside, B-LTA a later stamp over them."""
    place = next(number for number, mark in enumerate(marks) if mark.role == "platform")
    later = marks[place + 1 :]
    if not marks[place].stamped_at and not later:
        return "B-B"
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return "B-T"
    lists = [crl.CertificateList.load(reference.get_object().data) for reference in store.crls]
    listed = {listing.issuer.dump() for listing in lists}
    stamping = {one.subject.dump() for one in anchors.stamps}
    if not {embedded[place].signer_cert.issuer.dump()} | stamping <= listed:
        return "B-T"
    return "B-LTA" if later else "B-LT"


def _one(part: str, rule: str, words: str) -> PaperReport:
    return PaperReport((Finding(part, rule, words),))


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]

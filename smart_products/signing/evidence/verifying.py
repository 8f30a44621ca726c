"""Judging a pack from itself alone: no database, no settings, no network, no secret.

Owns the order of proof: the container to the byte, the list of all parts and its seal, the manifest and its seal with
stamp, each sealed paper, then what the parts say of each other, the place in the chain and the stamps of later years.
Certificates count by the file of trust that is given; without one by the file inside, which proves that nothing was
changed, and not whose pack it is: then fingerprints are for a person to compare.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.utils.translation import gettext as _

from smart_products.signing.evidence import canonical, container
from smart_products.signing.evidence.meaning import meaning
from smart_products.signing.evidence.packing import (
    EXPORT,
    EXPORT_SEAL,
    FORMAT,
    MANIFEST,
    MANIFEST_SEAL,
    SUBSCRIPTION,
    TRUST,
    listed,
)
from smart_products.signing.evidence.placing import Placed, later_stamps, placed
from smart_products.signing.findings import Finding
from smart_products.signing.seals.detached import SealReport, check
from smart_products.signing.seals.trust import Anchors, TrustError, fingerprint, read_anchors
from smart_products.signing.seals.verifying import PaperReport, examine

Parts = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class PackReport:
    """The judgement of a pack. `trust` says whose certificates counted: those given, or those inside the pack."""

    findings: tuple[Finding, ...]
    trust: Literal["given", "inside"]
    fingerprints: dict[str, list[str]]
    parts: int = 0
    subscription: str | None = None
    level: str | None = None
    licensed: bool = False
    certificate_sha256: str | None = None
    sealed_at: datetime | None = None
    stamped_at: datetime | None = None
    position: int | None = None
    head_day: date | None = None
    proof_until: datetime | None = None
    """When the last certificate on which the proof of time rests expires: stamp again before."""

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def verify(pack: bytes, *, trust: Anchors | None = None, whole: bool = True) -> PackReport:
    """Judge a pack. Never raises for what the bytes contain.

    `whole`: as it is handed out; otherwise the core alone, as it is kept.
    """
    trusted: Literal["given", "inside"] = "inside" if trust is None else "given"
    try:
        parts = container.read(pack)
    except container.ContainerError as error:
        return _broken(error.part, "container", str(error), trusted, trust)
    try:
        anchors = trust or read_anchors(parts.get(TRUST, b""))
    except TrustError as error:
        return _broken(TRUST, "unreadable", str(error), trusted, None)
    try:
        return _verify(parts, anchors, trusted, whole=whole)
    except (canonical.NotCanonical, KeyError, TypeError, ValueError, AttributeError) as error:
        return _broken(MANIFEST, "unreadable", f"{type(error).__name__}: {error}", trusted, anchors)


def _verify(parts: Parts, anchors: Anchors, trusted: Literal["given", "inside"], *, whole: bool) -> PackReport:
    findings: list[Finding] = []
    if whole:
        findings += _list(parts, EXPORT, EXPORT_SEAL, set(parts))
        findings += _seal(parts, EXPORT, EXPORT_SEAL, anchors).findings
    core_names = _core_names(parts)
    findings += _list(parts, MANIFEST, MANIFEST_SEAL, core_names if whole else set(parts))
    seal = _seal(parts, MANIFEST, MANIFEST_SEAL, anchors)
    findings += seal.findings
    findings += _all_canonical(parts)
    if any(one.rule in {"missing", "unreadable"} for one in findings):
        return PackReport(tuple(findings), trusted, anchors.fingerprints(), len(parts))
    papers = _papers(parts, anchors)
    findings += [finding for report in papers.values() for finding in report.findings]
    findings += meaning(parts, papers)
    place = Placed(())
    later: SealReport | None = None
    if whole:
        core = container.write({name: parts[name] for name in core_names if name in parts})
        place = placed(parts, core, anchors)
        stamped = later_stamps(parts, core, anchors)
        findings += [*place.findings, *stamped.findings]
        later = stamped if stamped.certificate is not None else None
    return _report(parts, findings, trusted, anchors, seal, place, later)


def _report(
    parts: Parts,
    findings: list[Finding],
    trusted: Literal["given", "inside"],
    anchors: Anchors,
    seal: SealReport,
    place: Placed,
    later: SealReport | None,
) -> PackReport:
    told: dict[str, Any] = canonical.read(parts[SUBSCRIPTION])
    lasting = later or seal
    expires = lasting.stamp_expires or (lasting.certificate.not_valid_after if lasting.certificate else None)
    return PackReport(
        findings=tuple(findings),
        trust=trusted,
        fingerprints=anchors.fingerprints(),
        parts=len(parts),
        subscription=told.get("subscription"),
        level=told.get("level"),
        licensed=told.get("licensed") is True,
        certificate_sha256=fingerprint(seal.certificate) if seal.certificate else None,
        sealed_at=seal.signed_at,
        stamped_at=seal.stamped_at,
        position=place.position,
        head_day=place.head_day,
        proof_until=expires,
    )


def _core_names(parts: Parts) -> set[str]:
    """Return the names that make the core: what the manifest lists, the manifest and its seal."""
    try:
        named = canonical.read(parts.get(MANIFEST, b"{}\n"))["parts"]
    except (canonical.NotCanonical, KeyError, TypeError):
        named = {}
    return {*named, MANIFEST, MANIFEST_SEAL}


def _list(parts: Parts, name: str, seal: str, expected: set[str]) -> list[Finding]:
    """Compare a list of parts with the parts: digests, sizes, nothing missing, nothing besides."""
    if lacking := [one for one in (name, seal) if one not in parts]:
        return [Finding(one, "missing", _("the part is missing")) for one in lacking]
    try:
        told = canonical.read(parts[name])
        if told["format"] != FORMAT:
            return [Finding(name, "unreadable", _("another format: %s") % told["format"])]
        named: dict[str, Any] = told["parts"]
    except (canonical.NotCanonical, KeyError, TypeError) as error:
        return [Finding(name, "unreadable", _("the list of parts can not be read: %s") % error)]
    present = {one: data for one, data in parts.items() if one in expected - {name, seal}}
    found = listed(present)
    findings = [Finding(one, "missing", _("the part is missing")) for one in sorted(set(named) - set(found))]
    findings += [Finding(one, "unlisted", _("the part is in no list")) for one in sorted(set(found) - set(named))]
    findings += [
        Finding(one, "changed", _("the part was changed after sealing"))
        for one in sorted(set(found) & set(named))
        if found[one] != named[one]
    ]
    return findings


def _seal(parts: Parts, name: str, seal: str, anchors: Anchors) -> SealReport:
    if name not in parts or seal not in parts:
        return SealReport(())
    return check(parts[name], parts[seal], anchors, part=seal)


def _all_canonical(parts: Parts) -> list[Finding]:
    findings = []
    for name, data in parts.items():
        if name.endswith(".json") and name != TRUST:
            try:
                canonical.read(data)
            except canonical.NotCanonical as error:
                findings.append(Finding(name, "unreadable", _("the part can not be read: %s") % error))
    if SUBSCRIPTION not in parts:
        findings.append(Finding(SUBSCRIPTION, "missing", _("the part is missing")))
    return findings


def _papers(parts: Parts, anchors: Anchors) -> dict[str, PaperReport]:
    """Judge each paper that is said to be sealed."""
    told = canonical.read(parts[SUBSCRIPTION])["documents"]
    return {
        one["part"]: examine(parts[one["part"]], anchors=anchors, part=one["part"])
        for one in told
        if one["sealed"] and one["part"] in parts
    }


def _broken(
    part: str, rule: str, words: str, trusted: Literal["given", "inside"], anchors: Anchors | None
) -> PackReport:
    return PackReport((Finding(part, rule, words),), trusted, anchors.fingerprints() if anchors else {})

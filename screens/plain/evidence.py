"""Judgements of packs and papers as plain objects. Touches no table: it must work without any."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from screens.plain.shape import Shape
from smart_products.signing.evidence.verifying import PackReport
from smart_products.signing.seals.verifying import PaperReport


class Finding(Shape):
    """One thing that is not as it must be: which part, which rule, in words."""

    part: str
    rule: str
    words: str


class PackJudgement(Shape):
    """The judgement of a pack of evidence."""

    ok: bool
    findings: list[Finding]
    trust: str = Field(description="Whose certificates counted: those `given`, or those `inside` the pack.")
    fingerprints: dict[str, list[str]]
    parts: int
    subscription: str | None
    level: str | None
    licensed: bool
    certificate_sha256: str | None
    sealed_at: datetime | None
    stamped_at: datetime | None
    position: int | None
    head_day: date | None
    proof_until: datetime | None


class Mark(Shape):
    """One signature of a paper: whose, when, and when a stamp proves that it existed."""

    role: str | None
    name: str
    certificate_sha256: str
    signed_at: datetime | None
    stamped_at: datetime | None
    expires_at: datetime


class PaperJudgement(Shape):
    """The judgement of a paper."""

    ours: bool
    findings: list[Finding]
    marks: list[Mark]
    level: str | None


def pack(report: PackReport) -> PackJudgement:
    """Return the judgement of a pack."""
    return PackJudgement.model_validate(report, from_attributes=True)


def paper(report: PaperReport) -> PaperJudgement:
    """Return the judgement of a paper."""
    return PaperJudgement.model_validate(report, from_attributes=True)

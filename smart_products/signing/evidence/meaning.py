"""What the parts of a pack must say of each other: papers listed, steps in order of time, a level that was reached.

A seal proves that nothing was changed since; this proves that what was sealed makes sense as the story of one signing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from smart_products.signing.evidence import canonical
from smart_products.signing.evidence.packing import CODE, DECISION, IDENTIFICATION, STEPS, SUBSCRIPTION, TERMS
from smart_products.signing.findings import Finding
from smart_products.signing.seals.verifying import PaperReport

NEEDED = (STEPS, DECISION, CODE, IDENTIFICATION, TERMS)


def meaning(parts: Mapping[str, bytes], papers: Mapping[str, PaperReport]) -> list[Finding]:
    """Return what does not fit; `papers` are the judgements of those that are sealed."""
    if lacking := [name for name in NEEDED if name not in parts]:
        return [Finding(name, "missing", _("the part is missing")) for name in lacking]
    told = canonical.read(parts[SUBSCRIPTION])
    proved = [
        Finding(name, "level", _("the level claims a proof that is not here"))
        for name in (CODE, IDENTIFICATION)
        if not canonical.read(parts[name])
    ]
    return [*_documents(parts, told["documents"]), *_steps(parts, told), *_level(told, papers), *proved]


def _documents(parts: Mapping[str, bytes], told: list[dict[str, Any]]) -> Iterator[Finding]:
    named = {one["part"]: one["sha256"] for one in told}
    for name in sorted({name for name in parts if name.startswith("documents/")} ^ set(named)):
        yield Finding(name, "unlisted", _("papers and their list differ"))
    for name, digest in named.items():
        if name in parts and hashlib.sha256(parts[name]).hexdigest() != digest:
            yield Finding(name, "changed", _("the paper is not the one that was listed"))


def _steps(parts: Mapping[str, bytes], told: dict[str, Any]) -> Iterator[Finding]:
    steps = canonical.read(parts[STEPS])
    known = {one["sha256"] for one in told["documents"]}
    times = [step["at"] for step in steps]
    if times != sorted(times):
        yield Finding(STEPS, "order", _("the steps do not stand in order of time"))
    for step in steps:
        if step["document_sha256"] is not None and step["document_sha256"] not in known:
            yield Finding(STEPS, "unknown_paper", _("the step %s names a paper that is not here") % step["name"])
        if step["shown_from"] is not None and step["shown_from"] > step["at"]:
            yield Finding(STEPS, "order", _("the step %s ended before it was shown") % step["name"])


def _level(told: dict[str, Any], papers: Mapping[str, PaperReport]) -> Iterator[Finding]:
    """Level 2 needs the signer's own signature on a paper, and a paper so signed is no level 1."""
    signed = any(mark.role == "signer" for report in papers.values() for mark in report.marks)
    if told["level"] not in {"L1", "L2"} or signed != (told["level"] == "L2"):
        yield Finding(SUBSCRIPTION, "level", _("the level claims something else than was done"))
    if told["licensed"] and told["level"] != "L2":
        yield Finding(SUBSCRIPTION, "level", _("a licence is claimed without a certificate of the signer's own"))

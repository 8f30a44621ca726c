"""The judgement of a pack as lines for a person. Touches no table: it must work without any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from smart_products.signing.evidence.verifying import PackReport
from smart_products.signing.findings import Finding
from smart_products.signing.seals.signers import claim


def report_lines(report: PackReport) -> list[str]:
    """Return a judgement as lines."""
    lines = finding_lines(report.findings)
    if not report.ok:
        return [*lines, _("The pack is broken.")]
    words: dict[str, Any] = {
        "subscription": report.subscription,
        "parts": report.parts,
        "sealed": _minute(report.sealed_at),
        "print": report.certificate_sha256,
    }
    lines.append(_("The pack of subscription %(subscription)s is whole and unchanged: %(parts)s parts.") % words)
    lines.append(_("Sealed %(sealed)s by the certificate %(print)s.") % words)
    if report.stamped_at:
        lines.append(_("A time stamp proves it existed %s.") % _minute(report.stamped_at))
    else:
        lines.append(_("There is no time stamp in the seal: the time is what the platform says."))
    if report.proof_until:
        lines.append(_("The proof of time holds until %s.") % _minute(report.proof_until))
    lines.append(claim("L2" if report.level == "L2" else "L1", licensed=report.licensed))
    if report.head_day:
        words = {"position": report.position, "day": report.head_day}
        lines.append(_("Position %(position)s of the chain, under the sealed head of %(day)s.") % words)
    else:
        lines.append(_("Position %s of the chain; no sealed head covers it yet.") % report.position)
    return [*lines, *_trust_lines(report)]


def finding_lines(findings: Sequence[Finding]) -> list[str]:
    """Return findings as lines: part, rule, words."""
    return [f"{one.part} [{one.rule}]: {one.words}" for one in findings]


def _trust_lines(report: PackReport) -> list[str]:
    if report.trust == "given":
        return [_("The certificates count by the file of trust you gave.")]
    prints = ", ".join(report.fingerprints["seals"])
    return [
        _("Judged by the certificates inside the pack: this proves that nothing was changed, not whose pack it is."),
        _("Compare this fingerprint with the one the broker publishes, or give --trust FILE: %s") % prints,
    ]


def _minute(at: datetime | None) -> str:
    return clock.shanghai_minute(at) if at else ""

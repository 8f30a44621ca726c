"""The process that judges one PDF of a stranger, apart from all others: `python -m smart_products.signing.seals.judge`.

Owns its own limits, which stand before a byte of the PDF is parsed, and the form in which question and answer travel.
Knows no database, secret or folder: whose certificates count comes with the question. Started by `apart.py` alone.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
from dataclasses import asdict
from datetime import datetime
from typing import Any

import django
from django.conf import settings
from django.utils import translation

from smart_products.signing.findings import Finding
from smart_products.signing.seals.trust import read_anchors
from smart_products.signing.seals.verifying import Mark, PaperReport, examine

TOO_COSTLY = 75
"""The exit code where memory did not suffice."""
TIMES = ("signed_at", "stamped_at", "expires_at")


def asked(pdf: bytes, trust: bytes, language: str, *, seconds: int, memory: int) -> bytes:
    """Return the question: one line of JSON, the file of trust and the PDF.

    `seconds` of a processor and bytes of address space are what the judgement may take.
    """
    head = {
        "language": language,
        "locale_paths": [str(one) for one in settings.LOCALE_PATHS],
        "seconds": seconds,
        "memory": memory,
        "trust": len(trust),
    }
    return json.dumps(head).encode() + b"\n" + trust + pdf


def answered(told: bytes) -> PaperReport:
    """Return the report of an answer. Raises ValueError, KeyError and TypeError for what is none."""
    plain = json.loads(told)
    return PaperReport(
        findings=tuple(Finding(**one) for one in plain["findings"]),
        marks=tuple(_mark(one) for one in plain["marks"]),
        level=plain["level"],
    )


def main() -> int:
    """Judge the PDF of standard input; return the exit code."""
    head = json.loads(sys.stdin.buffer.readline())
    settings.configure(USE_TZ=True, LOCALE_PATHS=head["locale_paths"])
    django.setup()
    logging.disable()  # what the parser has to say of a strange paper stands in our findings
    trust = sys.stdin.buffer.read(head["trust"])
    pdf = sys.stdin.buffer.read()
    _limit(head["seconds"], head["memory"])
    try:
        with translation.override(head["language"]):
            report = examine(pdf, anchors=read_anchors(trust))
        told = json.dumps(asdict(report), default=datetime.isoformat)
    except MemoryError:
        return TOO_COSTLY
    sys.stdout.write(told)
    return 0


def _limit(seconds: int, memory: int) -> None:
    """Take from this process what no paper needs; the seconds count from now."""
    limits = {
        resource.RLIMIT_CPU: int(time.process_time()) + 1 + seconds,
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "darwin":  # which refuses to bound the address space
        del limits[resource.RLIMIT_AS]
    for kind, most in limits.items():
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))


def _mark(plain: dict[str, Any]) -> Mark:
    times = {name: datetime.fromisoformat(plain[name]) if plain[name] else None for name in TIMES}
    return Mark(**(plain | times))


if __name__ == "__main__":
    sys.exit(main())

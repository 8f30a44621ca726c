"""The process that judges one paper or pack of a stranger, apart from all others; it is a program of its own.

Owns its own limits, which stand before a byte of it is parsed, and the form in which question and answer travel.
Knows no database, secret or folder: whose certificates count comes with the question. Started by `apart.py` alone.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time

import django
from django.conf import settings
from django.utils import translation
from pydantic import TypeAdapter

from smart_products.signing.evidence.verifying import PackReport, verify
from smart_products.signing.seals.trust import Anchors, read_anchors
from smart_products.signing.seals.verifying import PaperReport, examine

TOO_COSTLY = 75
"""The exit code where memory did not suffice."""
PAPER, PACK = TypeAdapter(PaperReport), TypeAdapter(PackReport)
"""The forms in which judgements travel."""


def asked(what: str, data: bytes, trust: bytes, language: str, *, seconds: int, memory: int) -> bytes:
    """Return the question: one line of JSON, the file of trust, and the bytes of a `paper` or a `pack`.

    `seconds` of a processor and bytes of address space are what the judgement may take.
    """
    head = {
        "what": what,
        "language": language,
        "locale_paths": [str(one) for one in settings.LOCALE_PATHS],
        "seconds": seconds,
        "memory": memory,
        "trust": len(trust),
    }
    return json.dumps(head).encode() + b"\n" + trust + data


def main() -> int:
    """Judge what standard input brings; return the exit code."""
    head = json.loads(sys.stdin.buffer.readline())
    settings.configure(USE_TZ=True, LOCALE_PATHS=head["locale_paths"])
    django.setup()
    logging.disable()  # what the parser has to say of a strange paper stands in our findings
    trust = sys.stdin.buffer.read(head["trust"])
    data = sys.stdin.buffer.read()
    _limit(head["seconds"], head["memory"])
    try:
        with translation.override(head["language"]):
            told = _judgement(head["what"], data, read_anchors(trust))
    except MemoryError:
        return TOO_COSTLY
    sys.stdout.buffer.write(told)
    return 0


def _judgement(what: str, data: bytes, anchors: Anchors) -> bytes:
    if what == "pack":
        return PACK.dump_json(verify(data, trust=anchors))
    return PAPER.dump_json(examine(data, anchors=anchors))


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


if __name__ == "__main__":
    sys.exit(main())

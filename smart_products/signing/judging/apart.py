"""Judging a paper or a pack of a stranger apart: a process of its own for each, with an end to its time and memory.

Owns the limits. A parser in Python can be made to run for years by four kilobytes, and to fill the memory by few more;
nobody who asks for a page may wait for that. The child inherits no connection, no secret and nothing of the
environment but where programs lie, and is gone with its answer. A start costs half a second of a processor: a pool of
children kept warm would save that and pass on to the next file whatever the last one did to them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smart_products.signing.evidence.verifying import PackReport
from smart_products.signing.judging.judge import PACK, PAPER, TOO_COSTLY, asked
from smart_products.signing.seals.trust import Anchors
from smart_products.signing.seals.verifying import PaperReport

ROOT = Path(__file__).resolve().parents[3]
KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Names of the environment that a child may need to start at all."""
PROCESSOR_SECONDS = 5
"""Of a processor, for the judgement alone; a paper of ours takes a tenth of one."""
SECONDS = 15
"""By the clock, start included: more only on a machine that has none to give."""
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space: the libraries take a third of it."""
AT_ONCE, PATIENCE = 2, 5
"""Children of one process of the web at a time, and the seconds that somebody waits for a place."""

_places = threading.BoundedSemaphore(AT_ONCE)


class TooCostly(RuntimeError):
    """The file needs more time or memory than any paper of ours, or broke the process that read it."""


class JudgeFailed(RuntimeError):
    """The process that judges does not run as it should; the message is the end of what it said."""


class Busy(RuntimeError):
    """Others have papers judged at this moment."""


def examine_apart(pdf: bytes, *, anchors: Anchors, language: str) -> PaperReport:
    """Judge a PDF as `examine` does, within the limits; findings are in the language. Raises TooCostly and Busy."""
    return PAPER.validate_json(_judged("paper", pdf, anchors, language))


def verify_apart(pack: bytes, *, anchors: Anchors, language: str) -> PackReport:
    """Judge a pack as `verify` does, within the limits; findings are in the language. Raises TooCostly and Busy."""
    return PACK.validate_json(_judged("pack", pack, anchors, language))


def _judged(what: str, data: bytes, anchors: Anchors, language: str) -> bytes:
    question = asked(what, data, anchors.dump(), language, seconds=PROCESSOR_SECONDS, memory=MEMORY)
    with _place():
        try:
            done = subprocess.run(
                [sys.executable, "-m", "smart_products.signing.judging.judge"],
                input=question,
                capture_output=True,
                cwd=ROOT,
                env={name: os.environ[name] for name in KEPT if name in os.environ},
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TooCostly(f"{len(data)} bytes: no answer in {SECONDS} s") from error
    if done.returncode < 0 or done.returncode == TOO_COSTLY:  # ended by a signal: that of a limit, or of a crash
        raise TooCostly(f"{len(data)} bytes: ended with {done.returncode}")
    if done.returncode:
        raise JudgeFailed(done.stderr.decode(errors="replace")[-2_000:])
    return done.stdout


@contextmanager
def _place() -> Iterator[None]:
    """Hold one of the places; raises Busy when none comes free in time."""
    if not _places.acquire(timeout=PATIENCE):
        raise Busy(f"{AT_ONCE} papers are being judged")
    try:
        yield
    finally:
        _places.release()

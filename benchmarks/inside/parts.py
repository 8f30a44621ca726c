"""Where the time of a signing goes: seconds of each part, taken while it runs.

Owns what a part is: a few functions whose calls are timed where they stand; one inside another is taken off it. What
no part holds is rows: reading, checking and writing them, with all that is recorded and told.
"""

from __future__ import annotations

import functools
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from benchmarks.figures import Figure, reported
from smart_products.signing.evidence import packing
from smart_products.signing.operations import stepping
from smart_products.signing.seals.sealing import Sealer

PLACES: tuple[tuple[str, Any, str], ...] = (
    ("papers rendered", stepping, "render"),
    ("matching decided, its rows too", stepping, "decide"),
    ("seals and stamps", Sealer, "seal"),
    ("seals and stamps", Sealer, "seal_file"),
    ("seals and stamps", Sealer, "sign_raw"),
    ("the pack besides its seal", packing, "build"),
)
PARTS = tuple(dict.fromkeys(part for part, _owner, _name in PLACES))
ROWS, WAITED, STATEMENTS = "rows read, checked, written, told", "of all that, the database", "statements"


class Parts:
    """Collects the seconds of each part, one signing after another."""

    def __init__(self) -> None:
        self._runs: list[dict[str, float]] = []
        self._now: dict[str, float] = defaultdict(float)
        self._inside = [0.0]
        """Seconds of the parts that ended inside each of those that run now, the outermost first."""

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Time every part while this lasts."""
        before = [getattr(owner, name) for _part, owner, name in PLACES]
        for part, owner, name in PLACES:
            setattr(owner, name, self._timed(part, getattr(owner, name)))
        try:
            with connection.execute_wrapper(self._statement):
                yield
        finally:
            for (_part, owner, name), function in zip(PLACES, before, strict=True):
                setattr(owner, name, function)

    def run(self, signing: Callable[[], object]) -> float:
        """Return the seconds of one signing, and keep those of its parts."""
        found: dict[str, float] = defaultdict(float)
        self._now = found
        began = time.perf_counter()
        signing()
        whole = time.perf_counter() - began
        found[ROWS] = whole - sum(found[part] for part in PARTS)
        self._runs.append(found)
        self._now = defaultdict(float)
        return whole

    def figures(self) -> list[Figure]:
        """Return the median of each part, and what the database took of it all."""
        told = [reported(f"- {name}", self._middle(name) * 1e3, "ms") for name in (*PARTS, ROWS, WAITED)]
        return [*told, reported(f"- {STATEMENTS}", self._middle(STATEMENTS), "a signing")]

    def _middle(self, name: str) -> float:
        return statistics.median(run[name] for run in self._runs)

    def _timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._inside.append(0.0)
            began = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                seconds = time.perf_counter() - began
                inside = self._inside.pop()
                self._inside[-1] += seconds
                self._now[part] += seconds - inside

        return timed

    def _statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self._now[WAITED] += time.perf_counter() - began
            self._now[STATEMENTS] += 1

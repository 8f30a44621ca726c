"""A DuckDB connection that counts where its time goes: writing of files, and everything else.

Owns the clock around each statement. Passes everything on unchanged; what a statement gives is fetched before its
time is taken, since DuckDB may return before a statement ends.
"""

from __future__ import annotations

import re
import time
from typing import Any, cast

import duckdb

LABEL = re.compile(
    r"(?:CREATE (?:OR REPLACE )?(?:TEMP )?(?:TABLE|VIEW)|INSERT INTO|DROP TABLE|COPY)\s+(\w+)?", re.IGNORECASE
)


class Watched:
    """Stands where a connection stands; `spent` is seconds by statement, `writing` those of COPY."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.spent: dict[str, float] = {}
        self.writing = 0.0

    @property
    def as_connection(self) -> duckdb.DuckDBPyConnection:
        """The same, by the type that the close asks for."""
        return cast("duckdb.DuckDBPyConnection", self)

    @property
    def computing(self) -> float:
        """Seconds of all statements that write no file."""
        return sum(self.spent.values()) - self.writing

    def execute(self, query: str, parameters: Any = None) -> _Rows:
        """Run a statement to its end."""
        began = time.perf_counter()
        rows = self._connection.execute(query, parameters).fetchall()
        self._note(query, time.perf_counter() - began)
        return _Rows(rows)

    def executemany(self, query: str, parameters: Any) -> None:
        """Run a statement once for each list of parameters."""
        began = time.perf_counter()
        self._connection.executemany(query, parameters)
        self._note(query, time.perf_counter() - began)

    def _note(self, query: str, seconds: float) -> None:
        head = query.lstrip()
        found = LABEL.match(head)
        label = found[0] if found else head[:40]
        self.spent[label] = self.spent.get(label, 0.0) + seconds
        if head.upper().startswith("COPY"):
            self.writing += seconds


class _Rows:
    """What a statement gave."""

    def __init__(self, rows: list[Any]) -> None:
        self._rows = iter(rows)

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)

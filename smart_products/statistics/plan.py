"""What has to be closed: the inputs of every fact day as one digest, compared with what was published.

Owns the digest of a day, by which a correction closes its day, the next, and every later day that used it,
and no other: the state a day starts from is one of its inputs. Reads the tables of a cut. Never writes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from core.columnar import DAY, table_from_rows
from smart_products.statistics.chain import Rules
from smart_products.statistics.engine import FIRST_DAY, run
from smart_products.statistics.tiers import VERSION as TIERS_VERSION

FORMULAS = 3
"""Raised when a statement of the close changes its meaning: every day is then closed again."""


@dataclass(frozen=True, slots=True)
class FactDay:
    """A day with facts: its files by source, and the fact day before."""

    day: date
    before: date | None
    files: Mapping[str, str]
    """Name of the file of facts by source."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the cut says about a fact day."""

    events: str
    """Stands for everything that happens after the day before and by it."""
    structure: str
    """Stands for the places in the tree, since the day before, of the outlets in use."""
    shape: str
    """Stands for the whole structure of units: days that are computed together share it."""


def marks(connection: duckdb.DuckDBPyConnection, days: Sequence[FactDay]) -> dict[date, Mark]:
    """Return the mark of each fact day."""
    rows = [(day.day, day.before or FIRST_DAY) for day in days]
    table_from_rows(connection, "fact_days", {"day": DAY, "before": DAY}, rows)
    run(connection, ["marks"])
    return {day: Mark(*map(str, parts)) for day, *parts in connection.execute("FROM day_marks").fetchall()}


def common_digest(rules: Rules) -> str:
    """Return the digest of what every day depends on: formulas, tier limits and settings."""
    return _digest([FORMULAS, TIERS_VERSION, rules.carry_days, rules.known_from.isoformat()])


def day_digest(common: str, fact_day: FactDay, mark: Mark, state: Mapping[str, str] | None) -> str:
    """Return the digest of a day's inputs; `state` is what the day before left."""
    before = fact_day.before.isoformat() if fact_day.before else None
    kept = None if state is None else [state["state"], state["chain"]]
    return _digest([common, before, sorted(fact_day.files.items()), mark.events, mark.structure, kept])


def chain_digest(before: str, signs: str, mark: Mark) -> str:
    """Return the running digest of first signings and their places up to a day, from the one before.

    `signs` stands for the day's own first signings. A place corrected in the past closes every later day again.
    """
    return _digest([before, signs, mark.structure])


def _digest(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def facts_paths(folder: Path, fact_day: FactDay) -> tuple[Path, ...]:
    """Return the paths of a day's files of facts."""
    return tuple(folder / "facts" / name for _, name in sorted(fact_day.files.items()))

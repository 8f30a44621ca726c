"""What a count of the matrix is made of: its clients, and of movements the day and why, as columns that are kept.

Owns the way from a count to rows: movements from the subscriptions of the data cut, a place from its placements, a tier
from the members of the day, ways between products from the members of two days, cohorts as retention counts them.
Never writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import duckdb
import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from accounts.queries import unit_tree
from core.columnar import DAY, WHOLE, table_from_rows
from core.files import path_of
from smart_products.holdings.queries import known_from
from smart_products.statistics.engine import FIRST_DAY, literal, read_days, read_parquet, run
from smart_products.statistics.models import Publication
from smart_products.statistics.nodes import FAMILIES_FROM, MATRIX
from smart_products.statistics.queries import cube
from smart_products.statistics.queries.answers import UnknownScope
from smart_products.statistics.queries.kept import LISTS, kept
from smart_products.statistics.queries.periods import Timeline, opened, starts_from
from smart_products.statistics.queries.retention import Question, question_of
from smart_products.statistics.queries.retention_clients import (
    at_risk_clients,
    cohort_clients,
    first_sign_clients,
    n_day_clients,
)
from smart_products.statistics.queries.scopes import Slice, Structure, named, node_names, slice_of
from smart_products.statistics.retention import GAP, Basis

Rows = Sequence[tuple[int, date, int]]
"""A client, the day of a movement, and its mark."""
NO_MARK = -1

ELSEWHERE = """
DELETE FROM movements WHERE NOT EXISTS (
  SELECT 1 FROM {placements} AS p WHERE p.client_id = movements.client_id AND p.valid_from <= movements.stood
    AND p.valid_to > movements.stood
    AND is_inside(CAST(p.outlet AS BIGINT) * 32768 + p.channel * 8 + {tier}, movements.stood))
"""
"""Leaves the movements of those who stood in the slice on their day."""

TIER = (
    "coalesce((SELECT max(s.slice % 8) FROM standing AS s "
    "WHERE s.client_id = movements.client_id AND s.day = movements.stood), 1)"
)

FIRST_SIGNS = """
SELECT s.client_id, s.started, CASE WHEN (m.client_mask & n.mask) <> 0 THEN 1 ELSE 0 END AS retained
FROM (SELECT client_id, started, arg_max(slice, fact_day) AS slice FROM {signings}
      WHERE node = {node} GROUP BY client_id, started) AS s
JOIN nodes AS n ON n.node = {node}
JOIN {members} AS m ON m.client_id = s.client_id AND m.is_head
WHERE s.started > {since} AND s.started >= {known} AND is_inside(s.slice, s.started)
ORDER BY s.client_id
"""


class Who(StrEnum):
    """The counts whose clients can be listed; names as in docs/metrics.md."""

    RETAINED = "retained"
    FIRST_SIGN = "first_sign"
    """The first-time clients of six months, of whom first-sign retention tells the retained."""
    FIRST_TIME = "first_time"
    REACTIVATED = "reactivated"
    LAPSED = "lapsed"
    COHORT = "cohort"
    """The first-time clients of a month, of whom a cell tells the retained at a later month end."""
    N_DAY = "n_day"
    """First-time clients seen for so many days, of whom N-day retention tells those in force on the last."""
    AT_RISK = "at_risk"
    """Spells that lasted at least so many days: who stands behind the survival curve at a day."""
    SHARED = "shared_clients"
    """Clients retained in another product as well."""
    TRANSITIONS = "transitions"
    """Who left for another product that he was not in."""
    STAYED = "stayed"
    LEFT = "left_clients"
    SWITCHED_OUT = "switched_out"
    KEPT_OTHERS = "kept_others"
    OUTSIDE = "outside"
    CAME = "came_clients"
    SWITCHED_IN = "switched_in"
    ADDED = "added"
    FROM_OUTSIDE = "from_outside"


COUNTED = (Who.COHORT, Who.N_DAY, Who.AT_RISK)
"""Figures of retention, counted from subscriptions alone."""
LEVELS = (Who.RETAINED, Who.SHARED)
"""Counts of a day, which have no period."""
WAYS = {
    Who.STAYED: "p.was & n.mask <> 0 AND p.now & n.mask <> 0",
    Who.LEFT: "p.was & n.mask <> 0 AND p.now & n.mask = 0",
    Who.OUTSIDE: "p.was & n.mask <> 0 AND p.now = 0",
    Who.SWITCHED_OUT: "p.was & n.mask <> 0 AND p.now & n.mask = 0 AND p.was & p.now <> p.now",
    Who.KEPT_OTHERS: "p.was & n.mask <> 0 AND p.now & n.mask = 0 AND p.now <> 0 AND p.was & p.now = p.now",
    Who.CAME: "p.was & n.mask = 0 AND p.now & n.mask <> 0",
    Who.FROM_OUTSIDE: "p.was = 0 AND p.now & n.mask <> 0",
    Who.SWITCHED_IN: "p.was & n.mask = 0 AND p.now & n.mask <> 0 AND p.was <> 0 AND p.was & p.now <> p.was",
    Who.ADDED: "p.was & n.mask = 0 AND p.now & n.mask <> 0 AND p.was <> 0 AND p.was & p.now = p.was",
    Who.TRANSITIONS: "p.was & n.mask <> 0 AND p.now & n.mask = 0 AND p.was & o.mask = 0 AND p.now & o.mask <> 0",
    Who.SHARED: "p.now & n.mask <> 0 AND p.now & o.mask <> 0",
}
"""Where a client went, by the products he was in at the start and is in now (statistics/sql/transitions.sql); `n` is
the node that is asked for, `o` the other one."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a count is made of, ascending by client and day: heads alone, or a row a movement."""

    clients: NDArray[np.int64]
    days: NDArray[np.int32] | None = None
    """Of movements: the day, as its ordinal."""
    marks: NDArray[np.int8] | None = None
    """Of movements: the place of a lapse's reason in LEAVE_REASONS, 1 or 0 for a first signing that lasts or not."""
    cell: tuple[date, date] | None = None
    """Of a cohort: the first day of its month, and the month end at which a cell tells who is retained."""


@kept(where=LISTS)
def told(
    *,
    who: Who,
    as_of: date,
    since: date,
    node: str,
    other: str | None,
    unit: str | None,
    tier: str | None,
    channel: str | None,
    version: int,
    structure: Structure,
    cohort: tuple[date, int] | None,
    days: int | None,
    basis: Basis,
) -> Told:
    """Return what a count is made of; `since` is the as-of day itself for a level.

    Raises UnknownScope for a code or a cell that there is not, NotPublished.
    """
    known, now = opened(as_of, version)
    part = slice_of(unit_tree(as_of), unit, tier, channel, as_of if structure is Structure.NOW else None)
    nodes = node_names()
    name = named(nodes, node)[0]
    if who in COUNTED or (who is Who.FIRST_SIGN and basis is not Basis.SIGNED):
        question = question_of(as_of, node, basis, None, None, GAP, version)
        return _counted(question, part, who, cohort, days)
    with cube.opened(part.corner, now.cut) as connection:
        if who is Who.RETAINED:
            return Told(_retained(connection, now, name.number))
        if who in WAYS:
            before, both = known.at(since), (name.number, named(nodes, other)[0].number if other else name.number)
            return Told(_on_a_way(connection, who, before, now, *both))
        if who is Who.FIRST_SIGN:
            return _rows(_first_signs(connection, known, now, name.number, since))
        return _rows(_movements(connection, known, now, name.number, who, since, tiered=tier is not None))


def _rows(rows: Rows, cell: tuple[date, date] | None = None) -> Told:
    return Told(
        np.array([key for key, _, _ in rows], dtype=np.int64),
        np.array([day.toordinal() for _, day, _ in rows], dtype=np.int32),
        np.array([mark for _, _, mark in rows], dtype=np.int8),
        cell,
    )


def _counted(question: Question, part: Slice, who: Who, cohort: tuple[date, int] | None, days: int | None) -> Told:
    """Return the clients behind a figure of retention. Raises UnknownScope."""
    if who is Who.FIRST_SIGN:
        return _rows(first_sign_clients(question, part))
    if who is Who.COHORT:
        if cohort is None:
            raise UnknownScope("cohort", "")
        return _rows(*cohort_clients(question, part, *cohort))
    if days is None:
        raise UnknownScope("days", "")
    return _rows((n_day_clients if who is Who.N_DAY else at_risk_clients)(question, part, days))


def _on_a_way(
    connection: duckdb.DuckDBPyConnection, who: Who, before: Publication, now: Publication, node: int, other: int
) -> NDArray[np.int64]:
    rows = [now] if who in LEVELS else [before, now]
    run(connection, ["heads"], {"members": cube.members(rows), "matrix": MATRIX, "families_from": FAMILIES_FROM})
    start = literal(before.as_of)
    found = connection.execute(
        "SELECT p.client_id FROM ("
        "  SELECT coalesce(s.client_id, e.client_id) AS client_id, coalesce(s.mask, 0) AS was,"
        "    coalesce(e.mask, 0) AS now, coalesce(s.inside, e.inside) AS inside"
        f"  FROM (SELECT * FROM heads WHERE day = {start} AND mask <> 0 AND {len(rows) > 1}) AS s"
        f"  FULL JOIN (SELECT * FROM heads WHERE day = {literal(now.as_of)} AND mask <> 0) AS e"
        "    ON e.client_id = s.client_id"
        f") AS p JOIN nodes AS n ON n.node = {node} JOIN nodes AS o ON o.node = {other} "
        f"WHERE p.inside AND {WAYS[who]} ORDER BY p.client_id"
    ).fetchnumpy()
    clients: NDArray[np.int64] = found["client_id"]
    return clients


def _retained(connection: duckdb.DuckDBPyConnection, now: Publication, node: int) -> NDArray[np.int64]:
    found = connection.execute(
        f"SELECT m.client_id FROM {cube.members([now])} AS m "
        f"JOIN nodes AS n ON n.node = {node} AND (n.mask & m.client_mask) <> 0 WHERE m.is_head AND "
        f"is_inside(m.slice, m.day) ORDER BY m.client_id"
    ).fetchnumpy()
    clients: NDArray[np.int64] = found["client_id"]
    return clients


def _first_signs(
    connection: duckdb.DuckDBPyConnection, known: Timeline, now: Publication, node: int, since: date
) -> Rows:
    retention = known.retention_of(now)
    files = {row.as_of: path_of(settings.FACTS_DIR, row.files["signings"]) for row in known.days_until(now.as_of)}
    select = FIRST_SIGNS.format(
        signings=read_days(connection, files, column="fact_day"),
        members=cube.members([now]),
        node=node,
        since=literal(since),
        known=literal((starts_from(retention) if retention is not None else known_from()) or FIRST_DAY),
    )
    found: Rows = connection.execute(select).fetchall()
    return found


def _movements(
    connection: duckdb.DuckDBPyConnection,
    known: Timeline,
    now: Publication,
    node: int,
    who: Who,
    since: date,
    *,
    tiered: bool,
) -> Rows:
    days = known.days_until(now.as_of)
    numbered = [(place, row.as_of) for place, row in enumerate(days, 1)]
    table_from_rows(connection, "fact_days", {"place": WHOLE, "day": DAY}, numbered)
    intervals, placements = (
        read_parquet([path_of(settings.FACTS_DIR, now.cut.files[part])]) for part in ("intervals", "placements")
    )
    run(
        connection,
        ["behind"],
        {"intervals": intervals, "node": node, "count": len(days), "since": since, "who": f"'{who}'"},
    )
    if tiered:
        stood = {day for (day,) in connection.execute("SELECT DISTINCT stood FROM movements").fetchall()}
        rows = [row for row in days if row.as_of in stood] or [now]
        connection.execute(
            f"CREATE TEMP TABLE standing AS SELECT m.day, m.client_id, m.slice FROM {cube.members(rows)} AS m "
            "SEMI JOIN movements AS v ON v.client_id = m.client_id AND v.stood = m.day WHERE m.is_head"
        )
    connection.execute(ELSEWHERE.format(placements=placements, tier=TIER if tiered else 0))
    mark = "reason" if who is Who.LAPSED else str(NO_MARK)
    found: Rows = connection.execute(f"SELECT client_id, day, {mark} FROM movements ORDER BY client_id, day").fetchall()
    return found

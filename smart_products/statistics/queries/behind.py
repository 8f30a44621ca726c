"""The clients behind a count of the matrix: who is retained, who signed first, who came back, who lapsed and why.

Owns the way from a published count to the numbers of its clients, in any slice; what it lists is as many as the count
says. A movement is found in the subscriptions of the data cut, a place in its placements, a tier in the members of the
day. Whose names may be read, is for those to decide who ask. Never writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import duckdb
from django.conf import settings

from accounts.queries import unit_tree
from core.columnar import DAY, WHOLE, table_from_rows
from core.files import path_of
from smart_products.holdings.queries import known_from
from smart_products.statistics.engine import FIRST_DAY, literal, read_days, read_parquet, run
from smart_products.statistics.figures import LEAVE_REASONS
from smart_products.statistics.models import Publication
from smart_products.statistics.months import six_months_before
from smart_products.statistics.nodes import FAMILIES_FROM, MATRIX, MATRIX_CODE, NodeName
from smart_products.statistics.queries import cube
from smart_products.statistics.queries.answers import PublicationView, UnknownScope
from smart_products.statistics.queries.periods import Timeline, opened, starts_from, versions_of
from smart_products.statistics.queries.retention import cohort_clients
from smart_products.statistics.queries.scopes import Structure, named, node_names, slice_of
from smart_products.statistics.retention import Basis

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
class Movement:
    """What a client did, and the fact day it belongs to; of a first signing the day itself, and whether it lasts."""

    day: date
    reason: str = ""
    """Why it ended, one of LEAVE_REASONS; only of a lapse."""
    retained: bool | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """The clients behind one count of one node in one slice."""

    who: Who
    node: NodeName
    as_of: date
    since: date
    """The day after which movements count; the as-of day itself for who is retained on it."""
    publication: PublicationView
    versions: tuple[PublicationView, ...]
    clients: Sequence[int]
    """Each once, by number."""
    movements: Mapping[int, Sequence[Movement]]
    """By client, in order; empty where a count is of heads alone."""
    other: NodeName | None = None
    """The other product of a pair."""
    cohort: tuple[date, date] | None = None
    """The first day of a cohort's month, and the month end at which a cell tells who is retained."""

    @property
    def count(self) -> int:
        """Return what the published count says: events for a movement, else heads."""
        return sum(map(len, self.movements.values())) if self.movements else len(self.clients)

    @property
    def reasons(self) -> Counter[str]:
        """Return how many lapses had each reason."""
        return Counter(one.reason for told in self.movements.values() for one in told)

    def of(self, reason: str) -> Sequence[int]:
        """Return the clients who lapsed for a reason, each once."""
        return [key for key in self.clients if any(one.reason == reason for one in self.movements[key])]


def behind(
    *,
    who: Who,
    as_of: date | None = None,
    since: date | None = None,
    node: str | None = None,
    unit: str | None = None,
    tier: str | None = None,
    channel: str | None = None,
    version: int | None = None,
    structure: Structure = Structure.WAS,
    other: str | None = None,
    cohort: tuple[date, int] | None = None,
    basis: Basis = Basis.SIGNED,
) -> Behind:
    """Return the clients behind a count, as many as `matrix`, `transitions` or `retention` count for the same choices.

    A pair names the `other` product; a cell of a `cohort` its month and the months since, and the basis it counts by.
    Without `since` movements count from the usual start (`Timeline.usual_start`). Raises NotPublished for a day or
    version that is not published, or a `since` that does not lie before it; UnknownScope for an unknown code.
    """
    known, now = opened(as_of, version)
    part = slice_of(unit_tree(now.as_of), unit, tier, channel, now.as_of if structure is Structure.NOW else None)
    nodes = node_names()
    name = named(nodes, node or MATRIX_CODE)[0]
    pair = named(nodes, other)[0] if who in (Who.SHARED, Who.TRANSITIONS) and other is not None else None
    if who in (Who.SHARED, Who.TRANSITIONS) and pair is None:
        raise UnknownScope("node", "")
    start = _start(known, now, who, since)
    found = _Found()
    if who is Who.COHORT:
        place = {"unit": unit, "tier": tier, "channel": channel}
        found = _of_cohort(cohort, as_of=now.as_of, node=name.code, basis=basis, version=now.version, **place)
    else:
        with cube.opened(part.corner, now.cut) as connection:
            if who is Who.RETAINED:
                found.clients = _retained(connection, now, name.number)
            elif who in WAYS:
                found.clients = _on_a_way(
                    connection, who, known.at(start), now, name.number, pair.number if pair else 0
                )
            elif who is Who.FIRST_SIGN:
                found.told = _first_signs(connection, known, now, name.number, start)
            else:
                found.told = _movements(connection, known, now, name.number, who, start, tiered=tier is not None)
    movements, views = found.movements, versions_of(now.as_of)
    shown = next(one for one in views if one.version == now.version)
    clients = list(movements) or found.clients
    return Behind(who, name, now.as_of, start, shown, tuple(views), clients, movements, pair, found.cell)


@dataclass(slots=True)
class _Found:
    """What a count was found to be made of: clients, or what they did."""

    clients: list[int] = field(default_factory=list)
    told: list[tuple[int, Movement]] = field(default_factory=list)
    cell: tuple[date, date] | None = None

    @property
    def movements(self) -> dict[int, list[Movement]]:
        """Return what was told by client."""
        by_client: dict[int, list[Movement]] = {}
        for key, movement in self.told:
            by_client.setdefault(key, []).append(movement)
        return by_client


def _start(known: Timeline, now: Publication, who: Who, since: date | None) -> date:
    """Return the day after which movements count; of a level the day itself."""
    if who is Who.FIRST_SIGN:
        return six_months_before(now.as_of)
    if who in (*LEVELS, Who.COHORT):
        return now.as_of
    return (known.start(since, now) if since is not None else known.usual_start(now)).as_of


def _of_cohort(cohort: tuple[date, int] | None, **place: Any) -> _Found:
    if cohort is None:
        raise UnknownScope("cohort", "")
    month, months = cohort
    found = cohort_clients(month=month, months=months, **place)
    told = [(key, Movement(day, retained=kept)) for key, day, kept in found.clients]
    return _Found(told=told, cell=found.cell)


def _on_a_way(
    connection: duckdb.DuckDBPyConnection, who: Who, before: Publication, now: Publication, node: int, other: int
) -> list[int]:
    rows = [now] if who in LEVELS else [before, now]
    run(connection, ["heads"], {"members": cube.members(rows), "matrix": MATRIX, "families_from": FAMILIES_FROM})
    start = literal(before.as_of)
    found = connection.execute(
        "SELECT list(p.client_id ORDER BY p.client_id) FROM ("
        "  SELECT coalesce(s.client_id, e.client_id) AS client_id, coalesce(s.mask, 0) AS was,"
        "    coalesce(e.mask, 0) AS now, coalesce(s.inside, e.inside) AS inside"
        f"  FROM (SELECT * FROM heads WHERE day = {start} AND mask <> 0 AND {len(rows) > 1}) AS s"
        f"  FULL JOIN (SELECT * FROM heads WHERE day = {literal(now.as_of)} AND mask <> 0) AS e"
        "    ON e.client_id = s.client_id"
        f") AS p JOIN nodes AS n ON n.node = {node} JOIN nodes AS o ON o.node = {other} "
        f"WHERE p.inside AND {WAYS[who]}"
    ).fetchall()
    return found[0][0] or []


def _retained(connection: duckdb.DuckDBPyConnection, now: Publication, node: int) -> list[int]:
    found = connection.execute(
        f"SELECT list(m.client_id ORDER BY m.client_id) FROM {cube.members([now])} AS m "
        f"JOIN nodes AS n ON n.node = {node} AND (n.mask & m.client_mask) <> 0 WHERE m.is_head AND "
        f"is_inside(m.slice, m.day)"
    ).fetchall()
    return found[0][0] or []


def _first_signs(
    connection: duckdb.DuckDBPyConnection, known: Timeline, now: Publication, node: int, since: date
) -> list[tuple[int, Movement]]:
    retention = known.retention_of(now)
    files = {row.as_of: path_of(settings.FACTS_DIR, row.files["signings"]) for row in known.days_until(now.as_of)}
    select = FIRST_SIGNS.format(
        signings=read_days(connection, files, column="fact_day"),
        members=cube.members([now]),
        node=node,
        since=literal(since),
        known=literal((starts_from(retention) if retention is not None else known_from()) or FIRST_DAY),
    )
    return [
        (key, Movement(day, retained=bool(retained))) for key, day, retained in connection.execute(select).fetchall()
    ]


def _movements(
    connection: duckdb.DuckDBPyConnection,
    known: Timeline,
    now: Publication,
    node: int,
    who: Who,
    since: date,
    *,
    tiered: bool,
) -> list[tuple[int, Movement]]:
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
    found = connection.execute("SELECT client_id, day, reason FROM movements ORDER BY client_id, day").fetchall()
    lapsed = who == Who.LAPSED
    return [(key, Movement(day, LEAVE_REASONS[reason] if lapsed else "")) for key, day, reason in found]

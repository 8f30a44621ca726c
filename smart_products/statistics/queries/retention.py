"""Retention of any node, slice or population as of any day, counted from what was known of subscriptions.

Owns how a question becomes slices of clients, and counts become cohorts, N-day shares and curves (retention.py gives
their meaning). A published day is answered from the data cut of its publication, any other from what is known now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb
from django.conf import settings

from accounts.queries import UnitNode, unit_tree
from core.calendar import month_ends
from core.columnar import LONG, SMALL, TEXT, WHOLE, Limits, connect, table_from_rows
from core.files import path_of
from smart_products.holdings.queries import known_from
from smart_products.statistics import cohort_values, tenure
from smart_products.statistics.cohort_values import ValuedDay, Worth, valued
from smart_products.statistics.engine import FIRST_DAY, read_days
from smart_products.statistics.figures import FirstSign
from smart_products.statistics.known import load
from smart_products.statistics.models import Grain, Publication
from smart_products.statistics.months import six_months_before
from smart_products.statistics.queries.answers import NotPublished
from smart_products.statistics.queries.periods import Timeline, latest_day, timeline
from smart_products.statistics.queries.scopes import (
    Slice,
    channel_id,
    named,
    node_names,
    slices_by,
    tier_number,
    tier_of,
    unit_of,
)
from smart_products.statistics.retention import GAP, N_DAYS, Basis, Cohort, CohortCell, NDay, Retention
from smart_products.statistics.survival import logrank, survival
from smart_products.statistics.tenure import Asked, Counts, Place

POPULATION, AGAINST = "population", "against"


@dataclass(frozen=True, slots=True)
class _Question:
    """A day, a node and slices of it, each with the population whose clients it takes (empty: all)."""

    as_of: date
    shown: Publication | None
    node: str
    number: int
    tree: Sequence[UnitNode]
    asked: Asked


def retention(
    *,
    as_of: date | None = None,
    node: str = "matrix",
    basis: Basis = Basis.SIGNED,
    unit: str | None = None,
    tier: str | None = None,
    channel: str | None = None,
    population: Collection[int] | None = None,
    against: Collection[int] | None = None,
    since: date | None = None,
    until: date | None = None,
    gap: int = GAP,
    version: int | None = None,
) -> Retention:
    """Return the retention of one node in one slice; `population` and `against` are ids of clients.

    `since` and `until` name the first signings of first-sign and N-day retention; without them first-sign retention
    takes the six months up to the as-of day, N-day retention all. `against` adds the log-rank test of the curve
    against that population. Without `as_of` the latest published day is described. Raises NotPublished, UnknownScope.
    """
    question = _question(as_of, node, basis, since, until, gap, version)
    scope = Slice(unit_of(question.tree, unit), tier_of(tier), channel)
    populations = {name: ids for name, ids in ((POPULATION, population), (AGAINST, against)) if ids is not None}
    places = [(scope, POPULATION if population is not None else "")]
    if against is not None:
        places.append((scope, AGAINST))
    found = _answers(question, places, populations)
    if against is None:
        return found[0]
    other = found[1].survival
    return replace(found[0], against=other, logrank=logrank(found[0].survival.lengths, other.lengths))


def retention_by(
    *,
    by: str,
    as_of: date | None = None,
    node: str = "matrix",
    basis: Basis = Basis.SIGNED,
    unit: str | None = None,
    tier: str | None = None,
    channel: str | None = None,
    since: date | None = None,
    until: date | None = None,
    gap: int = GAP,
    version: int | None = None,
) -> tuple[Retention, ...]:
    """Return the retention of a node in each slice of a breakdown: unit (direct children), outlet, tier or channel.

    Raises NotPublished, UnknownScope.
    """
    question = _question(as_of, node, basis, since, until, gap, version)
    scope = Slice(unit_of(question.tree, unit), tier_of(tier), channel)
    return tuple(_answers(question, [(part, "") for part in slices_by(by, scope, question.tree)], {}))


def _question(
    as_of: date | None, node: str, basis: Basis, since: date | None, until: date | None, gap: int, version: int | None
) -> _Question:
    day = as_of or latest_day()
    if day is None:
        raise NotPublished(None, None)
    shown = _publication(day, version)
    (name,) = named(node_names(), node)
    if since is None and until is None:
        asked = Asked(day, basis, known_from() or FIRST_DAY, gap, (six_months_before(day) + timedelta(days=1), day))
    else:
        period = since or FIRST_DAY, min(until or day, day)
        asked = Asked(day, basis, known_from() or FIRST_DAY, gap, period, period)
    return _Question(day, shown, name.code, name.number, unit_tree(day), asked)


def _publication(day: date, version: int | None) -> Publication | None:
    """Return the publication of a day whose cut is read; None where the day has none. Raises NotPublished."""
    rows = Publication.objects.select_related("cut").filter(grain=Grain.DAY, as_of=day)
    found = (rows.filter(is_current=True) if version is None else rows.filter(version=version)).first()
    if found is None and version is not None:
        raise NotPublished(day, latest_day())
    return found


def _answers(
    question: _Question, places: Sequence[tuple[Slice, str]], populations: dict[str, Collection[int]]
) -> list[Retention]:
    """Return the retention in each place: a slice, and the name of the population whose clients it takes."""
    asked, cut = question.asked, question.shown.cut if question.shown else None
    with connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR)) as connection:
        load(connection, cut, settings.FACTS_DIR, "intervals", "placements", "edges", "nodes")
        connection.execute(f"DELETE FROM nodes WHERE node <> {question.number}")
        tenure.find_spells(connection, asked)
        tiered = any(part.tier is not None for part, _ in places)
        tenure.find_places(connection, _tiers(connection, question) if tiered else tenure.NO_TIERS)
        _scope(connection, places, populations)
        ends = _month_ends(connection, asked)
        tenure.count(connection, asked, ends)
        counts = tenure.counted(connection)
        days = _valued_days(question)
        worth = cohort_values.measure(connection, days) if days else {}
    numbers = {one.day: number for number, one in enumerate(days, 1)}
    return [
        _answer(question, part, place, _Counted(counts.get(place, Counts()), ends, worth, numbers))
        for part, place in ((part, (0, key, question.number)) for key, (part, _) in enumerate(places))
    ]


def _valued_days(question: _Question) -> list[ValuedDay]:
    """Return the published fact days up to the as-of day, as they stood when its version was published."""
    known = _known(question)
    return [
        ValuedDay(
            row.as_of,
            path_of(settings.FACTS_DIR, row.files["accounts"]),
            tuple(settings.FACTS_DIR / "facts" / name for name in row.files["facts"].values()),
        )
        for row in known.days
        if row.as_of <= question.as_of
    ]


def _known(question: _Question) -> Timeline:
    shown = question.shown
    return timeline(None if shown is None or shown.is_current else shown.cut)


def _tiers(connection: duckdb.DuckDBPyConnection, question: _Question) -> str:
    """Return the table expression of the tier in which each first signing counts, as known on the day."""
    known = _known(question)
    files = {row.as_of: path_of(settings.FACTS_DIR, row.files["signings"]) for row in known.days}
    told = {day: path for day, path in files.items() if day <= question.as_of}
    if not told:
        return tenure.NO_TIERS
    signings = read_days(connection, told, column="fact_day")
    return f"(SELECT client_id, node, arg_max(slice % 8, fact_day) AS tier FROM {signings} GROUP BY client_id, node)"


def _scope(
    connection: duckdb.DuckDBPyConnection,
    places: Sequence[tuple[Slice, str]],
    populations: dict[str, Collection[int]],
) -> None:
    """Make `scoped`: the clients of each place by node, from where they stood at their first signing."""
    rows = [(key, part.unit.id, tier_number(part), channel_id(part), name) for key, (part, name) in enumerate(places)]
    columns = {"slice_key": WHOLE, "unit": WHOLE, "tier": SMALL, "channel": SMALL, "population": TEXT}
    table_from_rows(connection, "asked_slices", columns, rows)
    people = [(name, one) for name, ids in populations.items() for one in set(ids)]
    table_from_rows(connection, "people", {"population": TEXT, "client_id": LONG}, people)
    tenure.find_scope(connection)


def _month_ends(connection: duckdb.DuckDBPyConnection, asked: Asked) -> list[date]:
    """Return the month ends from that of the earliest first start to that after the as-of day."""
    found = connection.execute("SELECT min(started) FROM first_starts WHERE started >= ?", [asked.known_from])
    (first,) = found.fetchone() or (None,)
    return month_ends(first or asked.as_of, asked.as_of.replace(day=28) + timedelta(days=5))


@dataclass(frozen=True, slots=True)
class _Counted:
    """What was counted in one place: counts, the month ends they go by, and what cohorts are worth on fact days."""

    counts: Counts
    ends: Sequence[date]
    worth: Worth
    numbers: Mapping[date, int]


def _answer(question: _Question, part: Slice, place: Place, found: _Counted) -> Retention:
    asked, counts = question.asked, found.counts
    seen = counts.n_day.get(180, (0, 0, 0))
    return Retention(
        as_of=question.as_of,
        node=question.node,
        basis=asked.basis,
        first_sign=FirstSign(
            *asked.first, counts.first_clients, counts.first_retained, counts.first_days, seen[0], seen[1]
        ),
        n_day=tuple(NDay(days, *counts.n_day.get(days, (0, 0, 0))) for days in N_DAYS),
        cohorts=tuple(_cohorts(found, place, question.as_of)),
        survival=survival(counts.lengths),
        unit=part.unit.code,
        tier=part.tier,
        channel=part.channel,
        version=question.shown.version if question.shown else None,
    )


def _cohorts(found: _Counted, place: Place, as_of: date) -> Iterator[Cohort]:
    """Yield the cohorts, each with a cell for every month up to the as-of day's own."""
    ends = found.ends
    until = sum((end.year, end.month) <= (as_of.year, as_of.month) for end in ends)
    for cohort, clients in sorted(found.counts.cohorts.items()):
        steps, retained = found.counts.steps.get(cohort, {}), 0
        cells: list[CohortCell | None] = []
        for month in range(cohort, max(until, cohort + 1)):
            retained += steps.get(month, 0)
            cells.append(CohortCell(ends[month], retained) if ends[month] <= as_of else None)
        worth = found.worth.get((place, cohort), {})
        yield Cohort(ends[cohort].replace(day=1), clients, valued(cells, worth, found.numbers))

"""Retention of any node, slice or population as of any day, counted from what was known of subscriptions.

Owns how a question becomes slices of clients, and counts become cohorts, N-day shares and curves (retention.py gives
their meaning). A published day is answered from the data cut of its publication, any other from what is known now.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb
from django.conf import settings

from accounts.queries import UnitNode, unit_tree
from core.columnar import LONG, SMALL, TEXT, WHOLE, Limits, connect, table_from_rows
from smart_products.holdings.queries import known_from
from smart_products.statistics import tenure
from smart_products.statistics.cohorts import Calendar, cohorts, measure
from smart_products.statistics.engine import FIRST_DAY
from smart_products.statistics.figures import FirstSign
from smart_products.statistics.known import load
from smart_products.statistics.models import Publication
from smart_products.statistics.months import six_months_before
from smart_products.statistics.queries.answers import NotPublished
from smart_products.statistics.queries.periods import Timeline, latest_day, timeline
from smart_products.statistics.queries.retention_sources import month_ends_of, tiers, valued_days
from smart_products.statistics.queries.retention_stored import calendar_of, counts, published
from smart_products.statistics.queries.scopes import Slice, named, node_names, publication_of, slice_of, slices_by
from smart_products.statistics.retention import GAP, N_DAYS, Basis, NDay, Retention
from smart_products.statistics.survival import logrank, survival
from smart_products.statistics.tenure import Asked, Counts

POPULATION, AGAINST = "population", "against"
UNITS = ("unit", "outlet")


@dataclass(frozen=True, slots=True)
class _Question:
    """A day as one of its publications knew it (None: as it is known now), a node, and what is counted of it."""

    as_of: date
    shown: Publication | None
    node: str
    number: int
    tree: Sequence[UnitNode]
    asked: Asked
    usual: bool
    """True where nothing is asked but what is published: the current version, the usual periods and gap."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A slice, the slice that it is a part of, and the name of the population whose clients count (empty: all)."""

    part: Slice
    within: Slice
    population: str = ""


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
    values: bool = True,
) -> Retention:
    """Return the retention of one node in one slice; `population` and `against` are ids of clients.

    `since` and `until` name the first signings of first-sign and N-day retention; without them first-sign retention
    takes the six months up to the as-of day, N-day retention all. `against` adds the log-rank test of the curve
    against that population. Without `as_of` the latest published day is described. `values` asks for what cohorts are
    worth, which takes ten times as long unless it is published. Raises NotPublished, UnknownScope.
    """
    question = _question(as_of, node, basis, since, until, gap, version)
    scope = slice_of(question.tree, unit, tier, channel)
    if population is None and against is None and (stored := _stored(question, [scope], values=values)):
        return stored[0]
    populations = {name: ids for name, ids in ((POPULATION, population), (AGAINST, against)) if ids is not None}
    places = [_Place(scope, scope, POPULATION if population is not None else "")]
    if against is not None:
        places.append(_Place(scope, scope, AGAINST))
    found = _answers(question, places, populations, values=values)
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
    values: bool = False,
) -> tuple[Retention, ...]:
    """Return the retention of a node in each slice of a breakdown: unit (direct children), outlet, tier or channel.

    `values` asks for what cohorts are worth. Raises NotPublished, UnknownScope.
    """
    question = _question(as_of, node, basis, since, until, gap, version)
    scope = slice_of(question.tree, unit, tier, channel)
    slices = slices_by(by, scope, question.tree)
    # A unit below the root may have had other units below it: of them those count who stood in it when they signed.
    stored = _stored(question, slices, values=values) if scope.unit.parent_id is None or by not in UNITS else []
    return tuple(stored or _answers(question, [_Place(part, scope) for part in slices], {}, values=values))


def _question(
    as_of: date | None, node: str, basis: Basis, since: date | None, until: date | None, gap: int, version: int | None
) -> _Question:
    usual = version is None and since is None and until is None and gap == GAP
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
    return _Question(day, shown, name.code, name.number, unit_tree(day), asked, usual)


def _publication(day: date, version: int | None) -> Publication | None:
    """Return the publication of a day whose cut is read; None where the day has none. Raises NotPublished."""
    try:
        return publication_of(day, version)
    except NotPublished:
        if version is not None:
            raise
        return None


def _stored(question: _Question, slices: Sequence[Slice], *, values: bool) -> list[Retention]:
    """Return the published retention of these slices; nothing where it is not published, and has to be counted."""
    places = [part.marginal for part in slices]
    inside = [place for place in places if place is not None]
    publication = published(question.as_of) if question.usual and slices and len(inside) == len(places) else None
    if publication is None:
        return []
    calendar = calendar_of(publication, question.asked.basis)
    found = counts(publication, question.asked.basis, question.number, inside)
    if values and calendar.numbers and not all(one.worth for one in found.values()):
        return []
    return [
        _answer(question, part, found.get(place, Counts()), calendar)
        for part, place in zip(slices, inside, strict=True)
    ]


def _answers(
    question: _Question, places: Sequence[_Place], populations: dict[str, Collection[int]], *, values: bool
) -> list[Retention]:
    """Return the retention in each place."""
    asked, cut, known = question.asked, question.shown.cut if question.shown else None, _known(question)
    days = valued_days(known, question.as_of) if values else []
    with connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR)) as connection:
        load(connection, cut, settings.FACTS_DIR, "intervals", "placements", "edges", "nodes")
        connection.execute(f"DELETE FROM nodes WHERE node <> {question.number}")
        tenure.find_spells(connection, asked)
        tiered = any(place.part.tier is not None for place in places)
        tenure.find_places(connection, tiers(connection, known, question.as_of) if tiered else tenure.NO_TIERS)
        _scope(connection, places, populations)
        ends = month_ends_of(connection, asked)
        tenure.count(connection, asked, ends)
        measure(connection, days)
        found = tenure.counted(connection, tenure.rows(connection))
    numbers = {one.day: number for number, one in enumerate(days, 1)}
    return [
        _answer(question, place.part, found.get((0, key, question.number), Counts()), Calendar(ends, numbers))
        for key, place in enumerate(places)
    ]


def _known(question: _Question) -> Timeline:
    shown = question.shown
    return timeline(None if shown is None or shown.is_current else shown)


def _scope(
    connection: duckdb.DuckDBPyConnection,
    places: Sequence[_Place],
    populations: dict[str, Collection[int]],
) -> None:
    """Make `scoped`: the clients of each place by node, from where they stood at their first signing."""
    rows = [
        (key, one.part.unit.id, one.within.unit.id, one.part.tier_number, one.part.channel_id, one.population)
        for key, one in enumerate(places)
    ]
    columns = {"slice_key": WHOLE, "unit": WHOLE, "within": WHOLE, "tier": SMALL, "channel": SMALL, "population": TEXT}
    table_from_rows(connection, "asked_slices", columns, rows)
    people = [(name, one) for name, ids in populations.items() for one in set(ids)]
    table_from_rows(connection, "people", {"population": TEXT, "client_id": LONG}, people)
    tenure.find_scope(connection)


def _answer(question: _Question, part: Slice, found: Counts, calendar: Calendar) -> Retention:
    asked = question.asked
    seen = found.n_day.get(180, (0, 0, 0))
    return Retention(
        as_of=question.as_of,
        node=question.node,
        basis=asked.basis,
        first_sign=FirstSign(
            *asked.first, found.first_clients, found.first_retained, found.first_days, seen[0], seen[1]
        ),
        n_day=tuple(NDay(days, *found.n_day.get(days, (0, 0, 0))) for days in N_DAYS),
        cohorts=tuple(cohorts(found, calendar, question.as_of)),
        survival=survival(found.lengths),
        unit=part.unit.code,
        tier=part.tier,
        channel=part.channel,
        version=question.shown.version if question.shown else None,
    )

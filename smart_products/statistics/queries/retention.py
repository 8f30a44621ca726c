"""Retention of any node, slice or population as of any day, counted from what was known of subscriptions.

Owns how a question becomes slices of clients, and counts become cohorts, N-day shares and curves (retention.py gives
their meaning). A published day is answered from the data cut of its publication, any other from what is known now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb
from django.conf import settings

from accounts.queries import UnitNode, unit_tree
from core.columnar import LONG, TEXT, Limits, connect, table_from_rows
from smart_products.holdings.queries import known_from
from smart_products.statistics import tenure
from smart_products.statistics.cohorts import Calendar, cohorts, measure_asked, worth_of
from smart_products.statistics.engine import FIRST_DAY, LAST_DAY
from smart_products.statistics.figures import FirstSign
from smart_products.statistics.known import load
from smart_products.statistics.models import Publication
from smart_products.statistics.months import six_months_before
from smart_products.statistics.queries import retention_stored as stored
from smart_products.statistics.queries.answers import NotPublished
from smart_products.statistics.queries.kept import kept
from smart_products.statistics.queries.periods import Timeline, opened, starts_from, timeline
from smart_products.statistics.queries.retention_sources import (
    Place,
    ask_slices,
    graded,
    month_ends_of,
    valued_days,
)
from smart_products.statistics.queries.scopes import Slice, Structure, named, node_names, slice_of, slices_by
from smart_products.statistics.retention import GAP, N_DAYS, Basis, NDay, Retention, Standing
from smart_products.statistics.survival import Middle, logrank, survival
from smart_products.statistics.tenure import Asked, Counts

POPULATION, AGAINST = "population", "against"
NO_CURVE = Middle(0, 0, None)
LONG_DAYS = 180
"""N-day retention that stands beside first-sign retention."""


@dataclass(frozen=True, slots=True)
class Question:
    """A day as one of its publications knew it (None: as it is known now), a node, and what is counted of it."""

    as_of: date
    known: Timeline
    shown: Publication | None
    node: str
    number: int
    tree: Sequence[UnitNode]
    basis: Basis
    gap: int
    first: tuple[date, date]
    n_day: tuple[date, date]
    """The first signings that first-sign and N-day retention count: the first and last day of each period."""
    usual: bool
    """True where nothing is asked but what is published: the usual periods and gap."""

    @property
    def publication(self) -> Publication | None:
        """Return the publication of retention that can answer; None where it has to be counted from the cut."""
        return self.known.retention_of(self.shown) if self.usual and self.shown is not None else None

    def counted_from(self) -> date:
        """Return the day from which ended subscriptions are known: starts before it are left out."""
        return (starts_from(self.publication) if self.publication else known_from()) or FIRST_DAY

    def asked(self) -> Asked:
        """Return what is counted."""
        return Asked(self.as_of, self.basis, self.counted_from(), self.gap, self.first, self.n_day)


@kept(but=("population", "against", "since", "until", "gap"))
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
    question = question_of(as_of, node, basis, since, until, gap, version)
    scope = slice_of(question.tree, unit, tier, channel)
    if population is None and against is None:
        for answer in _stored(question, [Place(scope, scope)], values=values):
            return answer
    populations = {name: ids for name, ids in ((POPULATION, population), (AGAINST, against)) if ids is not None}
    places = [Place(scope, scope, POPULATION if population is not None else "")]
    if against is not None:
        places.append(Place(scope, scope, AGAINST))
    found = _answers(question, places, populations, values=values)
    if against is None:
        return found[0]
    other = found[1].survival
    return replace(found[0], against=other, logrank=logrank(found[0].survival.lengths, other.lengths))


@kept(but=("since", "until", "gap"))
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
    question = question_of(as_of, node, basis, since, until, gap, version)
    scope = slice_of(question.tree, unit, tier, channel)
    slices = slices_by(by, scope, question.tree)
    places = [Place(part, scope) for part in slices]
    return tuple(_stored(question, places, values=values) or _answers(question, places, {}, values=values))


@kept()
def league(
    *,
    by: str,
    as_of: date | None = None,
    node: str = "matrix",
    basis: Basis = Basis.SIGNED,
    unit: str | None = None,
    tier: str | None = None,
    channel: str | None = None,
    version: int | None = None,
    structure: Structure = Structure.WAS,
) -> tuple[Standing, ...]:
    """Return how the slices of a breakdown stand beside each other: what `retention_by` tells, without the curves.

    `structure` tells whether a unit was on the day of a first signing what it was then, or what it is on the as-of day.
    Raises NotPublished, UnknownScope.
    """
    question = question_of(as_of, node, basis, None, None, GAP, version)
    scope = slice_of(question.tree, unit, tier, channel, question.as_of if structure is Structure.NOW else None)
    places = [Place(part, scope) for part in slices_by(by, scope, question.tree)]
    publication = question.publication
    if publication is None:
        return tuple(_short(one) for one in _answers(question, places, {}, values=False))
    with stored.opened(publication, places) as connection:
        asked, source = question.asked(), _stretches(publication, question)
        tenure.count(connection, asked, source, [LONG_DAYS])
        found, curves = tenure.counted(connection, lengths=False), tenure.medians(connection)
    return tuple(
        _standing(question, place.part, found.get(key, Counts()), curves.get(key, NO_CURVE))
        for key, place in enumerate(places)
    )


def question_of(
    as_of: date | None, node: str, basis: Basis, since: date | None, until: date | None, gap: int, version: int | None
) -> Question:
    """Return what is asked of a node on a day. Raises NotPublished, UnknownScope."""
    usual = since is None and until is None and gap == GAP
    known, shown = _publication(as_of, version)
    day = as_of or known.at(None).as_of
    (name,) = named(node_names(), node)
    named_period = None if since is None and until is None else (since or FIRST_DAY, min(until or day, day))
    six_months = six_months_before(day) + timedelta(days=1), day
    periods = (named_period or six_months, named_period or (FIRST_DAY, LAST_DAY))
    return Question(day, known, shown, name.code, name.number, unit_tree(day), basis, gap, *periods, usual)


def _publication(day: date | None, version: int | None) -> tuple[Timeline, Publication | None]:
    """Return the publication of a day whose cut is read, None where the day has none, and what stood then.

    Raises NotPublished.
    """
    try:
        return opened(day, version)
    except NotPublished:
        if version is not None or day is None:
            raise
        return timeline(), None


def _stretches(publication: Publication, question: Question) -> tenure.Source:
    return stored.stretches(publication, question.basis, question.number)


def _stored(question: Question, places: Sequence[Place], *, values: bool) -> list[Retention]:
    """Return the published retention in each place; nothing where it is not published, and has to be counted."""
    publication = question.publication
    if publication is None or (values and question.basis is not Basis.SIGNED):
        return []
    asked, ends = question.asked(), stored.month_ends(publication)
    answers = []
    with stored.opened(publication, places) as connection:
        tenure.count(connection, asked, _stretches(publication, question))
        tenure.count_cohorts(connection, asked, ends)
        found = tenure.counted(connection)
        for key, place in enumerate(places):
            worth: tuple[tenure.Worth, Sequence[date]] | None = {}, ()
            if values:
                worth = stored.worth(connection, publication, place.part, question.number, question.as_of)
            if worth is None:
                return []
            calendar = Calendar(ends, worth[1])
            answers.append(_answer(question, place.part, found.get(key, Counts()), calendar, worth[0]))
    return answers


def _answers(
    question: Question, places: Sequence[Place], populations: dict[str, Collection[int]], *, values: bool
) -> list[Retention]:
    """Return the retention in each place, counted from the cut of the day or from what is known now."""
    days = valued_days(question.known, question.as_of) if values else []
    with counting(question, places, populations) as (connection, ends):
        if days:
            measure_asked(connection, days, set(ends))
        found, worth = tenure.counted(connection), worth_of(connection, "cohort_worth") if days else {}
    calendar = Calendar(ends, {one.day for one in days}.intersection(ends))
    return [
        _answer(question, place.part, found.get(key, Counts()), calendar, worth.get(key))
        for key, place in enumerate(places)
    ]


@contextmanager
def counting(
    question: Question, places: Sequence[Place], populations: dict[str, Collection[int]]
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Sequence[date]]]:
    """Open a connection in which the cut of the day, or what is known now, was counted; give the month ends as well."""
    cut, known, publication = question.shown.cut if question.shown else None, question.known, question.publication
    asked = question.asked()
    with connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR)) as connection:
        load(connection, cut, settings.FACTS_DIR, "intervals", "placements", "edges", "nodes")
        connection.execute(f"DELETE FROM nodes WHERE node <> {question.number}")
        tiered = any(place.part.tier is not None for place in places)
        tiers = graded(connection, known, question.as_of) if tiered else tenure.NO_TIERS
        tenure.find_stretches(connection, question.basis, question.gap, tiers)
        ask_slices(connection, places)
        people = [(name, one) for name, ids in populations.items() for one in set(ids)]
        table_from_rows(connection, "people", {"population": TEXT, "client_id": LONG}, people)
        tenure.count(connection, asked, tenure.CHOSEN)
        ends = (
            stored.month_ends(publication)
            if publication
            else month_ends_of(connection, asked.known_from, question.as_of)
        )
        tenure.count_cohorts(connection, asked, ends)
        yield connection, ends


def _first_sign(question: Question, found: Counts) -> FirstSign:
    seen = found.n_day.get(LONG_DAYS, (0, 0, 0))
    return FirstSign(*question.first, found.first_clients, found.first_retained, found.first_days, seen[0], seen[1])


def _short(one: Retention) -> Standing:
    curve = one.survival
    return Standing(
        one.as_of, one.node, one.basis, one.first_sign, Middle(curve.spells, curve.ends, curve.median_days),
        one.unit, one.tier, one.channel, one.version,
    )  # fmt: skip


def _standing(question: Question, part: Slice, found: Counts, curve: Middle) -> Standing:
    return Standing(
        question.as_of, question.node, question.basis, _first_sign(question, found), curve,
        part.unit.code, part.tier, part.channel, _version(question),
    )  # fmt: skip


def _version(question: Question) -> int | None:
    return question.shown.version if question.shown else None


def _answer(
    question: Question, part: Slice, found: Counts, calendar: Calendar, worth: tenure.Worth | None
) -> Retention:
    return Retention(
        as_of=question.as_of,
        node=question.node,
        basis=question.basis,
        first_sign=_first_sign(question, found),
        n_day=tuple(NDay(days, *found.n_day.get(days, (0, 0, 0))) for days in N_DAYS),
        cohorts=tuple(cohorts(found, calendar, question.as_of, worth)),
        survival=survival(found.lengths),
        unit=part.unit.code,
        tier=part.tier,
        channel=part.channel,
        version=_version(question),
    )

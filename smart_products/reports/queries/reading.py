"""The figures of one report, read from published cells of one unit and of nothing outside it.

Owns which days a report compares and the proof that every row lies at or below its unit. Never writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from itertools import pairwise

from accounts.models import Unit
from accounts.queries import UnitNode, unit_tree
from accounts.scoping import reaches
from core.calendar import CalendarGap, next_trading_day
from core.reading import one_answer
from smart_products.reports.figures import Figures, Place, Ranked, Source, Span, Tenure
from smart_products.reports.states import Frequency
from smart_products.statistics.figures import MatrixRow
from smart_products.statistics.queries import Matrix, fact_days, matrix, retention, usual_start


class BeyondUnit(RuntimeError):
    """A figure of a report came from outside its unit: nothing is kept."""


class NothingToReport(LookupError):
    """The day is not published, or the unit did not stand in the organisation on it."""


def _group(frequency: Frequency, day: date) -> tuple[int, ...]:
    """Return what a day shares with the others of its report: itself, its week or its month."""
    if frequency is Frequency.MONTHLY:
        return day.year, day.month
    return day.isocalendar()[:2] if frequency is Frequency.WEEKLY else (day.toordinal(),)


def period_ends(frequency: Frequency, days: Sequence[date] | None = None) -> list[date]:
    """Return the published days at which such a report is due, ascending.

    The last trading day of each week or month; one that is not over, or of which the calendar does not tell whether it
    is, has none.
    """
    known = fact_days() if days is None else days
    if frequency is Frequency.DAILY or not known:
        return list(known)
    ends = [day for day, after in pairwise(known) if _group(frequency, day) != _group(frequency, after)]
    with suppress(CalendarGap):
        if _group(frequency, next_trading_day(known[-1])) != _group(frequency, known[-1]):
            ends.append(known[-1])
    return ends


def figures_of(*, unit: Unit, frequency: Frequency, as_of: date) -> Figures:
    """Return the figures of a unit for a day, each from the day's current publication.

    Raises NothingToReport, BeyondUnit, and what statistics raise for a day that is not published.
    """
    with one_answer():
        days = [day for day in fact_days() if day <= as_of]
        tree = unit_tree(as_of)
        node = next((one for one in tree if one.id == unit.pk), None)
        if node is None or as_of not in days:
            raise NothingToReport(f"{unit.code} on {as_of}")
        earlier = [day for day in days if _group(frequency, day) != _group(frequency, as_of)]
        inside = {one.code: one for one in tree if reaches([unit.path], one.path)}
        first = matrix(as_of=as_of, since=earlier[-1] if earlier else None, unit=node.code, by="unit")
        first_day = usual_start(days, as_of)
        year = matrix(as_of=as_of, since=first_day, unit=node.code, by="unit", version=first.publication.version)
        return Figures(
            frequency=frequency.value,
            place=_place(node),
            as_of=as_of,
            period=_span(first, node, inside),
            year=_span(year, node, inside),
            line=year.line,
            tenure=_tenure(as_of, node.code, first.publication.version),
            source=_source(first),
            yearly=first_day is None,
        )


def _place(node: UnitNode) -> Place:
    return Place(node.code, node.level, node.name, node.name_en)


def _span(found: Matrix, node: UnitNode, inside: Mapping[str, UnitNode]) -> Span:
    """Return the rows of a matrix; a unit that stands elsewhere today is not named."""
    if {row.unit for row in found.rows} != {node.code}:
        raise BeyondUnit(node.code)
    units = tuple(Ranked(_place(inside[row.unit]), row) for row in found.slices if row.unit in inside and _told(row))
    return Span(found.since, found.rows, found.overlap, units, found.warnings)


def _told(row: MatrixRow) -> bool:
    """Tell whether a unit has anything to tell: one closed long ago has not."""
    return bool(row.clients.on_books or row.assets.now or row.assets.before or row.clients.lapsed)


def _tenure(as_of: date, unit: str, version: int) -> Tenure:
    found = retention(as_of=as_of, unit=unit, version=version, values=False)
    if found.unit != unit:
        raise BeyondUnit(unit)
    curve = found.survival
    return Tenure(found.cohorts, found.n_day, curve.spells, curve.ends, curve.median_days)


def _source(found: Matrix) -> Source:
    view = found.publication
    return Source(view.version, view.published_at, view.published_by, view.cut.digest, view.cut.recorded_until)

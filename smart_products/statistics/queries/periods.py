"""Periods and versions: which publications together describe the time from one day to another.

Owns the year-on-year day, the cover of a period by whole months and single days, and what was current when a version
was published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from core.reading import remembered
from smart_products.holdings.queries import DayFactsView, facts_views
from smart_products.statistics.engine import FIRST_DAY
from smart_products.statistics.models import Grain, Publication
from smart_products.statistics.months import year_before
from smart_products.statistics.queries.answers import CutView, NotPublished, PublicationView

STRETCHES, KNOWN_FROM = "stretches", "known_from"
"""What a publication of retention names: the file of stretches of each basis, the first day whose starts count."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Published days and months in one state of knowledge, ascending by day."""

    days: Sequence[Publication]
    months: Sequence[Publication]
    retention: Sequence[Publication] = ()

    def on_or_before(self, day: date) -> Publication | None:
        """Return the publication of the last fact day on or before a day."""
        return next((row for row in reversed(self.days) if row.as_of <= day), None)

    def at(self, day: date | None) -> Publication:
        """Return the publication of exactly this day, or of the last one. Raises NotPublished."""
        last = self.days[-1] if self.days else None
        found = last if day is None else next((row for row in self.days if row.as_of == day), None)
        if found is None:
            raise NotPublished(day, last.as_of if last else None)
        return found

    def start(self, since: date, now: Publication) -> Publication:
        """Return the publication of the day from which a period up to `now` counts. Raises NotPublished."""
        if since >= now.as_of:
            raise NotPublished(since, now.as_of)
        return self.at(since)

    def usual_start(self, now: Publication) -> Publication:
        """Return the publication from which a period up to `now` counts unless another is named: that of the day a
        year before, or of the first fact day of all.
        """
        return self.on_or_before(year_before(now.as_of)) or self.days[0]

    def days_until(self, day: date) -> list[Publication]:
        """Return the publications of the fact days up to a day."""
        return [row for row in self.days if row.as_of <= day]

    def cover(self, since: date, until: date) -> list[Publication]:
        """Return the fewest publications whose terms add up to the time after `since` up to `until`."""
        whole = [row for row in self.months if row.before is not None and row.before >= since and row.as_of <= until]
        covered = {(row.as_of.year, row.as_of.month) for row in whole}
        single = [
            row for row in self.days if since < row.as_of <= until and (row.as_of.year, row.as_of.month) not in covered
        ]
        return [*whole, *single]

    def days_between(self, since: date, until: date) -> int:
        """Return how many fact days lie after `since` up to `until`."""
        return sum(since < row.as_of <= until for row in self.days)

    def retention_of(self, shown: Publication) -> Publication | None:
        """Return the publication of retention that knew what a day's publication knew; None where there is none.

        The current days are told by the newest one, which knows all of them. An earlier version is told by the one of
        its own data cut (`timeline`).
        """
        found = self.retention[-1] if self.retention else None
        return found if found is not None and found.as_of >= shown.as_of and STRETCHES in found.files else None

    def month_ends(self, until: date, count: int) -> list[Publication]:
        """Return the last fact day of each month up to `until`, the newest `count`, ascending."""
        ends = {(row.as_of.year, row.as_of.month): row for row in self.days if row.as_of <= until}
        return list(ends.values())[-count:]


def starts_from(publication: Publication) -> date:
    """Return the day from which starts count for a publication of retention."""
    text: str | None = publication.files[KNOWN_FROM]
    return date.fromisoformat(text) if text else FIRST_DAY


@remembered
def timeline(shown: Publication | None = None) -> Timeline:
    """Return what is published: the current state, or as it stood when `shown` was published.

    A close stamps all that it publishes with one time; of a day it was `shown` itself that stood, whatever came since.
    Retention is that of the same data cut, which may have been published later.
    """
    return _standing(_published().filter(Q(is_current=True) if shown is None else _known_to(shown)), shown)


def timelines(shown: Sequence[Publication]) -> list[Timeline]:
    """Return what `timeline` answers for each of these, from one read."""
    wanted = reduce(or_, (_known_to(one) for one in shown))
    rows = list(_published().filter(wanted))
    return [_standing(rows, one) for one in shown]


def _known_to(shown: Publication) -> Q:
    """Return the condition that a publication stood with this one, or is the retention of its data cut."""
    return Q(published_at__lte=shown.published_at) | Q(grain=Grain.RETENTION, cut=shown.cut_id)


def _published() -> QuerySet[Publication]:
    return Publication.objects.select_related("cut").defer("inputs").order_by("as_of", "version")


def _standing(rows: Iterable[Publication], shown: Publication | None) -> Timeline:
    """Return those of the publications, ascending by version, that stood when `shown` was published, or stand now."""
    latest = {(row.grain, row.as_of): row for row in rows if _stood(row, shown)}
    if shown is not None:
        latest[shown.grain, shown.as_of] = shown
    days, months, retention = (
        [row for (found, _), row in latest.items() if found == grain]
        for grain in (Grain.DAY, Grain.MONTH, Grain.RETENTION)
    )
    return Timeline(days, months, retention)


def _stood(row: Publication, shown: Publication | None) -> bool:
    if shown is None:
        return row.is_current
    return row.cut_id == shown.cut_id if row.grain == Grain.RETENTION else row.published_at <= shown.published_at


def opened(as_of: date | None, version: int | None) -> tuple[Timeline, Publication]:
    """Return the publication of a day (the last) in a version (the current), and what was published when it stood.

    Raises NotPublished.
    """
    known = timeline()
    if version is None:
        return known, known.at(as_of)
    rows = versions(as_of or known.at(None).as_of)
    shown = next((row for row in rows if row.version == version), None)
    if shown is None:
        raise NotPublished(as_of, known.days[-1].as_of if known.days else None)
    return (known, known.at(shown.as_of)) if shown.is_current else (timeline(shown), shown)


def fact_days() -> list[date]:
    """Return the published fact days, ascending."""
    return [row.as_of for row in timeline().days]


@remembered
def latest_day() -> date | None:
    """Return the last published fact day."""
    days = Publication.objects.filter(grain=Grain.DAY, is_current=True).order_by("-as_of")
    found: date | None = days.values_list("as_of", flat=True).first()
    return found


def last_published() -> Publication | None:
    """Return the current publication of the last published fact day."""
    return Publication.objects.filter(grain=Grain.DAY, is_current=True).order_by("-as_of").first()


@remembered
def versions(day: date) -> list[Publication]:
    """Return the publications of a day in all versions, with their cuts, newest first."""
    return list(Publication.objects.filter(grain=Grain.DAY, as_of=day).select_related("cut").order_by("-version"))


@remembered
def versions_of(day: date) -> list[PublicationView]:
    """Return the versions of a day, newest first."""
    return publication_views(versions(day))


def publications(limit: int = 100) -> list[PublicationView]:
    """Return the newest publications of days, newest first."""
    rows = Publication.objects.filter(grain=Grain.DAY).select_related("cut").order_by("-published_at", "-as_of")
    return publication_views(list(rows[:limit]))


def publication_views(rows: Sequence[Publication]) -> list[PublicationView]:
    """Return publications with their cuts and the deliveries behind their facts."""
    known = facts_views({file for row in rows for file in row.files.get("facts", {}).values()})
    return [publication_view(row, known) for row in rows]


def publication_view(row: Publication, known: Mapping[str, DayFactsView]) -> PublicationView:
    """Return a publication with its cut and those of the deliveries `known` by file that its facts came from."""
    files = row.files.get("facts", {})
    facts = tuple(known[file] for _, file in sorted(files.items()) if file in known)
    cut = CutView(row.cut.digest, row.cut.created_at, row.cut.recorded_until, facts)
    return PublicationView(row.as_of, row.version, row.published_at, row.published_by, row.is_current, cut)

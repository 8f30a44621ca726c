"""The choices of the filter bar: days with facts, days to compare with, units, tiers, channels.

Lists what can be chosen and marks what is; every list keeps the present choice, so that an address
never lies.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.filters import Filters
from backoffice.scope import Scope
from screens import formats


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a list."""

    value: str
    text: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under a heading."""

    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way down; the last one is where the reader stands."""

    name: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """The filter bar."""

    days: tuple[Group, ...]
    since: tuple[Group, ...]
    crumbs: tuple[Crumb, ...]
    units: tuple[Option, ...]
    tiers: tuple[Option, ...]
    channels: tuple[Option, ...]
    summary: tuple[str, str]
    """Two lines for a narrow screen."""
    bases: tuple[Option, ...] = ()
    """Which signings count; for retention alone."""


def bases(chosen: str) -> tuple[Option, ...]:
    """Return the two bases of retention."""
    return Option("", _("Signed"), not chosen), Option("confirmed", _("Confirmed"), chosen == "confirmed")


def anniversary(day: date) -> date:
    """Return the same calendar day one year earlier, 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def on_or_before(days: Sequence[date], day: date) -> date | None:
    """Return the last of the ascending days that is not after the given one."""
    place = bisect_right(days, day)
    return days[place - 1] if place else None


def day_groups(days: Sequence[date], chosen: date | None, language: str) -> tuple[Group, ...]:
    """Return the days, latest first, under their months."""
    groups = []
    for name, members in groupby(sorted(days, reverse=True), key=formats.month):
        options = tuple(
            Option(day.isoformat(), formats.day_with_weekday(day, language), day == chosen) for day in members
        )
        groups.append(Group(name, options))
    return tuple(groups)


def month_ends(days: Sequence[date]) -> list[date]:
    """Return the last of the ascending days in each month."""
    return [list(members)[-1] for _month, members in groupby(days, key=formats.month)]


def since_groups(days: Sequence[date], as_of: date, since: date | None, language: str) -> tuple[Group, ...]:
    """Return the days one can compare with: one year earlier first, then common ones, then month ends."""
    earlier = [day for day in days if day < as_of]
    year = on_or_before(earlier, anniversary(as_of))
    first = _("no earlier day")
    if year:
        first = _("%(day)s (one year earlier)") % {"day": formats.day_with_weekday(year, language)}
    elif earlier:
        first = _("%(day)s (first day)") % {"day": formats.day_with_weekday(earlier[0], language)}
    common = [Option("", first, since is None)]
    named = (
        (_("%(day)s (day before)"), on_or_before(earlier, as_of - timedelta(days=1))),
        (_("%(day)s (end of last month)"), on_or_before(earlier, as_of.replace(day=1) - timedelta(days=1))),
        (
            _("%(day)s (end of last year)"),
            on_or_before(earlier, as_of.replace(month=1, day=1) - timedelta(days=1)),
        ),
    )
    seen: set[date] = {year} if year else set()
    for text, day in named:
        if day and day not in seen:
            seen.add(day)
            written = formats.day_with_weekday(day, language)
            common.append(Option(day.isoformat(), text % {"day": written}, day == since))
    if since and since not in seen:
        common.append(Option(since.isoformat(), formats.day_with_weekday(since, language), True))
        seen.add(since)
    rest = [day for day in reversed(month_ends(earlier)) if day not in seen]
    ends = tuple(Option(day.isoformat(), formats.day_with_weekday(day, language)) for day in rest)
    groups = [Group(_("Often used"), tuple(common))]
    return tuple([*groups, Group(_("Month ends"), ends)] if ends else groups)


def crumbs(scope: Scope, filters: Filters) -> tuple[Crumb, ...]:
    """Return the way from the highest visible unit to the chosen one."""
    last = scope.path[-1]
    return tuple(Crumb(place.name, filters.address(unit=place.code, by=""), place is last) for place in scope.path)


def unit_options(scope: Scope) -> tuple[Option, ...]:
    """Return the units right below, headed by the chosen unit as a whole; empty for a unit without any."""
    if not scope.children:
        return ()
    count = len(scope.children)
    if scope.child_level == "branch":
        whole = ngettext("all %(count)s branch company", "all %(count)s branch companies", count)
    else:
        whole = ngettext("all %(count)s outlet", "all %(count)s outlets", count)
    head = Option(scope.unit.code, whole % {"count": count}, True)
    return (head, *(Option(place.code, place.name) for place in scope.children))


def named_options(names: Mapping[str, str], chosen: str | None, everything: str) -> tuple[Option, ...]:
    """Return a list that starts with `everything`."""
    return (
        Option("", everything, not chosen),
        *(Option(code, name, code == chosen) for code, name in names.items()),
    )


def choices(
    days: Sequence[date],
    scope: Scope,
    filters: Filters,
    *,
    as_of: date,
    since: date | None,
    tiers: Mapping[str, str],
    channels: Mapping[str, str],
    language: str,
) -> Choices:
    """Return the filter bar for a page about `as_of` compared with `since`; `days` are ascending."""
    compared = as_of.isoformat()
    if since is not None:
        compared = _("%(day)s against %(since)s") % {"day": compared, "since": since.isoformat()}
    slices = [
        tiers.get(filters.tier or "", _("all tiers")),
        channels.get(filters.channel or "", _("all channels")),
    ]
    return Choices(
        days=day_groups(days, as_of, language),
        since=since_groups(days, as_of, filters.since, language),
        crumbs=crumbs(scope, filters),
        units=unit_options(scope),
        tiers=named_options(tiers, filters.tier, _("All tiers")),
        channels=named_options(channels, filters.channel, _("All channels")),
        summary=(compared, " · ".join([scope.unit.name, *slices])),
    )

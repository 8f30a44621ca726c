"""What an address asks for, read once for all pages of figures: the choices, and what the reader may see of them.

What can not be shown becomes a page in words: nothing published, a day without a publication, no role. What may not be
seen does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from accounts.queries import visible_units
from backoffice import filters as addresses
from backoffice import states
from backoffice.filters import BadAddress, Filters
from backoffice.pages import channels, tiers
from backoffice.pages import choices as choosing
from backoffice.pages.matrix import Surroundings
from backoffice.queries import Reader
from backoffice.scope import NoUnits, UnknownUnit
from backoffice.scope import scope as scope_of
from backoffice.states import State
from smart_products.statistics import queries
from smart_products.statistics.queries import NotPublished
from smart_products.statistics.tiers import TIERS


@dataclass(frozen=True, slots=True)
class Asked:
    """The choices of an address, with the day and the start that they come to, and what surrounds them."""

    chosen: Filters
    around: Surroundings

    @property
    def as_of(self) -> date:
        """Return the day of the page."""
        return self.chosen.as_of or self.around.days[-1]

    @property
    def unit(self) -> str:
        """Return the code of the unit: the chosen one, or the highest that the reader sees."""
        return self.around.scope.unit.code


@dataclass(frozen=True, slots=True)
class Missing:
    """A page in words, for what can not be shown."""

    chosen: Filters
    state: State
    status: int
    around: Surroundings | None = None


def asked(request: HttpRequest, person: Reader) -> Asked | Missing:
    """Return what the address asks for; raise Http404 for what can not be read or seen."""
    try:
        chosen = addresses.read(request.GET)
    except BadAddress as problem:
        raise Http404 from problem
    days = queries.fact_days()
    if not days:
        feeds = reverse("backoffice:feeds") if person.feeds else ""
        return Missing(chosen, states.nothing_published(feeds), 200)
    as_of, chosen = chosen.settled(days[-1])
    try:
        around = _around(request, days, as_of, chosen)
    except NoUnits:
        return Missing(chosen, states.no_role(), 403)
    except UnknownUnit as problem:
        raise Http404 from problem
    return Asked(_with_a_start(chosen, days), around)


def _around(request: HttpRequest, days: Sequence[date], as_of: date, chosen: Filters) -> Surroundings:
    language = translation.get_language() or ""
    known = on_a_known_day(days, as_of)
    units = visible_units(request.user, known)
    return Surroundings(
        days=days,
        scope=scope_of(units, chosen.unit, language),
        tiers=tiers.names(TIERS, language),
        channels=channels.names(queries.channels()),
        language=language,
        units=units,
    )


def on_a_known_day(days: Sequence[date], day: date) -> date:
    """Return the last day with facts up to the given one, or the first day of all: whose structure is
    shown.
    """
    return choosing.on_or_before(days, day) or days[0]


def _with_a_start(chosen: Filters, days: Sequence[date]) -> Filters:
    """Compare with the usual start unless another is chosen."""
    if chosen.since is not None:
        return chosen
    return replace(chosen, since=queries.usual_start(days, chosen.as_of or days[-1]))


def other_side(what: Asked) -> Asked | None:
    """Return what is compared with, in sight of the same reader; None without it. Raises Http404 as `asked` does."""
    try:
        chosen = what.chosen.other_side()
        if chosen is None:
            return None
        place = scope_of(what.around.units, chosen.unit, what.around.language)
    except (BadAddress, UnknownUnit) as problem:
        raise Http404 from problem
    return Asked(_with_a_start(chosen, what.around.days), replace(what.around, scope=place))


def not_published(what: Asked, problem: NotPublished, address: str) -> Missing:
    """Return the page for a day without a publication; `address` is that of the page without its choices."""
    chosen = what.chosen
    day = problem.day or what.as_of
    latest = chosen.as_of if day == chosen.since else problem.latest
    leads = address + chosen.address(as_of=latest, version=None, since=None)
    return Missing(chosen, states.not_published(day, latest, leads), 404, what.around)


def in_words(request: HttpRequest, answer: Missing, context: dict[str, object]) -> HttpResponse:
    """Draw the page in words; the context names its heading, its section and the address of its filters."""
    context |= {"state": answer.state, "filters": answer.chosen}
    if answer.around is not None:
        context["choices"] = _choices(answer.chosen, answer.around)
    return render(request, "backoffice/state.html", context, status=answer.status)


def _choices(chosen: Filters, around: Surroundings) -> choosing.Choices:
    return choosing.choices(
        around.days, around.scope, chosen,
        as_of=chosen.as_of or around.days[-1], since=None,
        tiers=around.tiers, channels=around.channels, language=around.language,
    )  # fmt: skip

"""The clients behind a figure of the matrix as a page: how many the figure counts, how many the reader sees, and why.

Takes the count and its clients from statistics and the rows that the reader may see. Decides nothing, asks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Client
from backoffice.filters import Filters
from backoffice.pages.matrix import Surroundings
from backoffice.pages.panels import Definitions, definitions
from backoffice.pages.product.head import Head, head, node_text, plain_frame, setting
from backoffice.pages.product.tenure import days_text
from screens import formats
from smart_products.signing.states import EndReason
from smart_products.statistics.queries import Behind, Money, Movement, Who

NAMES = {
    Who.RETAINED: gettext_lazy("Retained clients"),
    Who.FIRST_SIGN: gettext_lazy("First-sign retention"),
    Who.FIRST_TIME: gettext_lazy("First signings"),
    Who.REACTIVATED: gettext_lazy("Came back"),
    Who.LAPSED: gettext_lazy("Lapsed"),
    Who.COHORT: gettext_lazy("Cohort retention"),
    Who.N_DAY: gettext_lazy("N-day retention"),
    Who.AT_RISK: gettext_lazy("Tenure survival"),
    Who.SHARED: gettext_lazy("Shared clients"),
    Who.TRANSITIONS: gettext_lazy("Went to another product"),
    Who.STAYED: gettext_lazy("Stayed"),
    Who.LEFT: gettext_lazy("Left the product"),
    Who.SWITCHED_OUT: gettext_lazy("Switched to another product"),
    Who.KEPT_OTHERS: gettext_lazy("Kept only others"),
    Who.OUTSIDE: gettext_lazy("In no product any more"),
    Who.CAME: gettext_lazy("Came to the product"),
    Who.SWITCHED_IN: gettext_lazy("Switched from another product"),
    Who.ADDED: gettext_lazy("Added to what they had"),
    Who.FROM_OUTSIDE: gettext_lazy("Came from no product"),
}
TABS = (Who.RETAINED, Who.FIRST_SIGN, Who.FIRST_TIME, Who.REACTIVATED, Who.LAPSED)
"""The counts that every page leads to; the others belong to a cell of a chart."""
MONEY_NAMES = {
    Money.ASSETS: gettext_lazy("Signed assets"),
    Money.ENTERED: gettext_lazy("Entered"),
    Money.LEFT: gettext_lazy("Left"),
    Money.FLOW: gettext_lazy("Net inflow"),
    Money.MARKET: gettext_lazy("Market"),
    Money.MOVED: gettext_lazy("Moved between slices"),
}
METRICS = {
    Who.RETAINED: "retained_clients",
    Who.FIRST_SIGN: "first_sign_retention",
    Who.FIRST_TIME: "first_time_clients",
    Who.REACTIVATED: "reactivated_clients",
    Who.LAPSED: "lapsed_clients",
    Who.COHORT: "cohort_retention",
    Who.N_DAY: "n_day_retention",
    Who.AT_RISK: "tenure_survival",
}
"""The registry's names of those counts whose own is another."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A list of clients to choose, with how many it counts where that is known; `key` is its part of the address."""

    name: str
    key: str
    current: bool
    count: str = ""


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons to which a list can be narrowed, the most frequent first, under the heads of their table."""

    head: str
    count_head: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class BehindPage:
    """Everything the template draws beside the rows themselves."""

    head: Head
    name: str
    finding: str
    fewer: str
    """Why the list is shorter than the figure; empty where it is not."""
    counts: tuple[Choice, ...]
    reasons: Reasons | None
    """Why they lapsed, or why money entered or left; None for other figures."""
    definitions: Definitions


def page(found: Behind, seen: int, reason: str, filters: Filters, around: Surroundings) -> BehindPage:
    """Return the page of a count, of whose clients the reader sees some; `reason` narrows lapses to one."""
    frame = plain_frame(filters, around)
    top = head(frame, found.node, filters, around, found.publication, found.versions)
    shared = setting(frame, filters, around, top.title, found.publication, found.versions)
    name = _name(found, around.language)
    return BehindPage(
        head=top,
        name=name,
        finding=_finding(found),
        fewer=fewer(len(found.of(reason) if reason else found.clients), seen),
        counts=tabs(found.who),
        reasons=_reasons(found, reason) if found.who == Who.LAPSED else None,
        definitions=definitions(shared, None, found.who.value, name, "", (METRICS.get(found.who, found.who.value),)),
    )


def _name(found: Behind, language: str) -> str:
    """Return the name of the count, with the other product or the month and month end of its cell."""
    name = str(NAMES[found.who])
    if found.other is not None:
        return _("%(name)s: %(other)s") % {"name": name, "other": node_text(found.other, language)}
    if found.told.cell is not None:
        return _("%(name)s: %(other)s") % {"name": name, "other": formats.month(found.told.cell[0])}
    if found.days is not None:
        return _("%(name)s: %(other)s") % {"name": name, "other": days_text(found.days)}
    return name


def _finding(found: Behind) -> str:
    words = {"count": formats.heads(found.count), "day": found.as_of.isoformat(), "since": found.since.isoformat()}
    clients = {"clients": formats.heads(len(found.clients))}
    if found.told.cell is not None:
        told = {
            "month": formats.month(found.told.cell[0]),
            "retained": formats.heads(found.stayed),
            "day": found.told.cell[1],
        }
        text = _("Of %(count)s clients who signed first in %(month)s, %(retained)s are retained on %(day)s.")
        return text % {**words, **told}
    if found.days is not None:
        told = {"retained": formats.heads(found.stayed), "days": days_text(found.days)}
        if found.who == Who.AT_RISK:
            text = _("%(count)s signings lasted at least %(days)s; %(retained)s of them are in force on %(day)s.")
        else:
            text = _("Of %(count)s clients seen for %(days)s, %(retained)s were in force on the last of them.")
        return text % {**words, **told}
    if found.since == found.as_of:
        return _("The figure counts %(count)s clients on %(day)s.") % words
    if found.who not in TABS:
        return _("The figure counts %(count)s clients between %(since)s and %(day)s.") % words
    if found.who == Who.FIRST_SIGN:
        text = _("The figure counts %(count)s first signings after %(since)s up to %(day)s; %(retained)s are retained.")
        return text % {**words, "retained": formats.heads(found.stayed)}
    text = _("The figure counts %(count)s events after %(since)s up to %(day)s, of %(clients)s clients.")
    return text % {**words, **clients}


def tabs(current: StrEnum) -> tuple[Choice, ...]:
    """Return the counts and amounts whose clients can be listed, `current` among them."""
    counts = [*TABS, *(one for one in NAMES if one is current and one not in TABS)]
    every: list[tuple[StrEnum, Promise]] = [*((one, NAMES[one]) for one in counts), *MONEY_NAMES.items()]
    return tuple(Choice(str(name), one.value, one is current) for one, name in every)


def fewer(told: int, seen: int) -> str:
    """Say how many clients of a figure are not listed, since they are not in the reader's units today."""
    if seen >= told:
        return ""
    text = ngettext(
        "%(count)s client of the figure is not in your units today and is not listed.",
        "%(count)s clients of the figure are not in your units today and are not listed.",
        told - seen,
    )
    return text % {"count": formats.heads(told - seen)}


def _reasons(found: Behind, reason: str) -> Reasons:
    told = found.reasons.most_common()
    return Reasons(
        _("Reason of the end"),
        _("Lapses"),
        (
            Choice(_("All reasons"), "", not reason, formats.heads(found.count)),
            *(Choice(str(EndReason(one).label), one, one == reason, formats.heads(count)) for one, count in told),
        ),
    )


def notes(found: Behind, clients: Iterable[Client]) -> Mapping[int, str]:
    """Return what is said of each client in the list: the days of his movements with their reasons."""
    return {
        one.pk: " · ".join(_note(movement) for movement in found.movements(one.pk)) for one in clients if found.moves
    }


def _note(movement: Movement) -> str:
    day = movement.day.isoformat()
    if movement.reason:
        return f"{day} {EndReason(movement.reason).label}"
    if movement.retained is None:
        return day
    return f"{day} {_('retained') if movement.retained else _('not retained')}"


def file_name(found: Behind) -> str:
    """Return the name of the sheet, without its ending."""
    return f"{found.who}-{found.node.code}-{found.as_of.isoformat()}"

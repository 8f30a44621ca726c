"""Words of the pages of reports: lines of the list, the delivery log, plans with their recipients, refusals.

Pure words; what a report itself says stands in screens.report.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Unit, User
from backoffice.pages.terms.refusals import CONFLICT, FORBIDDEN, UNPROCESSABLE, Refusal
from core.actor import TwoPeopleNeeded
from screens import formats
from smart_products.reports.models import Recipient, Report, ReportDelivery, ReportPlan
from smart_products.reports.operations import BeyondReach, Listed, NotOnList, NotWaiting
from smart_products.reports.states import DeliveryState, Frequency, Language
from smart_products.reports.states import Refusal as Why


class Nobody(ValueError):
    """No login in use has this name."""


class NoAddress(ValueError):
    """What was posted as an address is none."""


REFUSED = (BeyondReach, Listed, Nobody, NoAddress, NotOnList, NotWaiting, TwoPeopleNeeded)

MARKS = {
    DeliveryState.SENT: "accepted",
    DeliveryState.REQUESTED: "received",
    DeliveryState.FAILED: "received",
    DeliveryState.REFUSED: "rejected",
    DeliveryState.PARKED: "rejected",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A report in a list."""

    public_id: UUID
    unit: str
    kind: str
    as_of: str
    since: str
    version: int
    revision: int
    language: str
    made: str
    sent: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A row of the delivery log."""

    public_id: UUID
    who: str
    address: str
    state: str
    mark: str
    reason: str
    asked: str
    sent: str
    number: int
    message: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Somebody on a list, or waiting for a second person."""

    public_id: UUID
    who: str
    address: str
    acts: tuple[str, ...]
    waits: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its list."""

    public_id: UUID
    unit: str
    kind: str
    language: str
    recipients: tuple[Listing, ...]


def unit_name(unit: Unit, language: str) -> str:
    """Return a unit's name in the reader's language."""
    return unit.name if formats.is_chinese(language) else unit.name_en or unit.name


def line(report: Report, language: str) -> Line:
    """Return a report as a line; how often it was sent stands on rows of the list alone."""
    plan = report.plan
    return Line(
        public_id=report.public_id,
        unit=unit_name(plan.unit, language),
        kind=str(Frequency(plan.frequency).label),
        as_of=formats.day_with_weekday(report.as_of, language),
        since=report.since.isoformat() if report.since else formats.DASH,
        version=report.version,
        revision=report.revision,
        language=str(Language(plan.language).label),
        made=formats.moment(report.rendered_at),
        sent=getattr(report, "sent", 0),
    )


def sent(one: ReportDelivery) -> Sent:
    """Return a row of the delivery log."""
    state = DeliveryState(one.state)
    return Sent(
        public_id=one.public_id,
        who=one.recipient.user.get_full_name() or one.recipient.user.get_username(),
        address=one.recipient.address or _("finds it here"),
        state=str(state.label),
        mark=MARKS[state],
        reason=str(Why(one.reason).label) if one.reason else one.error,
        asked=formats.moment(one.asked_at),
        sent=formats.moment(one.sent_at) if one.sent_at else formats.DASH,
        number=one.number,
        message=one.message_id,
    )


def plan(one: ReportPlan, reader: User, language: str) -> Plan:
    """Return a plan whose recipients were read beside it."""
    listed: list[Recipient] = getattr(one, "listed", [])
    return Plan(
        public_id=one.public_id,
        unit=unit_name(one.unit, language),
        kind=str(Frequency(one.frequency).label),
        language=str(Language(one.language).label),
        recipients=tuple(_listing(row, reader) for row in listed),
    )


def _listing(row: Recipient, reader: User) -> Listing:
    acts = []
    if row.set_up:
        acts.append(_("set up by the system"))
    for word, who, at in (
        (_("proposed by %(who)s, %(at)s"), row.proposed_by, row.proposed_at),
        (_("confirmed by %(who)s, %(at)s"), row.confirmed_by, row.confirmed_at),
    ):
        if who is not None and at is not None:
            acts.append(word % {"who": who.get_username(), "at": formats.moment(at)})
    return Listing(
        row.public_id, row.user.get_username(), row.address, tuple(acts), not row.in_force,
        row.proposed_by_id == reader.pk,
    )  # fmt: skip


def unclear() -> Refusal:
    """Return the refusal of what can not be read."""
    return Refusal(_("This can not be read"), _("Choose a unit, how often, and a language."), UNPROCESSABLE)


def refusal(problem: Exception) -> Refusal:
    """Return why an act was refused, in words."""
    title = _("Not done")
    if isinstance(problem, NotOnList):
        return Refusal(title, _("This person can not get these reports: %(why)s.") % {"why": problem.refusal.label},
                       UNPROCESSABLE)  # fmt: skip
    texts = {
        BeyondReach: (_("Reports of this unit are managed by others."), FORBIDDEN),
        TwoPeopleNeeded: (_("You proposed this: a colleague confirms it."), FORBIDDEN),
        Listed: (_("This person stands on the list, or waits for a second person, already."), CONFLICT),
        NotWaiting: (_("Nothing waits here any more."), CONFLICT),
        Nobody: (_("No login in use has this name."), UNPROCESSABLE),
        NoAddress: (_("This is no e-mail address."), UNPROCESSABLE),
    }
    text, status = texts[type(problem)]
    return Refusal(title, text, status)

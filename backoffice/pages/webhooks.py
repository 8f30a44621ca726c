"""Webhooks as they are drawn: how each stands, and what became of each event. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import WebhookAttempt, WebhookDelivery
from accounts.operations import BeyondReach, NotHeld, NotThere
from accounts.operations.pushing import UNREADABLE
from accounts.roles import MEANINGS, Area
from accounts.rules import PushState, Role
from accounts.scoping import grants
from backoffice.pages.terms.refusals import CONFLICT, FORBIDDEN, Refusal
from backoffice.pages.tokens import Held, held
from core.senders.webhooks import TARGET_REFUSED
from screens import formats
from screens.plain.events import KINDS

MOST = 100
"""Deliveries that a page lists."""
REFUSED = (BeyondReach, NotHeld, NotThere)
ERRORS = {
    TARGET_REFUSED: gettext_lazy("this address is not one to which anything is pushed"),
    UNREADABLE: gettext_lazy("the secret can not be read any more: make a new one"),
}
"""What went wrong before anything was sent; what the network says stays as it says it."""
VERDICTS = {
    PushState.WAITING: "running",
    PushState.DELIVERED: "accepted",
    PushState.PARKED: "rejected",
    PushState.PASSED_OVER: "superseded",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A webhook as it stands."""

    public_id: UUID
    name: str
    owner: str
    url: str
    scope: str
    kinds: str
    state: str
    verdict: str
    pushed: str
    former: str
    """Until when its former secret signs too; empty without one."""
    parked: int
    live: bool


@dataclass(frozen=True, slots=True)
class Try:
    """A try to hand an event over."""

    at: str
    came: str
    took: str


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """An event on its way."""

    public_id: UUID
    event: UUID
    what: str
    kind: str
    subject: str
    day: str
    state: str
    verdict: str
    due: str
    """When it is tried next; empty when it is not."""
    tries: tuple[Try, ...]
    again: bool
    pass_over: bool


def choices(people: Iterable[Any]) -> list[Held]:
    """Return the roles of these logins that read the log of events."""
    return held(one for person in people for one in grants(person) if Area.EVENTS in MEANINGS[Role(one.role)].areas)


def line(one: Any, at: datetime) -> Line:
    """Return a webhook as it stands at a time; `one` tells how many events wait and how many are parked."""
    state, verdict = _state(one, at)
    former = one.former_until is not None and one.former_until > at
    return Line(
        public_id=one.public_id,
        name=one.name,
        owner=one.user.get_full_name() or one.user.username,
        url=one.url,
        scope=_("%(role)s, %(unit)s") % {"role": Role(one.role).label, "unit": one.unit.code},
        kinds=_("every kind") if set(one.kinds) >= KINDS.keys() else _(", ").join(one.kinds),
        state=state,
        verdict=verdict,
        pushed=formats.moment(one.pushed_at) if one.pushed_at else _("never"),
        former=formats.moment(one.former_until) if former else "",
        parked=one.parked,
        live=one.revoked_at is None,
    )


def delivery(one: WebhookDelivery, live: bool) -> DeliveryLine:
    """Return an event on its way to a webhook, with its tries."""
    event, state = one.place.event, PushState(one.state)
    return DeliveryLine(
        public_id=one.public_id,
        event=event.public_id,
        what=str(KINDS[event.kind]),
        kind=event.kind,
        subject=f"{event.subject_kind} {event.subject_key}",
        day=event.business_date.isoformat(),
        state=str(state.label),
        verdict=VERDICTS[state],
        due=formats.moment(one.due_at) if state == PushState.WAITING and one.tries else "",
        tries=tuple(_try(each) for each in one.attempts.all()),
        again=live and state != PushState.WAITING,
        pass_over=live and state == PushState.PARKED,
    )


def refusal(problem: Exception) -> Refusal:
    """Return the words for what was refused."""
    texts: dict[type[Exception], tuple[str, int]] = {
        BeyondReach: (_("The unit is not one that you administer."), FORBIDDEN),
        NotHeld: (_("The role does not open all of these areas."), FORBIDDEN),
        NotThere: (_("It stands otherwise by now."), CONFLICT),
    }
    words, status = texts[type(problem)]
    return Refusal(_("Nothing was changed."), words, status)


def _state(one: Any, at: datetime) -> tuple[str, str]:
    if one.revoked_at is not None:
        return _("over"), "superseded"
    parts = []
    if one.parked:
        parts.append(_("%(count)s parked") % {"count": formats.heads(one.parked)})
    if one.waiting:
        parts.append(_("%(count)s waiting") % {"count": formats.heads(one.waiting)})
    if one.failures:
        text = ngettext("%(count)s try failed in a row", "%(count)s tries failed in a row", one.failures)
        parts.append(text % {"count": formats.heads(one.failures)})
    verdict = "rejected" if one.parked else "failed" if one.failures else "running" if one.waiting else "accepted"
    return " · ".join(parts) or _("all delivered"), verdict


def _try(one: WebhookAttempt) -> Try:
    came = f"HTTP {one.status}" if one.status is not None else str(ERRORS.get(one.error, one.error))
    return Try(formats.moment(one.at), came, f"{formats.heads(one.milliseconds)} ms")

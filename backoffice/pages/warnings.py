"""Warnings of deliveries and subscriptions set aside, as they are drawn: what, where, and who decided.

Takes what holdings and signing answered and puts it into words. Decides nothing; owns the table from errors to words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.pages.feeds import shorten, words_of
from backoffice.pages.terms.refusals import CONFLICT, UNPROCESSABLE, Refusal
from screens import formats
from smart_products.holdings.models import DeliveryWarning
from smart_products.holdings.operations import AlreadySigned, NoReason, UnknownWarning
from smart_products.holdings.queries import WarningState, WarningView, warning_view
from smart_products.signing.models import AsideChoice, SetAside
from smart_products.signing.operations import AlreadyDecided, LifeError
from smart_products.signing.states import IllegalMove

REFUSED = (AlreadySigned, NoReason, UnknownWarning)
UNDECIDED = (IllegalMove, LifeError)
MARKS = {"": "waiting", AsideChoice.CLEARED: "superseded"}


@dataclass(frozen=True, slots=True)
class WarningLine:
    """A warning as it is drawn; `signed` is empty while it is open."""

    public_id: UUID
    title: str
    explanation: str
    place: str
    value: str
    signed: str
    reason: str
    days: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class AsideLine:
    """A subscription of a feed beside the contract it overlaps."""

    source: str
    code: str
    client: str
    address: str
    product: str
    theirs: str
    ours: str
    mark: str
    state: str
    decided: str
    open: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One state of a list."""

    name: str
    address: str
    chosen: bool


def line(one: WarningView) -> WarningLine:
    """Return a warning in words."""
    title, explanation = words_of(one.rule)
    times = _("%(count)s times") % {"count": formats.heads(one.count)} if one.count > 1 else ""
    words = {"who": one.signed_by, "at": formats.moment(one.signed_at)} if one.signed_at else {}
    return WarningLine(
        public_id=one.public_id,
        title=title,
        explanation=explanation,
        place=" · ".join(part for part in (one.file, times) if part),
        value=shorten(one.detail),
        signed=_("Signed off by %(who)s, %(at)s") % words if words else "",
        reason=one.reason,
    )


def lines(rows: Iterable[DeliveryWarning]) -> list[WarningLine]:
    """Return warnings of many deliveries, each with the way to its own."""
    found = []
    for row in rows:
        one, of = line(warning_view(row)), row.delivery
        day = of.business_date.isoformat() if of.business_date else of.folder_name
        found.append(
            WarningLine(
                one.public_id, one.title, one.explanation, one.place, one.value, one.signed, one.reason,
                f"{day} · {of.source} #{of.sequence}", reverse("backoffice:delivery", args=(of.public_id,)),
            )
        )  # fmt: skip
    return found


def choices(here: str, state: str, kept: dict[str, str]) -> list[Choice]:
    """Return the states of the list with their addresses, the other choices kept."""
    names = {WarningState.OPEN.value: _("Open"), WarningState.SIGNED.value: _("Signed off"), "all": _("All")}
    return [
        Choice(name, f"{here}?{urlencode({**kept, 'state': value})}", value == state) for value, name in names.items()
    ]


def aside(row: SetAside, *, link: bool) -> AsideLine:
    """Return a subscription that was set aside; `link` tells whether the reader may open its client."""
    contract = row.contract
    when = formats.moment(row.decided_at) if row.decided_at else ""
    return AsideLine(
        source=row.source,
        code=row.code,
        client=row.client.code,
        address=reverse("backoffice:client", args=(row.client.public_id,)) if link else "",
        product=row.product.code,
        theirs=_days(row.start.isoformat(), row.end.isoformat() if row.end else ""),
        ours=f"{contract.number} · {contract.get_state_display()}",
        mark=MARKS.get(row.choice, "accepted"),
        state=row.get_choice_display() if row.choice else _("waits for a decision"),
        decided=f"{row.decided_by} · {when}" if when else "",
        open=not row.choice,
    )


def _days(start: str, end: str) -> str:
    if not end:
        return _("from %(start)s") % {"start": start}
    return _("from %(start)s until before %(end)s") % {"start": start, "end": end}


def refusal(problem: Exception) -> Refusal:
    """Return why a sign-off or a decision was refused."""
    texts = {
        AlreadySigned: (_("Somebody was faster."), _("One of these was signed off already; nothing was."), CONFLICT),
        NoReason: (_("The reason is missing."), _("Say in a sentence why this is well."), UNPROCESSABLE),
        UnknownWarning: (_("Nothing was chosen."), _("Choose the warnings that you sign off."), UNPROCESSABLE),
        AlreadyDecided: (
            _("Somebody was faster."), _("It was decided already, or the two no longer overlap."), CONFLICT,
        ),
    }  # fmt: skip
    stands = _("Theirs can not stand."), _("Ours has ended before, or another subscription overlaps it."), CONFLICT
    return Refusal(*texts.get(type(problem), stands))

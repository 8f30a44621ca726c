"""Contracts and subscriptions in a list: each with its client, where it stands, and the days that matter.

Takes rows that were narrowed to what the reader may see, and covers what he may not read. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.roles import Field
from backoffice.lists import FEED_STATES, Listing
from backoffice.pages.clients.card import dates, mark
from backoffice.pages.clients.listing import outlet_name
from screens import formats
from screens.fields import Shown, reading
from screens.signed import product_name
from screens.tables import Table
from smart_products.catalogue.queries import ProductView
from smart_products.signing.intervals import effective_end
from smart_products.signing.models import Contract, Rematch, RematchState, Subscription
from smart_products.signing.queries.worklists import MOST
from smart_products.signing.states import ContractState, EndReason

HEAD = ("number", "source", "client", "name", "outlet", "product", "state", "signed_on", "ended_on", "end_reason")


@dataclass(frozen=True, slots=True)
class Line:
    """A contract or subscription in a list."""

    number: str
    source: str
    client: str
    name: Shown
    outlet: str
    product: str
    product_code: str
    state: str
    mark: str
    dates: tuple[str, ...]
    start: date | None
    ended: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many stand in a state, and where they are listed."""

    words: str
    count: str
    address: str
    chosen: bool


def contracts(
    found: Iterable[Contract],
    products: Mapping[int, ProductView],
    user: Any,
    language: str,
    asked: Mapping[int, Rematch] | None = None,
) -> list[Line]:
    """Return contracts as lines; with the open question of each where it is the list of those."""
    name = reading(user, Field.NAME)
    return [
        Line(
            number=one.number,
            source="here",
            client=one.client.code,
            name=name(one.client),
            outlet=outlet_name(one.client.outlet, language),
            product=product_name(products.get(one.product_id), language),
            product_code=products[one.product_id].code if one.product_id in products else "",
            state=str(ContractState(one.state).label),
            mark=mark(ContractState(one.state)),
            dates=(*_question((asked or {}).get(one.pk)), *dates(one)),
            start=one.signed_on,
            ended=one.ended_on,
            reason=str(one.end_reason) if one.end_reason is not None else "",
        )
        for one in found
    ]


def _question(asked: Rematch | None) -> tuple[str, ...]:
    """Return what a client is asked, and until when."""
    if asked is None:
        return ()
    until = _("to confirm until %(day)s") % {"day": asked.confirm_until.isoformat()}
    return str(RematchState(asked.state).label), until


def subscriptions(
    found: Iterable[Subscription], products: Mapping[int, ProductView], on: date, user: Any, language: str
) -> list[Line]:
    """Return what feeds told as lines, each with the end that really holds."""
    name = reading(user, Field.NAME)
    return [_subscription(one, name(one.client), products, on, language) for one in found]


def _subscription(one: Subscription, name: Shown, products: Mapping[int, ProductView], on: date, language: str) -> Line:
    ended = effective_end(one.start, one.end, one.account.closed_on, one.product.retired_on)
    over = ended is not None and ended <= on
    reason = str(EndReason(one.end_reason).label) if one.end_reason and ended == one.end else ""
    days = [_("since %(day)s") % {"day": one.start.isoformat()}]
    if ended is not None:
        days.append((_("ended %(day)s") if over else _("ends %(day)s")) % {"day": ended.isoformat()})
    return Line(
        number=one.code,
        source=one.source,
        client=one.client.code,
        name=name,
        outlet=outlet_name(one.client.outlet, language),
        product=product_name(products.get(one.product_id), language),
        product_code=one.product.code,
        state=_("ended") if over else _("in force"),
        mark="superseded" if over else "accepted",
        dates=(*days, *((reason,) if reason else ())),
        start=one.start,
        ended=ended,
        reason=reason,
    )


def state_counts(found: Mapping[ContractState, int], chosen: Listing) -> tuple[Count, ...]:
    """Return the states that contracts stand in, and how many in each."""
    return tuple(
        Count(str(state.label), formats.heads(count), chosen.address(state=state), chosen.state == state)
        for state, count in found.items()
    )


def feed_counts(counted: Sequence[int], chosen: Listing) -> tuple[Count, ...]:
    """Return how many subscriptions of feeds run, and how many have ended; a count stops where it is long enough."""
    words = {"in_force": _("in force"), "ended": _("ended")}
    return tuple(
        Count(words[name], _many(count), chosen.address(state=name), chosen.state == name)
        for name, count in zip(FEED_STATES, counted, strict=True)
    )


def _many(count: int) -> str:
    return formats.heads(count) if count <= MOST else _("more than %(count)s") % {"count": formats.heads(MOST)}


def table(lines: Iterable[Line]) -> Table:
    """Return lines as a table to keep; a name is covered there as it is in the list."""
    rows = [
        (
            one.number, one.source, one.client, one.name.text, one.outlet, one.product_code, one.state,
            one.start, one.ended, one.reason,
        )
        for one in lines
    ]  # fmt: skip
    return Table(HEAD, rows)

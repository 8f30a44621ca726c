"""One client in facts: who he is as far as the reader may read it, what he agreed to, what he signed and how it stands.

Turns answers of the domain into text. Amounts are those that the client himself reads in the portal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.queries import ClientCard, ConsentView
from accounts.roles import Field
from accounts.rules import InvestorClass
from backoffice.pages.clients.listing import outlet_name
from screens import formats
from screens.fields import Shown, shown
from screens.signed import product_name
from smart_products.catalogue.queries import ProductView
from smart_products.signing.models import Contract
from smart_products.signing.states import ENDED, MOVES, SIGNED, ContractState
from smart_products.suitability.rules import Standing


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact with its name, and what belongs to it."""

    term: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """The head of a client's page and the facts below it."""

    name: Shown
    contacts: tuple[tuple[str, Shown], ...]
    facts: tuple[Fact, ...]
    accounts: tuple[Fact, ...]
    consents: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A contract as it stands, and what it can come to next."""

    number: str
    name: str
    state: str
    mark: str
    dates: tuple[str, ...]
    next: tuple[str, ...]


def card(
    found: ClientCard, standing: Standing | None, user: Any, on: date, language: str, asked: Collection[str]
) -> Card:
    """Return a client's card; `asked` are the covered fields that were just asked for."""
    client = found.client
    contacts = ((_("Mobile"), Field.MOBILE), (_("E-mail"), Field.EMAIL))
    return Card(
        name=shown(client, Field.NAME, user, asked),
        contacts=tuple((term, shown(client, field, user, asked)) for term, field in contacts),
        facts=(
            Fact(_("Outlet"), outlet_name(client.outlet, language)),
            _risk(standing, on),
            Fact(_("Investor"), str(InvestorClass(standing.investor_class).label) if standing else formats.DASH),
            Fact(_("Client since"), client.opened_on.isoformat() if client.opened_on else formats.DASH),
            Fact(_("Channel"), client.channel or formats.DASH),
        ),
        accounts=tuple(
            Fact(one.code, one.opened_on.isoformat() if one.opened_on else "", _closed(one.closed_on))
            for one in found.accounts
        ),
        consents=tuple(
            Fact(
                str(one.purpose.label),
                _said(one),
                formats.moment(at) if (at := one.withdrawn_at or one.given_at) else "",
            )
            for one in found.consents
        ),
    )


def _risk(standing: Standing | None, on: date) -> Fact:
    """Return the class that holds today, since when and until when, or why there is none."""
    term = _("Risk class")
    if standing is None or standing.assessed_on is None or standing.expires_on is None:
        return Fact(term, formats.DASH, _("never tested"))
    days = {"tested": standing.assessed_on.isoformat(), "last": standing.expires_on.isoformat()}
    source = _("told by the feed") if standing.source == "feed" else _("tested here")
    if standing.declined:
        return Fact(term, formats.DASH, _("the client declined to be tested again"))
    held = standing.valid_class(on)
    if held is None:
        return Fact(term, formats.DASH, _("%(risk)s expired on %(last)s") % {"risk": standing.risk_class, **days})
    notes = [source, _("tested %(tested)s, holds until %(last)s") % days]
    if standing.protected:
        notes.append(_("protected: never above R1"))
    return Fact(term, held, " · ".join(notes))


def _closed(day: date | None) -> str:
    return _("closed %(day)s") % {"day": day.isoformat()} if day is not None else ""


def _said(one: ConsentView) -> str:
    return _("given") if one.stands else _("withdrawn") if one.given_at is not None else _("never given")


def mark(state: ContractState) -> str:
    """Return the mark of a state: running, waiting for somebody, over."""
    if state == ContractState.SUSPENDED:
        return "rejected"
    if state in ENDED or state in {ContractState.REFUSED, ContractState.ABANDONED}:
        return "superseded"
    return "accepted" if state in SIGNED else "waiting"


def dates(contract: Contract) -> tuple[str, ...]:
    """Return the days that matter of a contract, in words."""
    said = (
        (_("signed %(day)s"), contract.signed_on),
        (_("can be withdrawn from until %(day)s"), contract.cooling_off_until if not contract.ended_on else None),
        (_("paused until before %(day)s"), contract.paused_until),
        (_("runs until before %(day)s"), contract.expires_on if not contract.ended_on else None),
        (_("ended %(day)s"), contract.ended_on),
    )
    return tuple(text % {"day": day.isoformat()} for text, day in said if day is not None)


def contracts(
    found: Iterable[Contract], products: Mapping[int, ProductView], language: str
) -> tuple[ContractLine, ...]:
    """Return the contracts of a client as lines."""
    return tuple(
        ContractLine(
            number=one.number,
            name=product_name(products.get(one.product_id), language),
            state=str(ContractState(one.state).label),
            mark=mark(ContractState(one.state)),
            dates=dates(one),
            next=tuple(str(state.label) for state in ContractState if state in MOVES[ContractState(one.state)]),
        )
        for one in found
    )

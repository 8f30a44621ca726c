"""Clients of one's units: found by words, one with what is known of him, and his signed assets.

Names and ways to reach a client are covered as they are on the pages. Every look is recorded.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from pydantic import Field
from rest_framework.request import Request

from accounts.concerns import record_client_read
from accounts.models import Client as Row
from accounts.queries import ClientCard, client_card
from accounts.roles import Area
from accounts.roles import Field as Covered
from accounts.rules import Purpose, RiskClass
from api.asked import CODE, Day, Earlier, NodeCode, UnitCode
from api.pages import Paged, note_list, page
from api.places import path_of_unit
from api.resource import Query, Resource, answered, says
from core import clock
from screens.fields import reading, shown
from screens.plain import holdings as plain
from screens.plain.shape import Shape
from screens.plain.suitability import Standing, standing
from smart_products.catalogue.queries import products
from smart_products.signing.queries import worklists
from smart_products.signing.queries.lists import clients_chosen
from smart_products.statistics.queries import client_book
from smart_products.suitability.queries import NothingPublished, standing_of

TAG = "clients"
ORDER = ("source", "code")


class ClientsQuery(Paged):
    """Which clients."""

    q: str | None = Field(
        None, max_length=CODE, examples=["C0"], description="Code, or name as far as names are read in full."
    )
    unit: UnitCode | None = Field(None, description="Code of a unit: of the clients there now, and below.")
    risk_class: RiskClass | None = None
    product: NodeCode | None = Field(None, description="Code of a product that is in force today.")
    holds: bool | None = Field(None, description="Whether anything, or the product, is in force today.")


class Client(Shape):
    """A client as far as who asks may read."""

    id: UUID
    code: str
    source: str
    name: str
    covered: bool = Field(description="Whether name and ways to reach the client are covered.")
    outlet: str | None
    channel: str
    risk_class: str | None
    risk_assessed_on: date | None
    investor_class: str
    opened_on: date | None
    products: list[str] = Field(description="Codes of the products in force today.")


class Clients(Shape):
    """Clients, by source and code."""

    data: list[Client]
    next: str | None


class Account(Shape):
    """An asset account."""

    code: str
    opened_on: date | None
    closed_on: date | None


class Consent(Shape):
    """The latest word of a client on a purpose."""

    purpose: Purpose
    given_at: datetime | None
    withdrawn_at: datetime | None


class ClientWhole(Client):
    """A client with accounts, consents and standing."""

    mobile: str
    email: str
    accounts: list[Account]
    consents: list[Consent]
    standing: Standing | None


class HoldingsQuery(Query):
    """Which period: from the close on or before a day, to the close on or before another."""

    since: Earlier | None = Field(None, description="From the first signing without it.")
    until: Day | None = Field(None, description="To the last close without it.")


class All(Resource):
    """The clients of one's units."""

    area = Area.CLIENTS

    @says("clients_list", Clients, query=ClientsQuery, tag=TAG)
    def get(self, request: Request) -> HttpResponse:
        """List one's clients by code, with the products that are in force."""
        asked, today = self.query(request, ClientsQuery), clock.shanghai_today()
        path = path_of_unit(request.user, asked.unit) or ""
        every = {one.id: one for one in products()}
        product = next((one for one in every.values() if one.code == asked.product), None)
        if asked.product is not None and product is None:
            raise Http404
        found = clients_chosen(
            request.user,
            words=asked.q or "",
            path=path,
            risk_class=asked.risk_class or "",
            holds=asked.holds,
            product=product,
            on=today,
        )
        rows, following = page(found, ORDER, asked)
        held = worklists.live_products([one.pk for one in rows], today)
        name = reading(request.user, Covered.NAME)
        note_list(request, "clients", asked, len(rows), path)
        told = []
        for one in rows:
            seen = name(one)
            codes = [every[key].code for key in held.get(one.pk, ()) if key in every]
            told.append(Client(**_told(one, codes), name=seen.text, covered=seen.covered))
        return answered(request, Clients(data=told, next=following))


class One(Resource):
    """A client of one's units."""

    area = Area.CLIENTS

    @says("client_read", ClientWhole, tag=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read a client: class, accounts, consents, products in force."""
        found, today = self.card(request, public_id, "client"), clock.shanghai_today()
        client, every = found.client, {one.id: one.code for one in products()}
        held = worklists.live_products([client.pk], today).get(client.pk, [])
        name, mobile, email = (
            shown(client, field, request.user) for field in (Covered.NAME, Covered.MOBILE, Covered.EMAIL)
        )
        told = ClientWhole(
            **_told(client, [every[key] for key in held if key in every]),
            name=name.text,
            covered=name.covered or mobile.covered or email.covered,
            mobile=mobile.text,
            email=email.text,
            accounts=[Account.model_validate(one, from_attributes=True) for one in found.accounts],
            consents=[Consent.model_validate(one, from_attributes=True) for one in found.consents],
            standing=_standing(client, today),
        )
        return answered(request, told)

    def card(self, request: Request, public_id: UUID, what: str) -> ClientCard:
        """Return a client of one's own, and record that he is looked at. Raises Http404."""
        found = client_card(request.user, public_id)
        if found is None:
            raise Http404
        details = {"page": what, "as": "api"}
        record_client_read(found.client, details=details, by=self.actor(request), at=clock.now())
        return found


class Holdings(One):
    """The signed assets of a client of one's units."""

    @says("client_holdings", plain.Holdings, query=HoldingsQuery, tag=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read signed assets day by day over a period, and why they grew: as the client reads them."""
        asked = self.query(request, HoldingsQuery)
        found = self.card(request, public_id, "holdings")
        if found.refuses(Purpose.FINANCIAL_ACCOUNTS):
            return answered(request, plain.REFUSED)
        return answered(request, plain.of_line(client_book(found.client.pk).line(), asked.since, asked.until))


def _told(one: Row, codes: list[str]) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "code": one.code,
        "source": one.source,
        "outlet": one.outlet.code if one.outlet is not None else None,
        "channel": one.channel,
        "risk_class": one.risk_class or None,
        "risk_assessed_on": one.risk_assessed_on,
        "investor_class": one.investor_class,
        "opened_on": one.opened_on,
        "products": codes,
    }


def _standing(client: Row, today: date) -> Standing | None:
    try:
        return standing(standing_of(client, today), today)
    except NothingPublished:
        return None

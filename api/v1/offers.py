"""What is on offer to the client who asks, his asset accounts, and his signed assets: for the app of the house."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from pydantic import Field
from rest_framework.request import Request

from accounts.queries import accounts_of
from accounts.rules import Purpose
from api.own import Own, language
from api.resource import answered, says
from api.v1.clients import HoldingsQuery
from core import clock
from screens.plain import holdings as plain
from screens.plain.shape import Shape
from smart_products.catalogue.queries import read_terms, terms_in_force
from smart_products.signing.queries import subscriptions_of
from smart_products.statistics.queries import client_book
from smart_products.suitability.queries import NothingPublished, matching_rules, standing_of
from smart_products.suitability.rules import judge

TAG = "own"


class Offer(Shape):
    """A product that can be signed today, and whether it fits the client."""

    product: str
    terms: UUID
    number: int
    name: str
    summary: str
    risk_level: str
    regulatory_class: str
    outcome: str = Field(description="`fit`, `warning` (riskier than the class) or `refused`.")
    reasons: list[str] = Field(description="Why, in the words of the rules by which it was found.")
    signed: bool = Field(description="Whether the client has it in force.")


class Offers(Shape):
    """What can be signed today, in the order of the catalogue."""

    data: list[Offer]


class OwnAccount(Shape):
    """An asset account of the client."""

    id: UUID
    code: str
    opened_on: date | None
    closed_on: date | None


class OwnAccounts(Shape):
    """The asset accounts of the client, by code."""

    data: list[OwnAccount]


class Offered(Own):
    """What is on offer."""

    @says("offers_list", Offers, tag=TAG)
    def get(self, request: Request) -> HttpResponse:
        """List what can be signed today, each with whether it fits the client and why."""
        reader, today = self.reader(request), clock.shanghai_today()
        try:
            standing, rules = standing_of(reader.client, today), matching_rules(today)
        except NothingPublished as problem:
            raise Http404 from problem
        live = {one.product_id for one in subscriptions_of(reader.client.pk) if one.in_force(today)}
        spoken, told = language(), []
        for version in terms_in_force(today):
            terms = read_terms(version)
            verdict = judge(standing, terms.risk_level, terms.regulatory_class, rules, today)
            told.append(
                Offer(
                    product=version.product.code,
                    terms=version.public_id,
                    number=version.number,
                    name=terms.name.in_language(spoken),
                    summary=terms.summary.in_language(spoken),
                    risk_level=terms.risk_level,
                    regulatory_class=terms.regulatory_class,
                    outcome=verdict.outcome,
                    reasons=[text.in_language(spoken) for text in verdict.words(rules)],
                    signed=version.product_id in live,
                )
            )
        return answered(request, Offers(data=told))


class Accounts(Own):
    """The asset accounts of the client."""

    @says("accounts_list", OwnAccounts, tag=TAG)
    def get(self, request: Request) -> HttpResponse:
        """List the client's asset accounts: a signing names one of them."""
        found = accounts_of(self.reader(request).client.pk)
        told = [
            OwnAccount(id=one.public_id, code=one.code, opened_on=one.opened_on, closed_on=one.closed_on)
            for one in found
        ]
        return answered(request, OwnAccounts(data=told))


class Holdings(Own):
    """The client's signed assets."""

    @says("holdings_read", plain.Holdings, query=HoldingsQuery, tag=TAG)
    def get(self, request: Request) -> HttpResponse:
        """Read one's signed assets day by day over a period, and why they grew."""
        asked, reader = self.query(request, HoldingsQuery), self.reader(request)
        if Purpose.FINANCIAL_ACCOUNTS not in reader.consents:
            return answered(request, plain.REFUSED)
        line = client_book(reader.client.pk).line()
        return answered(request, plain.of_line(line, asked.since, asked.until))

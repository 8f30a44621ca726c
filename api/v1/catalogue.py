"""The catalogue: what feeds and the house say of products, and the terms that clients sign."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from pydantic import Field
from rest_framework.request import Request

from accounts.roles import Area
from api.asked import Day
from api.resource import Query, Resource, answered, says
from core import clock
from screens.plain.shape import Shape
from smart_products.catalogue.queries import (
    ProductView,
    products,
    read_terms,
    terms_in_force,
    terms_version,
    versions_of,
)


class ProductsQuery(Query):
    """Of which day, and of which family."""

    as_of: Day | None = Field(None, description="What held on this day; the latest without it.")
    family: str | None = Field(
        None, max_length=64, examples=["tools"], description="Code of a family: its products alone."
    )


class Family(Shape):
    """A family of products."""

    code: str
    name: str
    name_en: str


class Product(Shape):
    """A product as it stands."""

    code: str
    source: str = Field(description="`here` for the house's own, else the feed that tells of it.")
    family: Family
    name: str
    name_en: str
    risk_level: str = Field(description="`R1` to `R5`; empty where it is not graded.")
    regulatory_class: str = Field(description="`tool` or `advice`.")
    valid_from: date
    retired_on: date | None


class Products(Shape):
    """Products by family and code."""

    data: list[Product]


class TermsVersion(Shape):
    """A published version of a product's terms; its content never changes."""

    id: UUID
    product: str
    number: int
    valid_from: date | None
    valid_until: date | None
    digest: str = Field(description="SHA-256 of the canonical form of the terms.")


class TermsVersions(Shape):
    """The published versions of a product's terms, the newest first."""

    data: list[TermsVersion]


class TermsWhole(TermsVersion):
    """A version with what it says, in both languages."""

    terms: dict[str, Any]


class Catalogue(Resource):
    """The products."""

    area = Area.TERMS

    @says("products_list", Products, query=ProductsQuery, tag="catalogue")
    def get(self, request: Request) -> HttpResponse:
        """List the products; those that are retired stay in the list."""
        asked = self.query(request, ProductsQuery)
        found = [one for one in products(asked.as_of) if asked.family in (None, one.family.code)]
        return answered(request, Products(data=[_told(one) for one in found]))


class OneProduct(Resource):
    """A product."""

    area = Area.TERMS

    @says("product_read", Product, tag="catalogue")
    def get(self, request: Request, code: str) -> HttpResponse:
        """Read a product."""
        return answered(request, _told(_called(code)))


class TermsOf(Resource):
    """The terms of a product."""

    area = Area.TERMS

    @says("terms_list", TermsVersions, tag="catalogue")
    def get(self, request: Request, code: str) -> HttpResponse:
        """List the published versions of a product's terms."""
        shown = [one for one in versions_of(_called(code).id) if one.valid_from is not None]
        return answered(request, TermsVersions(data=[TermsVersion(**_version(one)) for one in shown]))


class OfferedQuery(Query):
    """Of which day."""

    on: Day | None = Field(None, description="The day; today without it.")


class Offered(Resource):
    """What is on offer."""

    area = Area.TERMS

    @says("offered_list", TermsVersions, query=OfferedQuery, tag="catalogue")
    def get(self, request: Request) -> HttpResponse:
        """List the terms that clients can sign on a day."""
        day = self.query(request, OfferedQuery).on or clock.shanghai_today()
        return answered(request, TermsVersions(data=[TermsVersion(**_version(one)) for one in terms_in_force(day)]))


class OneTerms(Resource):
    """A version of terms."""

    area = Area.TERMS

    @says("terms_read", TermsWhole, tag="catalogue")
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read a published version whole: what it does, for whom, what it costs, what can go wrong, how to leave."""
        version = terms_version(public_id)
        if version.valid_from is None:
            raise Http404
        return answered(request, TermsWhole(**_version(version), terms=read_terms(version).plain()))


def _called(code: str) -> ProductView:
    """Return the product of a code. Raises Http404."""
    found = next((one for one in products() if one.code == code), None)
    if found is None:
        raise Http404
    return found


def _told(one: ProductView) -> Product:
    return Product(
        code=one.code,
        source=one.source,
        family=Family(code=one.family.code, name=one.family.name, name_en=one.family.name_en),
        name=one.name,
        name_en=one.name_en,
        risk_level=one.risk_level or "",
        regulatory_class=one.regulatory_class,
        valid_from=one.valid_from,
        retired_on=one.retired_on,
    )


def _version(one: Any) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "product": one.product.code,
        "number": one.number,
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
        "digest": one.digest,
    }

"""Reads of the catalogue: families and products as they are, or were on a day.

Owns the choice of the version that holds on a day. Never writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from core.reading import remembered
from smart_products.catalogue.models import Family, Product, ProductVersion


@dataclass(frozen=True, slots=True)
class FamilyView:
    """A family of products."""

    id: int
    public_id: UUID
    source: str
    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product with the terms that hold; `bit` is its place in the masks of the close."""

    id: int
    public_id: UUID
    source: str
    code: str
    bit: int
    family: FamilyView
    name: str
    name_en: str
    risk_level: str
    regulatory_class: str
    version: int
    valid_from: date
    retired_on: date | None
    retired_inferred: bool


def effective_versions(versions: QuerySet[ProductVersion]) -> dict[int, list[ProductVersion]]:
    """Return each product's standing versions, by product id, ascending by day.

    Of several versions for one day the one with the highest number stands, unless it is
    withdrawn: then the day has none.
    """
    standing: dict[int, dict[date, ProductVersion]] = {}
    for version in versions.order_by("product_id", "number"):
        standing.setdefault(version.product_id, {})[version.valid_from] = version
    return {
        product: [of_day[day] for day in sorted(of_day) if not of_day[day].withdrawn]
        for product, of_day in standing.items()
    }


@remembered
def families() -> list[FamilyView]:
    """Return all families, by code."""
    return [_family(family) for family in Family.objects.order_by("source", "code")]


@remembered
def products(day: date | None = None) -> list[ProductView]:
    """Return the products by family and code, with the terms that hold on `day` (None: the latest).

    A product whose first version is later than `day` carries that first version; one
    without any standing version is left out. Retired products stay in the list.
    """
    found: list[ProductView] = []
    for standing in effective_versions(ProductVersion.objects.select_related("product__family")).values():
        held = [version for version in standing if day is None or version.valid_from <= day]
        found.extend(_product(version.product, version) for version in (*held[-1:], *standing[:1])[:1])
    return sorted(found, key=lambda one: (one.source, one.family.code, one.code))


def _family(family: Family) -> FamilyView:
    """Return the view of a family."""
    return FamilyView(
        id=family.pk,
        public_id=family.public_id,
        source=family.source,
        code=family.code,
        name=family.name,
        name_en=family.name_en,
    )


def _product(product: Product, version: ProductVersion) -> ProductView:
    """Return the view of a product with one version's terms."""
    return ProductView(
        id=product.pk,
        public_id=product.public_id,
        source=product.source,
        code=product.code,
        bit=product.bit,
        family=_family(product.family),
        name=version.name,
        name_en=version.name_en,
        risk_level=version.risk_level,
        regulatory_class=version.regulatory_class,
        version=version.number,
        valid_from=version.valid_from,
        retired_on=product.retired_on,
        retired_inferred=product.retired_inferred,
    )

"""Merging the products a feed describes, and naming a family.

Owns families, fed products and the versions of what is said about products. A version is never changed: a correction
is published as a further version, and what a feed takes back is published as withdrawn.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Max

from core.actor import Actor
from core.audit import record
from core.merging import ConflictingRows, Merged, MergeError, UnknownCode, begin
from smart_products.catalogue.models import Family, Product, ProductVersion
from smart_products.catalogue.queries import effective_versions
from smart_products.catalogue.rules import LARGEST_BIT, MATRIX

TERMS = (
    *("product", "valid_from", "family", "name", "name_en", "risk_level", "regulatory_class"),
    *("retired_on", "retired_inferred", "digest"),
)
"""What a version says, apart from its number and the time it was published."""


class ProductRow(NamedTuple):
    """A product's terms from a day on; `retired_inferred` says that the end was concluded from absence."""

    code: str
    valid_from: date
    family_code: str
    name: str
    name_en: str | None
    risk_level: str
    regulatory_class: str
    retired_on: date | None = None
    retired_inferred: bool = False


class TooManyProducts(MergeError):
    """More products than a mask of the close has bits for."""


class CodeClash(MergeError):
    """A family and a product, or one of them and the whole matrix, would carry the same code."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = sorted(codes)
        super().__init__(f"codes that stand for two nodes: {', '.join(self.codes)}")


@transaction.atomic
def merge_products(
    *,
    source: str,
    upserts: Iterable[ProductRow],
    removed: Iterable[tuple[str, date]] = (),
    by: Actor,
    at: datetime,
) -> Merged:
    """Publish the terms that are new or differ, and withdraw the `removed` (code, valid_from).

    Returns the counts, of days: new, corrected, taken back.
    An unknown family is made with its code for a name; a new product gets the next free bit,
    in the order of the codes. Raises CodeClash and ConflictingRows.
    """
    with connection.cursor() as cursor:
        begin(cursor, kind="products", source=source)
        lock_bits(cursor)
    rows = _distinct(upserts)
    _refuse_clashes(source, rows)
    families = _families(source, {row.family_code for row in rows})
    products = _products(source, rows, families)
    withdrawn = _withdraw(products, removed, at)
    inserted, updated = _publish(source, products, families, rows, at)
    refresh(source, products)
    merged = Merged(inserted=inserted, updated=updated, removed=withdrawn)
    record(
        action="merge_products",
        subject_kind="source",
        subject_key=source,
        details=merged.counts(),
        by=by,
        at=at,
    )
    return merged


@transaction.atomic
def name_family(*, source: str, code: str, name: str, name_en: str = "", by: Actor, at: datetime) -> Family:
    """Give a family its words. Raises UnknownCode when no product ever named it."""
    family = Family.objects.select_for_update().filter(source=source, code=code).first()
    if family is None:
        raise UnknownCode("family", [code])
    family.name, family.name_en = name, name_en
    family.save()
    details = {"name": name, "name_en": name_en}
    record(
        action="name_family",
        subject_kind="family",
        subject_key=f"{source}/{code}",
        details=details,
        by=by,
        at=at,
    )
    return family


def _distinct(upserts: Iterable[ProductRow]) -> list[ProductRow]:
    """Return the different rows by code and day; raise ConflictingRows when two of one key differ."""
    by_key: dict[tuple[str, date], ProductRow] = {}
    for given in upserts:
        row = ProductRow(*given)
        row = row._replace(name_en=row.name_en or "")
        if by_key.setdefault((row.code, row.valid_from), row) != row:
            raise ConflictingRows("product", (row.code, row.valid_from))
    return [by_key[key] for key in sorted(by_key)]


def _refuse_clashes(source: str, rows: list[ProductRow]) -> None:
    """Raise CodeClash when a code would stand for two nodes of the matrix."""
    known_families = set(Family.objects.filter(source=source).values_list("code", flat=True))
    known_products = set(Product.objects.filter(source=source).values_list("code", flat=True))
    family_codes = known_families | {row.family_code for row in rows}
    product_codes = known_products | {row.code for row in rows}
    clashes = (family_codes & product_codes) | ({MATRIX} & (family_codes | product_codes))
    if clashes:
        raise CodeClash(clashes)


def _families(source: str, codes: set[str]) -> dict[str, Family]:
    """Return the families of a source by code, making those not seen before."""
    families = {family.code: family for family in Family.objects.filter(source=source)}
    for code in sorted(codes - families.keys()):
        families[code] = Family.objects.create(source=source, code=code, name=code)
    return families


def _products(source: str, rows: list[ProductRow], families: dict[str, Family]) -> dict[str, Product]:
    """Return the products of a source by code, giving those not seen before the next bits."""
    products = {product.code: product for product in Product.objects.filter(source=source)}
    for row in rows:
        if row.code not in products:
            products[row.code] = Product.objects.create(
                source=source, code=row.code, family=families[row.family_code], bit=next_bit()
            )
    return products


def lock_bits(cursor: CursorWrapper) -> None:
    """Let nobody else give a bit until the transaction ends; bits are counted over all sources."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('product bits', 0))")


def next_bit() -> int:
    """Return the bit of the next product. Raises TooManyProducts."""
    highest = Product.objects.aggregate(bit=Max("bit"))["bit"]
    bit = 0 if highest is None else int(highest) + 1
    if bit > LARGEST_BIT:
        raise TooManyProducts(f"there is room for {LARGEST_BIT + 1} products")
    return bit


def _withdraw(products: dict[str, Product], removed: Iterable[tuple[str, date]], at: datetime) -> int:
    """Publish a withdrawn version for each standing one that is taken back; return how many."""
    gone = set(removed)
    standing = effective_versions(ProductVersion.objects.filter(product__in=products.values()))
    count = 0
    for code, valid_from in sorted(gone):
        product = products.get(code)
        if product is None:
            continue
        for version in standing.get(product.pk, []):
            if version.valid_from == valid_from:
                terms = {name: getattr(version, name) for name in TERMS}
                ProductVersion.objects.create(**terms, number=_next_number(product.pk), withdrawn=True, published_at=at)
                count += 1
    return count


def _publish(
    source: str,
    products: dict[str, Product],
    families: dict[str, Family],
    rows: list[ProductRow],
    at: datetime,
) -> tuple[int, int]:
    """Add a version for each row that says something new; return how many days are new and corrected."""
    standing = {
        (version.product_id, version.valid_from): version
        for versions in effective_versions(ProductVersion.objects.filter(product__in=products.values())).values()
        for version in versions
    }
    inserted = updated = 0
    for row in rows:
        product = products[row.code]
        held = standing.get((product.pk, row.valid_from))
        if held is not None and held.digest == _digest(source, row):
            continue
        add_version(product, families[row.family_code], row, at=at)
        inserted += held is None
        updated += held is not None
    return inserted, updated


def add_version(product: Product, family: Family, row: ProductRow, *, at: datetime) -> None:
    """Add what a row says of a product from a day on, with the product's next number."""
    ProductVersion.objects.create(
        product=product,
        number=_next_number(product.pk),
        valid_from=row.valid_from,
        family=family,
        name=row.name,
        name_en=row.name_en or "",
        risk_level=row.risk_level,
        regulatory_class=row.regulatory_class,
        retired_on=row.retired_on,
        retired_inferred=row.retired_inferred,
        published_at=at,
        digest=_digest(product.source, row),
    )


def refresh(source: str, products: dict[str, Product]) -> None:
    """Make each product row say what its latest version says; one without any keeps its family."""
    standing = effective_versions(ProductVersion.objects.filter(product__source=source))
    for product in products.values():
        before = (product.family_id, product.retired_on, product.retired_inferred)
        product.retired_on, product.retired_inferred = None, False
        for latest in standing.get(product.pk, [])[-1:]:
            product.family_id = latest.family_id
            product.retired_on, product.retired_inferred = latest.retired_on, latest.retired_inferred
        if before != (product.family_id, product.retired_on, product.retired_inferred):
            product.save()


def _next_number(product_id: int) -> int:
    """Return the number of a product's next version."""
    return (ProductVersion.objects.filter(product=product_id).aggregate(n=Max("number"))["n"] or 0) + 1


def _digest(source: str, row: ProductRow) -> str:
    """Return the SHA-256 of the terms, in a canonical form."""
    terms = [
        source,
        row.code,
        row.valid_from.isoformat(),
        row.family_code,
        row.name,
        row.name_en or "",
        row.risk_level,
        row.regulatory_class,
        row.retired_on.isoformat() if row.retired_on else None,
        row.retired_inferred,
    ]
    return hashlib.sha256(json.dumps(terms, ensure_ascii=False).encode()).hexdigest()

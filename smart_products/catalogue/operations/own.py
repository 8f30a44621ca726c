"""Products of our own: made here, told anew when their terms are published, and retired.

Owns the rows of source `here`; a feed never touches them, and what a feed says of its products is never touched here:
retiring a fed product ends its terms alone.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.rules import HERE
from core.actor import Actor
from core.audit import record
from core.outbox import emit
from smart_products.catalogue.models import Family, Product, ProductVersion, TermsVersion
from smart_products.catalogue.operations.products import ProductRow, add_version, lock_bits, next_bit, refresh
from smart_products.catalogue.queries import effective_versions
from smart_products.catalogue.rules import MATRIX
from smart_products.catalogue.states import OFFERED, TermsState, check_move
from smart_products.catalogue.terms import Terms


class CodeTaken(ValueError):
    """A product, a family or the matrix carries this code already."""


class NothingOffered(ValueError):
    """The product has no terms that could end on this day."""


@transaction.atomic
def create_product(
    *,
    code: str,
    family: Family,
    name: str,
    name_en: str,
    risk_level: str,
    regulatory_class: str,
    valid_from: date,
    by: Actor,
    at: datetime,
) -> Product:
    """Make a product of our own in a family; it is offered once terms of it are published.

    Raises CodeTaken, and TooManyProducts when no bit is left.
    """
    with connection.cursor() as cursor:
        lock_bits(cursor)
    taken = code == MATRIX or Product.objects.filter(code=code).exists() or Family.objects.filter(code=code).exists()
    if taken:
        raise CodeTaken(code)
    product = Product.objects.create(source=HERE, code=code, family=family, bit=next_bit())
    row = ProductRow(code, valid_from, family.code, name, name_en, risk_level, regulatory_class)
    add_version(product, family, row, at=at)
    record(
        action="create_product",
        subject_kind="product",
        subject_key=f"{HERE}/{code}",
        details={"family": family.code, "risk_level": risk_level, "regulatory_class": regulatory_class},
        by=by,
        at=at,
    )
    return product


@transaction.atomic
def retire_product(*, product: Product, on: date, by: Actor, at: datetime) -> list[TermsVersion]:
    """Offer a product no more from a day on, and return the versions that this ends; who signed is not touched.

    Emits product_retired. Raises NothingOffered, also for a day before the Shanghai date of `at`.
    """
    held = Product.objects.select_for_update(of=("self",)).select_related("family").get(pk=product.pk)
    beyond = Q(valid_until=None) | Q(valid_until__gt=on)
    ending = list(TermsVersion.objects.filter(beyond, product=held, state__in=OFFERED).exclude(state="retired"))
    if not ending or on < at.astimezone(timezone.get_default_timezone()).date():
        raise NothingOffered(f"{held.code} has no terms that could end on {on}")
    for version in ending:
        check_move(TermsState(version.state), TermsState.RETIRED)
        version.state = TermsState.RETIRED
        version.valid_until = max(on, version.valid_from or on)
        version.save()
    if held.source == HERE:
        _tell_end(held, on, at)
    key = f"{held.source}/{held.code}"
    versions = [version.number for version in ending]
    details = {"on": on, "versions": versions}
    record(action="retire_product", subject_kind="product", subject_key=key, details=details, by=by, at=at)
    payload = {"product": str(held.public_id), "on": on.isoformat(), "versions": versions}
    emit(kind="product_retired", subject_kind="product", subject_key=key, business_date=on, payload=payload, at=at)
    return ending


def say(product: Product, terms: Terms, *, valid_from: date, at: datetime) -> None:
    """Let a product of our own bear the name, level and class of its terms from a day on."""
    if product.source != HERE:
        return
    row = ProductRow(
        product.code, valid_from, product.family.code, terms.name.zh, terms.name.en,
        terms.risk_level, terms.regulatory_class,
    )  # fmt: skip
    add_version(product, product.family, row, at=at)
    refresh(HERE, {product.code: product})


def _tell_end(product: Product, on: date, at: datetime) -> None:
    """Let the words of a product of our own say that it ends."""
    latest = effective_versions(ProductVersion.objects.filter(product=product))[product.pk][-1]
    row = ProductRow(
        product.code, max(on, latest.valid_from), product.family.code, latest.name, latest.name_en,
        latest.risk_level, latest.regulatory_class, retired_on=on,
    )  # fmt: skip
    add_version(product, product.family, row, at=at)
    refresh(HERE, {product.code: product})

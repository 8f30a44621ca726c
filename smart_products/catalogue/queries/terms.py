"""Reads of terms: what is offered on a day, the versions of a product, and where ours and the feed's differ.

Owns the choice of the version in force on a day. Never writes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from core.reading import remembered
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.queries.products import ProductView, products
from smart_products.catalogue.states import OFFERED, OPEN, TermsState
from smart_products.catalogue.terms import Leaf, Terms, canonical


class DamagedTerms(ValueError):
    """The terms of a version are not those that its digest names."""


class UnknownTerms(LookupError):
    """No version of terms has this id."""


class UnknownProduct(LookupError):
    """No product has this id or code."""


@dataclass(frozen=True, slots=True)
class ProductTerms:
    """A product with its version in force on a day, the next one already published, and the open one."""

    product: Product
    words: ProductView | None
    """Name, level and class as the feed or our own list of products says them; None for a product without any."""
    standing: TermsVersion | None
    coming: TermsVersion | None
    open: TermsVersion | None


@dataclass(frozen=True, slots=True)
class FeedDifference:
    """Something that our terms in force and the feed say differently of one product."""

    product: str
    part: str
    """name.zh, name.en, risk_level, regulatory_class, or retired_on."""
    ours: Leaf
    feed: Leaf


def read_terms(version: TermsVersion) -> Terms:
    """Return the terms of a version. Raises DamagedTerms when they are not what the digest names."""
    return _read(_proved(version.terms, version.digest))


@remembered
def frozen_terms(public_id: UUID) -> tuple[TermsVersion, Terms]:
    """Return a version by its public id, and its terms: for who reads the same terms again and again.

    Raises UnknownTerms, and DamagedTerms when they are not what the digest names.
    """
    rows = TermsVersion.objects.defer("terms").annotate(said=Cast("terms", TextField()))
    try:
        found = rows.get(public_id=public_id)
    except TermsVersion.DoesNotExist as error:
        raise UnknownTerms(public_id) from error
    return found, _stored(found.said, found.digest)


@lru_cache(maxsize=64)
def _stored(said: str, digest: str) -> Terms:
    """Return the terms that a row says, once its digest was proved; any other text or digest is proved anew.

    The row is read each time: its whole text is the key, so that what is altered in the table is never found here.
    """
    return _read(_proved(json.loads(said), digest))


def _proved(said: Any, digest: str) -> bytes:
    """Return the canonical form of what a row says. Raises DamagedTerms when the digest names another."""
    form = canonical(said)
    if hashlib.sha256(form).hexdigest() != digest:
        raise DamagedTerms(f"the terms of a version are not what the digest {digest[:12]} names")
    return form


@lru_cache(maxsize=64)
def _read(said: bytes) -> Terms:
    """Return terms from their canonical form; reading them strictly takes longer than finding them again."""
    return Terms.read(json.loads(said))


def in_force(on: date) -> Q:
    """Return the condition that a version of terms is in force on a day."""
    return Q(state__in=OFFERED, valid_from__lte=on) & (Q(valid_until=None) | Q(valid_until__gt=on))


@remembered
def terms_in_force(on: date) -> list[TermsVersion]:
    """Return the version of each product that is offered on a day, by family and code of the product."""
    return list(_versions().filter(in_force(on)).order_by("product__family__code", "product__code"))


@remembered
def terms_of(product_id: int, on: date) -> TermsVersion | None:
    """Return the version of a product that is in force on a day; None when it is not offered."""
    return _versions().filter(in_force(on), product=product_id).first()


@remembered
def terms_version(public_id: UUID) -> TermsVersion:
    """Return a version by its public id, with those who wrote and published it. Raises UnknownTerms."""
    found = _with_people().filter(public_id=public_id).first()
    if found is None:
        raise UnknownTerms(public_id)
    return found


def versions_of(product_id: int) -> list[TermsVersion]:
    """Return all versions of a product, the newest first."""
    return list(_with_people().filter(product=product_id).order_by("-number"))


def version_before(version: TermsVersion) -> TermsVersion | None:
    """Return the version published last before this one was drafted, with which its changes are compared."""
    earlier = _versions().filter(product=version.product_id, number__lt=version.number, state__in=OFFERED)
    return earlier.order_by("-number").first()


def product_terms(on: date, public_id: UUID | None = None) -> list[ProductTerms]:
    """Return the products by family and code, or the one with this id, with their terms as of a day."""
    every = Product.objects.select_related("family").order_by("family__code", "source", "code")
    chosen = list(every if public_id is None else every.filter(public_id=public_id))
    words = {view.id: view for view in products()}
    living = Q(state__in=OPEN) | Q(state=TermsState.PUBLISHED, valid_from__gt=on) | in_force(on)
    versions: dict[int, list[TermsVersion]] = {}
    for version in _with_people().filter(living, product__in=[product.pk for product in chosen]):
        versions.setdefault(version.product_id, []).append(version)
    return [_product_terms(product, words.get(product.pk), versions.get(product.pk, []), on) for product in chosen]


def _product_terms(product: Product, words: ProductView | None, versions: list[TermsVersion], on: date) -> ProductTerms:
    return ProductTerms(
        product=product,
        words=words,
        standing=next((one for one in versions if one.state in OFFERED and (one.valid_from or on) <= on), None),
        coming=next((one for one in versions if one.valid_from is not None and one.valid_from > on), None),
        open=next((one for one in versions if one.state in OPEN), None),
    )


def differences_to_feed(on: date) -> list[FeedDifference]:
    """Return where our terms in force on a day and the feed differ, by product; ours hold, these are warnings."""
    fed = {view.id: view for view in products(on)}
    found: list[FeedDifference] = []
    for version in terms_in_force(on):
        view = fed.get(version.product_id)
        if view is not None:
            found += _differences(version, view, on)
    return found


def _differences(version: TermsVersion, view: ProductView, on: date) -> list[FeedDifference]:
    """Return what differs; an English name that the feed leaves out is no difference."""
    terms = read_terms(version)
    pairs = (
        ("name.zh", terms.name.zh, view.name),
        ("name.en", terms.name.en, view.name_en or terms.name.en),
        ("risk_level", terms.risk_level, view.risk_level),
        ("regulatory_class", terms.regulatory_class, view.regulatory_class),
    )
    found = [FeedDifference(view.code, part, ours, feed) for part, ours, feed in pairs if ours != feed]
    if view.retired_on is not None and view.retired_on <= on:
        found.append(FeedDifference(view.code, "retired_on", None, view.retired_on.isoformat()))
    return found


def _versions() -> QuerySet[TermsVersion]:
    return TermsVersion.objects.select_related("product", "product__family")


def _with_people() -> QuerySet[TermsVersion]:
    return _versions().select_related("drafted_by", "proposed_by", "published_by", "discarded_by")

"""Products with their terms as lines of a list, versions of a product, and where ours and the feed's differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from backoffice.pages.terms import version as pages
from backoffice.pages.terms import words
from screens import formats
from screens import terms as said
from smart_products.catalogue.models import TermsVersion
from smart_products.catalogue.queries import FeedDifference, ProductTerms, read_terms
from smart_products.catalogue.rules import Charged, FeeBasis, FeePeriod, Renewal

SHORT = 12
"""Digits of a digest in a list; the page of a version shows all."""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in a list."""

    public_id: UUID
    number: int
    digest: str
    state: pages.State
    acts: tuple[pages.Act, ...]


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product in the list, with its version in force, the coming one and the open one."""

    public_id: UUID
    code: str
    name: str
    family: str
    marks: tuple[str, ...]
    standing: VersionLine | None
    coming: VersionLine | None
    open: VersionLine | None
    is_draft: bool

    @property
    def about(self) -> str:
        """Return code, regulatory class and risk level on one line."""
        return " · ".join((self.code, *self.marks))

    @property
    def following(self) -> tuple[VersionLine, ...]:
        """Return what comes after the version in force: published for a later day, or not published yet."""
        return tuple(one for one in (self.coming, self.open) if one is not None)


@dataclass(frozen=True, slots=True)
class Unlike:
    """Something that ours and the feed say differently."""

    product: str
    label: str
    ours: str
    feed: str


def lines(found: Iterable[ProductTerms], on: date, language: str) -> list[ProductLine]:
    """Return the lines of the list."""
    return [line(one, on, language) for one in found]


def line(one: ProductTerms, on: date, language: str) -> ProductLine:
    """Return a product as a line."""
    shown = one.standing or one.coming or one.open
    terms = read_terms(shown) if shown else None
    chinese = formats.is_chinese(language)
    family, view = one.product.family, one.words
    if terms is not None:
        name = terms.name.in_language(language)
    elif view is not None:
        name = view.name if chinese else view.name_en or view.name
    else:
        name = one.product.code
    return ProductLine(
        public_id=one.product.public_id,
        code=one.product.code,
        name=name,
        family=family.name if chinese else family.name_en or family.name,
        marks=said.marks(terms) if terms else (),
        standing=_version(one.standing, on),
        coming=_version(one.coming, on),
        open=_version(one.open, on),
        is_draft=one.open is not None and one.open.state == "draft",
    )


def versions(found: Iterable[TermsVersion], on: date) -> list[VersionLine]:
    """Return the versions of a product as lines."""
    return [made for one in found if (made := _version(one, on)) is not None]


def _version(version: TermsVersion | None, on: date) -> VersionLine | None:
    if version is None:
        return None
    return VersionLine(
        public_id=version.public_id,
        number=version.number,
        digest=version.digest[:SHORT],
        state=pages.state(version, on),
        acts=pages.history(version),
    )


def warnings(found: Iterable[FeedDifference]) -> list[Unlike]:
    """Return where ours and the feed's differ, in words."""
    return [_warning(one) for one in found]


def _warning(one: FeedDifference) -> Unlike:
    if one.part == "retired_on":
        return Unlike(one.product, _("Offered"), _("yes"), _("retired on %(day)s") % {"day": one.feed})
    return Unlike(one.product, words.label(one.part), words.value(one.part, one.ours), words.value(one.part, one.feed))


def start(found: ProductTerms) -> dict[str, Any]:
    """Return what a form begins with: the draft, the version in force, or what is known of the product."""
    base = found.open or found.coming or found.standing
    if base is not None:
        return read_terms(base).plain()
    view = found.words
    return {
        "name": {"zh": view.name if view else "", "en": view.name_en if view else ""},
        "risk_level": view.risk_level if view else "",
        "regulatory_class": view.regulatory_class if view else "",
        "cooling_off_days": 0,
        "thinking_hours": 0,
        "fees": [
            {
                "basis": FeeBasis.FREE.value,
                "period": FeePeriod.MONTH.value,
                "charged": Charged.IN_ARREARS.value,
            }
        ],
        "duration": {"months": None, "renewal": Renewal.NONE.value},
    }

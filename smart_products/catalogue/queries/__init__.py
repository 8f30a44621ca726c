"""The reads of the catalogue: one door to what stands in this package."""

from __future__ import annotations

from smart_products.catalogue.queries.phrases import banned_phrases, banned_words, lint_lists
from smart_products.catalogue.queries.products import (
    FamilyView,
    ProductView,
    effective_versions,
    families,
    products,
)
from smart_products.catalogue.queries.terms import (
    DamagedTerms,
    FeedDifference,
    ProductTerms,
    UnknownProduct,
    UnknownTerms,
    differences_to_feed,
    frozen_terms,
    in_force,
    product_terms,
    read_terms,
    terms_in_force,
    terms_of,
    terms_version,
    version_before,
    versions_of,
)

__all__ = [
    "DamagedTerms",
    "FamilyView",
    "FeedDifference",
    "ProductTerms",
    "ProductView",
    "UnknownProduct",
    "UnknownTerms",
    "banned_phrases",
    "banned_words",
    "differences_to_feed",
    "effective_versions",
    "families",
    "frozen_terms",
    "in_force",
    "lint_lists",
    "product_terms",
    "products",
    "read_terms",
    "terms_in_force",
    "terms_of",
    "terms_version",
    "version_before",
    "versions_of",
]

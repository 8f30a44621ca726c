"""The writes of the catalogue: one door to what stands in this package.

Each operation takes `by=` and `at=`, writes one audit row in its transaction, and either does all of its work or none.
"""

from __future__ import annotations

from core.actor import PersonNeeded, TwoPeopleNeeded
from smart_products.catalogue.operations.own import CodeTaken, NothingOffered, create_product, retire_product
from smart_products.catalogue.operations.phrases import keep_context, keep_phrase
from smart_products.catalogue.operations.products import (
    CodeClash,
    ProductRow,
    TooManyProducts,
    merge_products,
    name_family,
)
from smart_products.catalogue.operations.terms import (
    BannedWords,
    TooEarly,
    VersionOpen,
    discard_terms,
    draft_terms,
    propose_terms,
    publish_terms,
    redraft_terms,
    send_back_terms,
)

__all__ = [
    "BannedWords",
    "CodeClash",
    "CodeTaken",
    "NothingOffered",
    "PersonNeeded",
    "ProductRow",
    "TooEarly",
    "TooManyProducts",
    "TwoPeopleNeeded",
    "VersionOpen",
    "create_product",
    "discard_terms",
    "draft_terms",
    "keep_context",
    "keep_phrase",
    "merge_products",
    "name_family",
    "propose_terms",
    "publish_terms",
    "redraft_terms",
    "retire_product",
    "send_back_terms",
]

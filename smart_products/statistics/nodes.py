"""Nodes of the product matrix: the matrix, each family and each product, with a number, words and a mask of products.

Owns the numbering: 0 is the matrix, a product is its bit + 1, a family is 1,000 + its id. A mask has one bit
for each product of the node. Never reads a table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from smart_products.catalogue.queries import FamilyView, ProductView

MATRIX = 0
MATRIX_CODE = "matrix"
FAMILIES_FROM = 1_000


@dataclass(frozen=True, slots=True)
class NodeName:
    """A node as a row shows it."""

    number: int
    kind: str
    """matrix, family or product."""
    code: str
    family: str
    """Code of the family of a product or of the family itself; empty for the matrix."""
    name: str
    name_en: str


def product_node(bit: int) -> int:
    """Return the number of a product's node."""
    return bit + 1


def family_node(family_id: int) -> int:
    """Return the number of a family's node."""
    return FAMILIES_FROM + family_id


def node_masks(families: Iterable[FamilyView], products: Iterable[ProductView]) -> list[tuple[int, int]]:
    """Return (number, mask) of every node, by number."""
    every = list(products)
    masks = [(MATRIX, sum(1 << product.bit for product in every))]
    masks += [
        (family_node(family.id), sum(1 << product.bit for product in every if product.family.id == family.id))
        for family in families
    ]
    masks += [(product_node(product.bit), 1 << product.bit) for product in every]
    return sorted(masks)

"""Clients that products share, and clients that went from one to another: counts of heads, each counted once.

Owns the rows that queries of overlap answer with (docs/metrics.md, *Clients*) and the shares they give. Over products
nothing adds up: a total is counted for itself. Never reads a table or a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from smart_products.statistics.figures import ratio
from smart_products.statistics.nodes import NodeName

Pairs = Mapping[tuple[int, int], int]
"""Clients by the node numbers of two products, since two sources may use one code; a pair without any is left out."""


@dataclass(frozen=True, slots=True)
class SharedRow:
    """The clients of one node at the close of a day, in heads."""

    node: NodeName
    retained: int = 0
    """R(n,t), which is the net figure: each person once."""
    gross: int = 0
    """Sum over the products of the node: pairs (client, product) in force."""
    elsewhere: int = 0
    """Of the retained, those in a product outside the node as well."""
    on_books: int = 0
    """Clients with an open account in the slice, signed or not; the same for every node."""

    @property
    def overlap(self) -> int:
        """Return gross - net: how often a client is counted once more by another product of the node."""
        return self.gross - self.retained

    @property
    def products_per_client(self) -> float | None:
        """Return pairs (client, product) in force over retained clients."""
        return ratio(self.gross, self.retained)

    @property
    def penetration(self) -> float | None:
        """Return retained clients over clients on the books."""
        return ratio(self.retained, self.on_books)


@dataclass(frozen=True, slots=True)
class TransitionRow:
    """Where the clients of one node went over a period, and where those who came had been; in heads.

    Who was in the node at the start stands in exactly one of the first four, who came in one of the last three.
    """

    node: NodeName
    stayed: int = 0
    """In the node at the end as well."""
    switched_out: int = 0
    """Not in the node any more, and in a product that they were not in at the start; counted once."""
    kept_others: int = 0
    """Not in the node any more, and in none but products that they were in at the start as well."""
    outside: int = 0
    """In no product at the end."""
    switched_in: int = 0
    """New in the node, from a product that they are not in any more; counted once."""
    added: int = 0
    """New in the node beside all the products that they were in at the start."""
    from_outside: int = 0
    """New in the node, and in no product at the start."""

    @property
    def before(self) -> int:
        """Return the clients of the node at the start."""
        return self.stayed + self.left

    @property
    def left(self) -> int:
        """Return those of them who are not in the node at the end."""
        return self.switched_out + self.kept_others + self.outside

    @property
    def came(self) -> int:
        """Return the clients of the node at the end who were not in it at the start."""
        return self.switched_in + self.added + self.from_outside

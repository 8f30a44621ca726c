"""Clients that products share, and where they went, as plain objects. Every figure is a count of clients."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from pydantic import Field

from screens.plain.shape import Count, Shape, Whole
from smart_products.statistics import queries
from smart_products.statistics.nodes import NodeName
from smart_products.statistics.overlap import Pairs


class Place(Shape):
    """The scope and version of an answer."""

    as_of: date
    version: int
    current: bool
    cut: str
    unit: str
    tier: str | None
    channel: str | None


class Node(Shape):
    """A product, a family, or all products."""

    node: str
    kind: str
    family: str | None
    name: str
    name_en: str


class SharedRow(Node):
    """A node with the clients it shares with products."""

    retained_clients: Count
    elsewhere_clients: Count
    gross_clients: Count
    overlap_clients: Count
    net_clients: Count
    products_per_client: float | None
    clients_on_books: Count
    penetration: float | None
    shared_clients: dict[str, Count] | None = Field(description="By the other product; only of a product.")


class Shared(Place, Whole):
    """Clients retained in two products at once."""

    rows: list[SharedRow]


class TransitionRow(Node):
    """A node with where its clients of the start went, and where those of the end came from."""

    clients_before: Count
    stayed: Count
    left_clients: Count
    switched_out: Count
    kept_others: Count
    outside: Count
    came_clients: Count
    switched_in: Count
    added: Count
    from_outside: Count
    retained_clients: Count
    transitions: dict[str, Count] | None = Field(description="To the other product; only of a product.")
    shared_clients: dict[str, Count] | None


class Transitions(Place, Whole):
    """Where clients went over a period. One may stand in several cells; cells do not add up."""

    since: date
    switched_clients: Count
    rows: list[TransitionRow]


def shared(found: queries.Shared) -> Shared:
    """Return the clients that products share."""
    names = [row.node for row in found.rows]
    rows = [
        SharedRow(
            **_node(row.node),
            retained_clients=row.retained,
            elsewhere_clients=row.elsewhere,
            gross_clients=row.gross,
            overlap_clients=row.overlap,
            net_clients=row.retained,
            products_per_client=row.products_per_client,
            clients_on_books=row.on_books,
            penetration=row.penetration,
            shared_clients=_pairs(row.node, found.pairs, names),
        )
        for row in found.rows
    ]
    return Shared(**_place(found), rows=rows)


def transitions(found: queries.Transitions) -> Transitions:
    """Return where clients went."""
    names = [row.node for row in found.rows]
    rows = [
        TransitionRow(
            **_node(row.node),
            clients_before=row.before,
            stayed=row.stayed,
            left_clients=row.left,
            switched_out=row.switched_out,
            kept_others=row.kept_others,
            outside=row.outside,
            came_clients=row.came,
            switched_in=row.switched_in,
            added=row.added,
            from_outside=row.from_outside,
            retained_clients=end.retained,
            transitions=_pairs(row.node, found.pairs, names),
            shared_clients=_pairs(row.node, found.shared.pairs, names),
        )
        for row, end in zip(found.rows, found.shared.rows, strict=True)
    ]
    return Transitions(**_place(found.shared), since=found.since, switched_clients=found.switched, rows=rows)


class _Place(TypedDict):
    as_of: date
    version: int
    current: bool
    cut: str
    unit: str
    tier: str | None
    channel: str | None


def _place(found: queries.Shared) -> _Place:
    return {
        "as_of": found.as_of,
        "version": found.publication.version,
        "current": found.publication.current,
        "cut": found.publication.cut.digest,
        "unit": found.unit,
        "tier": found.tier,
        "channel": found.channel,
    }


class _Node(TypedDict):
    node: str
    kind: str
    family: str | None
    name: str
    name_en: str


def _node(node: NodeName) -> _Node:
    return {
        "node": node.code,
        "kind": node.kind,
        "family": node.family or None,
        "name": node.name,
        "name_en": node.name_en or node.name,
    }


def _pairs(node: NodeName, pairs: Pairs, names: Sequence[NodeName]) -> dict[str, int] | None:
    """Return the figures of a product with each other product; other nodes have none."""
    if node.kind != "product":
        return None
    others = (one for one in names if one.kind == "product" and one != node)
    return {other.code: pairs.get((node.number, other.number), 0) for other in others}

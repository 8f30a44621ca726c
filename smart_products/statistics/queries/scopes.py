"""Scopes: which nodes, units, tiers and channels a question names, and the slices that a breakdown has.

Owns the reading order of nodes and the errors for codes that do not exist. Reads no figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from accounts.queries import UnitNode
from core.reading import remembered
from smart_products.catalogue.queries import products
from smart_products.statistics.known import channel_numbers
from smart_products.statistics.models import Channel, SliceKind
from smart_products.statistics.nodes import MATRIX, MATRIX_CODE, NodeName, family_node, product_node
from smart_products.statistics.queries.answers import UnknownScope
from smart_products.statistics.queries.cube import Corner
from smart_products.statistics.tiers import BY_CODE, TIERS


class Structure(StrEnum):
    """Which tree of units a question about the past goes by: that of each day, or that of the as-of day."""

    WAS = "was"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice to answer for: a unit with an optional tier and channel."""

    unit: UnitNode
    tier: str | None = None
    channel: str | None = None
    structure: date | None = None
    """The day whose tree of units holds for all days; None: each day has its own."""

    @property
    def tier_number(self) -> int | None:
        """Number of the tier; None for all."""
        return None if self.tier is None else BY_CODE[self.tier].number

    @property
    def channel_id(self) -> int | None:
        """Number of the channel; None for all. Raises UnknownScope."""
        if self.channel is None:
            return None
        found = _numbered().get(self.channel) or channel_numbers().get(self.channel)
        if found is None:
            raise UnknownScope("channel", self.channel)
        return found

    @property
    def corner(self) -> Corner:
        """The slice in numbers, as the files hold it. Raises UnknownScope for an unknown channel."""
        return Corner(self.unit.id, self.tier_number, self.channel_id, self.structure)

    @property
    def marginal(self) -> tuple[int, int] | None:
        """Kind and key of its published cells; None where only the cube has it."""
        if self.structure is not None and self.unit.parent_id is not None:
            return None
        if self.tier is None and self.channel is None:
            return SliceKind.UNIT, self.unit.id
        if self.unit.parent_id is not None or (self.tier is not None and self.channel is not None):
            return None
        if self.tier is not None:
            return SliceKind.TIER, BY_CODE[self.tier].number
        channel = self.channel_id
        return (SliceKind.CHANNEL, channel) if channel is not None else None


def node_names() -> list[NodeName]:
    """Return all nodes in reading order: the matrix, then each family that has products, followed by them."""
    every = products()
    families = {one.family.id: one.family for one in every}
    found = [NodeName(MATRIX, "matrix", MATRIX_CODE, "", MATRIX_CODE, MATRIX_CODE)]
    for family in sorted(families.values(), key=lambda one: (one.source, one.code)):
        found.append(NodeName(family_node(family.id), "family", family.code, family.code, family.name, family.name_en))
        found += [
            NodeName(product_node(one.bit), "product", one.code, family.code, one.name, one.name_en)
            for one in every
            if one.family.id == family.id
        ]
    return found


@remembered
def _numbered() -> dict[str, int]:
    """Return the channels by code with their numbers; before the first close those that clients have."""
    return dict(Channel.objects.order_by("code").values_list("code", "pk")) or channel_numbers()


def channels() -> list[str]:
    """Return the acquisition channels that clients have, by code."""
    return sorted(_numbered())


def slice_of(
    tree: Sequence[UnitNode], unit: str | None, tier: str | None, channel: str | None, structure: date | None = None
) -> Slice:
    """Return the slice these codes name; without a unit that of the root. Raises UnknownScope."""
    found = next((node for node in tree if (node.parent_id is None if unit is None else node.code == unit)), None)
    if found is None:
        raise UnknownScope("unit", unit or "root")
    if tier is not None and tier not in BY_CODE:
        raise UnknownScope("tier", tier)
    return Slice(found, tier, channel, structure)


def named(nodes: Sequence[NodeName], code: str | None) -> list[NodeName]:
    """Return the node of this code alone, or all without one. Raises UnknownScope."""
    if code is None:
        return list(nodes)
    found = [node for node in nodes if node.code == code]
    if not found:
        raise UnknownScope("node", code)
    return found


def slices_by(by: str, scope: Slice, tree: Sequence[UnitNode]) -> list[Slice]:
    """Return the slices of a breakdown: unit (direct children), outlet, tier or channel. Raises UnknownScope."""
    if by == "tier":
        return [replace(scope, tier=tier.code) for tier in TIERS]
    if by == "channel":
        return [replace(scope, channel=code) for code in channels()]
    if by == "unit":
        return [replace(scope, unit=unit) for unit in tree if unit.parent_id == scope.unit.id]
    if by == "outlet":
        inside = _below(tree, scope.unit)
        parents = {unit.parent_id for unit in tree}
        return [replace(scope, unit=unit) for unit in inside if unit.id not in parents]
    raise UnknownScope("breakdown", by)


def _below(tree: Sequence[UnitNode], top: UnitNode) -> list[UnitNode]:
    inside = {top.id}
    found = []
    for unit in tree:
        if unit.id == top.id or unit.parent_id in inside:
            inside.add(unit.id)
            found.append(unit)
    return found

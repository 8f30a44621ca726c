"""Scopes: which nodes, units, tiers and channels a question names, and the slices that a breakdown has.

Owns the reading order of nodes and the errors for codes that do not exist. Reads no figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from accounts.queries import UnitNode
from smart_products.catalogue.queries import families, products
from smart_products.statistics.models import Channel, SliceKind
from smart_products.statistics.nodes import MATRIX, MATRIX_CODE, family_node, product_node
from smart_products.statistics.queries.answers import UnknownScope
from smart_products.statistics.tiers import BY_CODE, TIERS


@dataclass(frozen=True, slots=True)
class NodeName:
    """A node as a row shows it."""

    number: int
    kind: str
    code: str
    family: str
    name: str
    name_en: str


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


def node_names() -> list[NodeName]:
    """Return all nodes in reading order: the matrix, then each family followed by its products."""
    every = products()
    found = [NodeName(MATRIX, "matrix", MATRIX_CODE, "", MATRIX_CODE, MATRIX_CODE)]
    for family in families():
        found.append(NodeName(family_node(family.id), "family", family.code, family.code, family.name, family.name_en))
        found += [
            NodeName(product_node(one.bit), "product", one.code, family.code, one.name, one.name_en)
            for one in every
            if one.family.id == family.id
        ]
    return found


def channels() -> list[str]:
    """Return the acquisition channels that clients have, by code."""
    return list(Channel.objects.order_by("code").values_list("code", flat=True))


def unit_of(tree: Sequence[UnitNode], code: str | None) -> UnitNode:
    """Return the unit of this code, the root without one. Raises UnknownScope."""
    found = next((node for node in tree if (node.parent_id is None if code is None else node.code == code)), None)
    if found is None:
        raise UnknownScope("unit", code or "root")
    return found


def tier_of(code: str | None) -> str | None:
    """Return the code of a tier, if there is such. Raises UnknownScope."""
    if code is not None and code not in BY_CODE:
        raise UnknownScope("tier", code)
    return code


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


def tier_number(part: Slice) -> int | None:
    """Return the number of a slice's tier; None for all."""
    return None if part.tier is None else BY_CODE[part.tier].number


def channel_id(part: Slice) -> int | None:
    """Return the number of a slice's channel; None for all. Raises UnknownScope."""
    if part.channel is None:
        return None
    found = Channel.objects.filter(code=part.channel).values_list("pk", flat=True).first()
    if found is None:
        raise UnknownScope("channel", part.channel)
    return int(found)


def marginal(part: Slice) -> tuple[int, int] | None:
    """Return kind and key of the published cells of a slice, or None where only the cube has it."""
    if part.structure is not None and part.unit.parent_id is not None:
        return None
    if part.tier is None and part.channel is None:
        return SliceKind.UNIT, part.unit.id
    if part.unit.parent_id is not None or (part.tier is not None and part.channel is not None):
        return None
    if part.tier is not None:
        return SliceKind.TIER, BY_CODE[part.tier].number
    channel = channel_id(part)
    return (SliceKind.CHANNEL, channel) if channel is not None else None

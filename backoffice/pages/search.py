"""What a search finds: the units and products of the house whose name or code holds the words typed.

Takes what the reader may see and ranks it; never asks for more. A unit leads to its matrix, a product to its page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from backoffice.filters import Filters
from backoffice.scope import Unit
from screens import formats

MOST = 20
"""More matches than this are counted and not listed."""
BETWEEN = " › "
NOWHERE = 3
"""The rank of what does not match."""


class Node(Protocol):
    """What this module needs to know of a family or product; `queries.node_names()` of statistics fits."""

    @property
    def kind(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Match:
    """A unit, family or product that was found: its name, where it belongs, and its page."""

    name: str
    place: str
    code: str
    page: str
    """The name of the page: that of the product, or the matrix of the unit."""
    address: str


@dataclass(frozen=True, slots=True)
class Search:
    """The words looked for, the best matches, how many more there are, and whether an only one was found."""

    words: str
    matches: tuple[Match, ...]
    more: int

    @property
    def only(self) -> Match | None:
        """Return the match when there is exactly one, so that it can be opened at once."""
        return self.matches[0] if len(self.matches) == 1 else None


def search(words: str, units: Sequence[Unit], nodes: Iterable[Node], filters: Filters, language: str | None) -> Search:
    """Return what matches the words, the closest first; nothing for no words."""
    wanted = words.strip().casefold()
    if not wanted:
        return Search("", (), 0)
    ranked = [
        *(
            (_rank(wanted, unit.name, unit.name_en, unit.code), match)
            for unit, match in _units(units, filters, language)
        ),
        *(
            (_rank(wanted, node.name, node.name_en, node.code), match)
            for node, match in _nodes(nodes, filters, language)
        ),
    ]
    found = [match for rank, match in sorted(ranked, key=lambda pair: pair[0]) if rank < NOWHERE]
    return Search(words.strip(), tuple(found[:MOST]), max(0, len(found) - MOST))


def _rank(wanted: str, *texts: str) -> int:
    """Return 0 for a text that is the words, 1 for one that starts with them, 2 for one that holds them."""
    folded = [text.casefold() for text in texts if text]
    if wanted in folded:
        return 0
    if any(text.startswith(wanted) for text in folded):
        return 1
    return 2 if any(wanted in text for text in folded) else NOWHERE


def _named(one: Unit | Node, language: str | None) -> str:
    return one.name if formats.is_chinese(language) else one.name_en or one.name


def _units(units: Sequence[Unit], filters: Filters, language: str | None) -> list[tuple[Unit, Match]]:
    by_id = {unit.id: unit for unit in units}
    found = []
    for unit in units:
        above: list[Unit] = []
        parent = by_id.get(unit.parent_id or 0)
        while parent is not None and parent not in above:
            above.append(parent)
            parent = by_id.get(parent.parent_id or 0)
        way = BETWEEN.join(_named(one, language) for one in reversed(above))
        address = filters.address(unit=unit.code, by="")
        found.append((unit, Match(_named(unit, language), way or _("Unit"), unit.code, "matrix", address)))
    return found


def _nodes(nodes: Iterable[Node], filters: Filters, language: str | None) -> list[tuple[Node, Match]]:
    known = [node for node in nodes if node.kind in ("family", "product")]
    families = {node.code: _named(node, language) for node in known if node.kind == "family"}
    found = []
    for node in known:
        place = families.get(node.family, node.family) if node.kind == "product" else _("Product family")
        address = filters.address(node=node.code, by="")
        found.append((node, Match(_named(node, language), place, node.code, "product", address)))
    return found

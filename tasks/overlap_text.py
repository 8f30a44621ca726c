"""Shared clients and transitions as tables for a terminal.

Owns the columns of the tables. Every figure is a count of clients; over products none of them adds up. Never computes
a figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import clock
from smart_products.statistics.nodes import NodeName
from smart_products.statistics.overlap import Pairs, SharedRow, TransitionRow
from smart_products.statistics.queries import Shared, Transitions
from tasks.matrix_text import DASH, node_label, share
from tasks.tables import table


def _products(names: Sequence[NodeName]) -> list[NodeName]:
    return [name for name in names if name.kind == "product"]


def lines_shared(found: Shared) -> list[str]:
    """Return shared clients as lines of text in the active language: gross and net by node, then pairs of products."""
    itself = {(row.node.number, row.node.number): row.retained for row in found.rows}
    return [
        _("Shared clients as of %(day)s; version %(version)s, published %(at)s") % _words(found),
        "",
        *_shared_table(found.rows),
        "",
        *_square(_("Shared clients"), [row.node for row in found.rows], {**found.pairs, **itself}),
    ]


def lines_transitions(found: Transitions) -> list[str]:
    """Return transitions as lines of text in the active language: ways by node, then pairs of products."""
    words = {**_words(found.shared), "since": found.since, "clients": f"{found.switched:,}"}
    return [
        _("Transitions from %(since)s to %(day)s; version %(version)s, published %(at)s") % words,
        "",
        *_ways_table(found.rows),
        "",
        *_square(
            _("From row to column"),
            [row.node for row in found.rows],
            found.pairs,
            {row.node.number: row.from_outside for row in found.rows},
        ),
        "",
        _("Clients who changed products: %(clients)s. One may stand in several cells; cells do not add up.") % words,
    ]


def _words(found: Shared) -> dict[str, Any]:
    return {
        "day": found.as_of,
        "version": found.publication.version,
        "at": clock.shanghai_minute(found.publication.published_at),
    }


def _shared_table(rows: Sequence[SharedRow]) -> list[str]:
    head = [
        pgettext("matrix table", "Clients"),
        pgettext("matrix table", "sum of the products"),
        pgettext("matrix table", "counted more than once"),
        pgettext("matrix table", "net"),
        _("in other products too"),
        _("Products per client"),
        _("Penetration"),
    ]
    cells = [
        [
            node_label(row.node),
            *(f"{heads:,}" for heads in (row.gross, row.overlap, row.retained, row.elsewhere)),
            DASH if row.products_per_client is None else f"{row.products_per_client:.2f}",
            share(row.penetration),
        ]
        for row in rows
    ]
    return table(head, cells)


def _ways_table(rows: Sequence[TransitionRow]) -> list[str]:
    head = [
        pgettext("matrix table", "Clients"),
        pgettext("matrix table", "before"),
        _("stayed"),
        _("switched to others"),
        _("kept others"),
        _("in no product"),
        _("switched from others"),
        _("added"),
        _("from outside"),
    ]
    cells = []
    for row in rows:
        out = (row.before, row.stayed, row.switched_out, row.kept_others, row.outside)
        into = (row.switched_in, row.added, row.from_outside)
        cells.append([node_label(row.node), *(f"{heads:,}" for heads in (*out, *into))])
    return table(head, cells)


def _square(title: str, names: Sequence[NodeName], pairs: Pairs, outside: Mapping[int, int] | None = None) -> list[str]:
    """Return the table of pairs of products; columns bear the numbers of the rows. `outside` gives a last row."""
    products = _products(names)

    def cell(one: NodeName, other: NodeName) -> str:
        place = (one.number, other.number)
        return DASH if one == other and place not in pairs else f"{pairs.get(place, 0):,}"

    rows = [
        [f"{number:>2} {node_label(one).strip()}", *(cell(one, other) for other in products)]
        for number, one in enumerate(products, start=1)
    ]
    if outside is not None:
        rows.append([_("from outside"), *(f"{outside[product.number]:,}" for product in products)])
    return table([title, *map(str, range(1, len(products) + 1))], rows)

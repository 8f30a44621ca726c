"""The product matrix as tables for a terminal: money in yuan, rates and points in per cent.

Owns the columns of the tables. What can not be observed is a dash. Never computes a figure.
"""

from __future__ import annotations

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core import clock
from core.money import yuan
from smart_products.statistics.figures import MatrixRow, Overlap
from smart_products.statistics.nodes import NodeName
from smart_products.statistics.queries import Matrix
from tasks.tables import table

DASH = "-"


def lines(matrix: Matrix, by: str) -> list[str]:
    """Return the matrix as lines of text in the active language: a head, clients, money, gross and net."""
    names = [_name(row, by) for row in matrix.rows]
    words = {
        "day": matrix.as_of,
        "since": matrix.since or DASH,
        "version": matrix.publication.version,
        "at": clock.shanghai_minute(matrix.publication.published_at),
    }
    return [
        _("Product matrix as of %(day)s, compared with %(since)s; version %(version)s, published %(at)s") % words,
        "",
        *_client_table(matrix, names),
        "",
        *_asset_table(matrix, names),
        "",
        *_overlap_table(matrix.overlap),
    ]


def _name(row: MatrixRow, by: str) -> str:
    if by:
        return {"tier": row.tier, "channel": row.channel}.get(by) or row.unit
    return node_label(row)


def node_label(node: MatrixRow | NodeName) -> str:
    """Return the words of a node in the active language, set in by its level."""
    if node.kind == "matrix":
        return _("Product matrix")
    words = node.name if (get_language() or "").startswith("zh") else node.name_en or node.name
    return f"{'    ' if node.kind == 'product' else '  '}{words}"


def _client_table(matrix: Matrix, names: list[str]) -> list[str]:
    head = [
        pgettext("matrix table", "Clients"),
        pgettext("matrix table", "retained"),
        pgettext("matrix table", "before"),
        pgettext("matrix table", "first-time"),
        pgettext("matrix table", "reactivated"),
        pgettext("matrix table", "lapsed"),
        pgettext("matrix table", "moved"),
        pgettext("matrix table", "funded"),
        pgettext("matrix table", "first-sign retention"),
    ]
    rows = []
    for name, row in zip(names, matrix.rows, strict=True):
        heads = row.clients
        terms = (heads.before, heads.first_time, heads.reactivated, heads.lapsed, heads.moved)
        shown = [f"{number:,}" for number in terms] if matrix.since else [DASH] * len(terms)
        rows.append([name, f"{heads.retained:,}", *shown, f"{heads.funded:,}", share(row.first_sign.rate)])
    return table(head, rows)


def _asset_table(matrix: Matrix, names: list[str]) -> list[str]:
    head = [
        pgettext("matrix table", "Signed assets, CNY"),
        pgettext("matrix table", "now"),
        pgettext("matrix table", "before"),
        pgettext("matrix table", "growth"),
        pgettext("matrix table", "entered"),
        pgettext("matrix table", "left"),
        pgettext("matrix table", "flow"),
        pgettext("matrix table", "market"),
        pgettext("matrix table", "moved"),
        pgettext("matrix table", "market-neutral"),
        pgettext("matrix table", "time-weighted"),
    ]
    rows = []
    for name, row in zip(names, matrix.rows, strict=True):
        assets = row.assets
        terms = (assets.entered_total, -assets.left_total, assets.flow, assets.market, assets.moved)
        rows.append(
            [
                name,
                f"{yuan(assets.now):,}",
                f"{yuan(assets.before):,}" if matrix.since else DASH,
                *(share(part, signed=True) for part in (assets.growth, *map(assets.points, terms))),
                share(row.market_neutral_growth, signed=True),
                share(row.returns.time_weighted, signed=True),
            ]
        )
    return table(head, rows)


def _overlap_table(found: Overlap) -> list[str]:
    head = [
        pgettext("matrix table", "Gross and net"),
        pgettext("matrix table", "clients"),
        pgettext("matrix table", "signed assets, CNY"),
    ]
    rows = [
        [
            pgettext("matrix table", "sum of the products"),
            f"{found.gross_clients:,}",
            f"{yuan(found.gross_assets):,}",
        ],
        [pgettext("matrix table", "counted more than once"), f"{found.clients:,}", f"{yuan(found.assets):,}"],
        [pgettext("matrix table", "net"), f"{found.net_clients:,}", f"{yuan(found.net_assets):,}"],
    ]
    return table(head, rows)


def share(value: float | None, *, signed: bool = False) -> str:
    """Return a fraction in per cent, or a dash for what can not be observed."""
    if value is None:
        return DASH
    return f"{100 * value:+,.1f}%" if signed else f"{100 * value:.1f}%"

"""The product matrix as plain objects for `--json` and as tables for a terminal.

Owns the keys of the JSON (design.md, *Commands*) and the columns of the tables. Money is written in yuan with two
decimals, rates and points are fractions in JSON and per cent in the tables; what can not be observed is null or a
dash. Never computes a figure.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core import clock
from core.money import yuan
from smart_products.statistics.figures import FirstSign, MatrixRow, Overlap, ratio
from smart_products.statistics.nodes import NodeName
from smart_products.statistics.queries import Matrix
from tasks.tables import table

DASH = "-"


def plain(matrix: Matrix) -> dict[str, Any]:
    """Return the matrix as JSON values."""
    observed = matrix.since is not None
    return {
        "as_of": matrix.as_of.isoformat(),
        "since": matrix.since.isoformat() if matrix.since else None,
        "version": matrix.publication.version,
        "current": matrix.publication.current,
        "cut": matrix.publication.cut.digest,
        "opening": matrix.opening,
        "warnings": list(matrix.warnings),
        "rows": [_row(row, observed=observed) for row in matrix.rows],
        **_overlap(matrix.overlap, observed=observed),
    }


def _row(row: MatrixRow, *, observed: bool) -> dict[str, Any]:
    return {
        "node": row.node,
        "kind": row.kind,
        "family": row.family or None,
        "name": row.name,
        "name_en": row.name_en,
        "unit": row.unit,
        "tier": row.tier,
        "channel": row.channel,
        **_heads(row, observed=observed),
        **_money(row, observed=observed),
        "first_sign": plain_first_sign(row.first_sign),
    }


def _heads(row: MatrixRow, *, observed: bool) -> dict[str, Any]:
    heads = row.clients
    terms = {
        "clients_before": heads.before,
        "first_time_clients": heads.first_time,
        "reactivated_clients": heads.reactivated,
        "lapsed_clients": heads.lapsed,
        "moved_clients": heads.moved,
    }
    return {
        "retained_clients": heads.retained,
        **(terms if observed else dict.fromkeys(terms)),
        "funded_clients": heads.funded,
        "clients_on_books": heads.on_books,
        "penetration": ratio(heads.retained, heads.on_books),
        "products_per_client": ratio(heads.pairs, heads.retained),
    }


def _money(row: MatrixRow, *, observed: bool) -> dict[str, Any]:
    assets = row.assets
    terms = {
        "entered": assets.entered_total,
        "left": assets.left_total,
        "flow": assets.flow,
        "market": assets.market,
        "moved": assets.moved,
    }
    money = {"assets_before": assets.before, **terms}
    points = {name: assets.points(-amount if name == "left" else amount) for name, amount in terms.items()}
    reasons = {"entered_by_reason": assets.entered, "left_by_reason": assets.left}
    return {
        "signed_assets": _yuan(assets.now),
        **{name: _yuan(amount) if observed else None for name, amount in money.items()},
        **{
            name: {reason: _yuan(amount) for reason, amount in found.items()} if observed else None
            for name, found in reasons.items()
        },
        "growth": assets.growth if observed else None,
        "market_neutral_growth": row.market_neutral_growth,
        "twr": row.returns.time_weighted,
        "modified_dietz": row.returns.modified_dietz,
        "skipped_days": row.returns.skipped_days,
        "points": points if observed else dict.fromkeys(points),
        "signed_accounts": assets.accounts,
        "carried_accounts": assets.carried_accounts,
        "carried_value": _yuan(assets.carried_value),
        "unvalued_accounts": assets.unvalued_accounts,
    }


def plain_first_sign(found: FirstSign) -> dict[str, Any]:
    """Return first-sign retention as JSON values."""
    low, high = found.interval or (None, None)
    return {
        "from": found.since.isoformat(),
        "to": found.until.isoformat(),
        "clients": found.clients,
        "retained": found.retained,
        "rate": found.rate,
        "low": low,
        "high": high,
        "mean_days": found.mean_days,
        "observable_180": found.observable_180,
        "retained_180": found.retained_180,
        "rate_180": found.rate_180,
    }


def _overlap(found: Overlap, *, observed: bool) -> dict[str, Any]:
    parts = {
        "gross": (found.gross_clients, found.gross_assets, found.gross_assets_before),
        "overlap": (found.clients, found.assets, found.assets_before),
        "net": (found.net_clients, found.net_assets, found.net_assets_before),
    }
    return {
        name: {
            "retained_clients": clients,
            "signed_assets": _yuan(assets),
            "assets_before": _yuan(before) if observed else None,
        }
        for name, (clients, assets, before) in parts.items()
    }


def _yuan(fen: int) -> str:
    return str(yuan(fen))


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

"""The rows of the matrix as CSV: exact amounts in yuan, fractions as they are, ISO days, nothing
rounded away.

Column heads are the names of docs/metrics.md, in every language, so that a sheet can be read by programs.
A text that a spreadsheet would take for a formula is written with an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

from screens import formats
from smart_products.statistics.figures import ENTER_REASONS, LEAVE_REASONS, MatrixRow
from smart_products.statistics.queries import Matrix

HEAD = (
    "as_of", "since", "version", "node", "kind", "name", "unit", "tier", "channel",
    "retained_clients", "clients_before",
    "funded_clients", "first_time_clients", "reactivated_clients", "lapsed_clients", "moved_clients",
    "signed_assets", "assets_before",
    *(f"entered_{reason}" for reason in ENTER_REASONS), *(f"left_{reason}" for reason in LEAVE_REASONS),
    "flow", "market", "moved", "growth", "twr", "modified_dietz", "market_neutral_growth",
    "first_sign_clients", "first_sign_retained", "first_sign_rate",
)  # fmt: skip


def safe(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def yuan(fen: int) -> str:
    """Return an amount as exact yuan with two decimals."""
    return str(Decimal(fen).scaleb(-2))


def fraction(value: float | None) -> str:
    """Return a share as it is, or nothing where there is none."""
    return "" if value is None else repr(value)


def _line(row: MatrixRow, matrix: Matrix, language: str | None) -> list[str]:
    clients, assets, first = row.clients, row.assets, row.first_sign
    name = row.name if formats.is_chinese(language) else row.name_en or row.name
    counts = (
        clients.retained, clients.before, clients.funded, clients.first_time, clients.reactivated,
        clients.lapsed,
        clients.moved,
    )  # fmt: skip
    return [
        matrix.as_of.isoformat(), matrix.since.isoformat() if matrix.since else "",
        str(matrix.publication.version),
        safe(row.node), row.kind, safe(name), safe(row.unit), row.tier or "", safe(row.channel or ""),
        *(str(count) for count in counts),
        yuan(assets.now), yuan(assets.before),
        *(yuan(assets.entered.get(reason, 0)) for reason in ENTER_REASONS),
        *(yuan(assets.left.get(reason, 0)) for reason in LEAVE_REASONS),
        yuan(assets.flow), yuan(assets.market), yuan(assets.moved),
        fraction(assets.growth), fraction(row.returns.time_weighted), fraction(row.returns.modified_dietz),
        fraction(row.market_neutral_growth),
        str(first.clients), str(first.retained), fraction(first.rate),
    ]  # fmt: skip


def csv_text(rows: Sequence[MatrixRow], matrix: Matrix, language: str | None) -> str:
    """Return the rows as CSV with a head; the amounts are strings of exact yuan with two decimals."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows(_line(row, matrix, language) for row in rows)
    return out.getvalue()

"""The rows of the matrix as a table to keep: exact amounts in yuan, fractions as they are, ISO days, nothing
rounded away.

Column heads are the names of docs/metrics.md, in every language, so that a sheet can be read by programs.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.money import yuan
from screens import formats
from screens.tables import Entry, Table
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


def _line(row: MatrixRow, matrix: Matrix, language: str | None) -> list[Entry]:
    clients, assets, first = row.clients, row.assets, row.first_sign
    name = row.name if formats.is_chinese(language) else row.name_en or row.name
    counts = (
        clients.retained, clients.before, clients.funded, clients.first_time, clients.reactivated,
        clients.lapsed,
        clients.moved,
    )  # fmt: skip
    return [
        matrix.as_of.isoformat(), matrix.since.isoformat() if matrix.since else "",
        matrix.publication.version,
        row.node, row.kind, name, row.unit, row.tier or "", row.channel or "",
        *(count for count in counts),
        yuan(assets.now), yuan(assets.before),
        *(yuan(assets.entered.get(reason, 0)) for reason in ENTER_REASONS),
        *(yuan(assets.left.get(reason, 0)) for reason in LEAVE_REASONS),
        yuan(assets.flow), yuan(assets.market), yuan(assets.moved),
        assets.growth, row.returns.time_weighted, row.returns.modified_dietz,
        row.market_neutral_growth,
        first.clients, first.retained, first.rate,
    ]  # fmt: skip


def table(rows: Sequence[MatrixRow], matrix: Matrix, language: str | None) -> Table:
    """Return the rows below their head."""
    return Table(HEAD, [_line(row, matrix, language) for row in rows])

"""The clients behind the money: what each adds to signed assets and to every term of their growth, in fen.

Owns the way from a node, a slice and a period to amounts by client, whose sum is the published term exactly. Whose
names may be read, is for those to decide who ask. Never writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import duckdb
import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from accounts.queries import unit_tree
from core.columnar import DAY, TEXT, WHOLE, table_from_rows
from core.files import path_of
from smart_products.statistics.block import LARGEST
from smart_products.statistics.engine import read_days, read_parquet, run
from smart_products.statistics.figures import ENTER_REASONS, LEAVE_REASONS
from smart_products.statistics.models import Publication
from smart_products.statistics.nodes import MATRIX_CODE, NodeName
from smart_products.statistics.queries import cube
from smart_products.statistics.queries.answers import PublicationView
from smart_products.statistics.queries.kept import LISTS, kept
from smart_products.statistics.queries.periods import Timeline, opened, versions_of
from smart_products.statistics.queries.scopes import Structure, named, node_names, slice_of

Fen = NDArray[np.int64]

ENTERED = tuple(f"entered_{reason}" for reason in ENTER_REASONS)
LEFT = tuple(f"left_{reason}" for reason in LEAVE_REASONS)
COLUMNS = (*ENTERED, *LEFT, "flow", "moved")
TERMINATED = LEAVE_REASONS.index("terminated")
"""The reason of an end that no subscription tells."""


class Money(StrEnum):
    """The figures in money whose clients can be listed; names as in docs/metrics.md."""

    ASSETS = "signed_assets"
    ENTERED = "entered"
    LEFT = "left"
    FLOW = "flow"
    MARKET = "market"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Amounts:
    """What the clients of a slice add to the money of one node over a period, client by client."""

    clients: Fen
    """Each once, by number, ascending."""
    columns: Mapping[str, Fen]
    """Fen of each client: `now`, `before`, and the terms as cells name them; what left is positive."""

    def of(self, money: Money, reason: str = "") -> Fen:
        """Return the fen of each client, of one reason or of all; market is what remains of his change."""
        if money is Money.ASSETS:
            return self.columns["now"]
        if money in (Money.ENTERED, Money.LEFT):
            return self._summed([f"{money}_{reason}"] if reason else ENTERED if money is Money.ENTERED else LEFT)
        if money is Money.MARKET:
            explained = self._summed(ENTERED) - self._summed(LEFT) + self.columns["flow"] + self.columns["moved"]
            return self.columns["now"] - self.columns["before"] - explained
        return self.columns[money]

    def largest(self, money: Money, reason: str = "") -> tuple[Fen, Fen]:
        """Return the clients who add anything, the largest amounts first in either direction, and their fen."""
        fen = self.of(money, reason)
        order = np.lexsort((self.clients, -np.abs(fen)))[: np.count_nonzero(fen)]
        return self.clients[order], fen[order]

    def _summed(self, names: Sequence[str]) -> Fen:
        total: Fen = np.sum([self.columns[name] for name in names], axis=0, dtype=np.int64)
        return total


@dataclass(frozen=True, slots=True)
class BehindMoney:
    """The amounts behind the money of a node in a slice, with the day, period and version they belong to."""

    node: NodeName
    as_of: date
    since: date | None
    """The day that the terms count from; None of levels, which have no period."""
    publication: PublicationView
    versions: tuple[PublicationView, ...]
    amounts: Amounts


def behind_money(
    *,
    as_of: date | None = None,
    since: date | None = None,
    node: str | None = None,
    unit: str | None = None,
    tier: str | None = None,
    channel: str | None = None,
    version: int | None = None,
    structure: Structure = Structure.WAS,
    levels: bool = False,
) -> BehindMoney:
    """Return what each client adds to the money of a node, whose sums `matrix` tells for the same choices.

    Terms count from `since`, by default from the usual start (`Timeline.usual_start`); with `levels` there are signed
    assets alone, and no period. Raises NotPublished for a day or version that is not published, or a `since` that does
    not lie before it; UnknownScope for an unknown code.
    """
    known, now = opened(as_of, version)
    start = None
    if not levels:
        start = (known.start(since, now) if since is not None else known.usual_start(now)).as_of
    name = named(node_names(), node or MATRIX_CODE)[0]
    views = versions_of(now.as_of)
    found = _amounts(
        as_of=now.as_of, since=start, node=name.code, unit=unit, tier=tier, channel=channel, version=now.version,
        structure=structure,
    )  # fmt: skip
    shown = next(one for one in views if one.version == now.version)
    return BehindMoney(name, now.as_of, start, shown, tuple(views), found)


@kept(where=LISTS)
def _amounts(
    *,
    as_of: date,
    since: date | None,
    node: str,
    unit: str | None,
    tier: str | None,
    channel: str | None,
    version: int,
    structure: Structure,
) -> Amounts:
    known, now = opened(as_of, version)
    part = slice_of(unit_tree(now.as_of), unit, tier, channel, now.as_of if structure is Structure.NOW else None)
    number = named(node_names(), node)[0].number
    rows = [row for row in known.days_until(now.as_of) if row.as_of >= (since or now.as_of)]
    with cube.opened(part.corner, now.cut) as connection:
        _gather(connection, known, now, rows, number)
        found = connection.execute("FROM amounts ORDER BY client_id").fetchnumpy()
    return Amounts(found["client_id"], {name: found[name] for name in ("now", "before", *COLUMNS)})


def _gather(
    connection: duckdb.DuckDBPyConnection, known: Timeline, now: Publication, rows: Sequence[Publication], node: int
) -> None:
    table_from_rows(
        connection, "fact_days", {"place": WHOLE, "day": DAY}, [(place, row.as_of) for place, row in enumerate(rows)]
    )
    ((mask,),) = connection.execute("SELECT mask FROM nodes WHERE node = ?", [node]).fetchall()
    files = {row.as_of: path_of(settings.FACTS_DIR, row.files["accounts"]) for row in rows}
    sums = [
        *(_sum("entered", number, name) for number, name in enumerate(ENTERED)),
        *(_sum("left_behind", number, name) for number, name in enumerate(LEFT)),
        *(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in ("flow", "moved")),
    ]
    run(
        connection,
        ["amounts"],
        {
            "members": read_days(connection, files, counted="member_days"),
            "facts": _facts(connection, rows[1:]),
            "intervals": read_parquet([path_of(settings.FACTS_DIR, now.cut.files["intervals"])]),
            "mask": mask,
            "days": len(rows),
            "first": rows[0].as_of,
            "last": now.as_of,
            "newcomer": ENTER_REASONS.index("new_client"),
            "returned": ENTER_REASONS.index("returned_client"),
            "expanded": ENTER_REASONS.index("expanded"),
            "otherwise": TERMINATED,
            "sums": ", ".join(sums),
        },
    )


def _sum(column: str, reason: int, name: str) -> str:
    return f"CAST(sum(CASE WHEN why = {reason} THEN {column} ELSE 0 END) AS BIGINT) AS {name}"


def _facts(connection: duckdb.DuckDBPyConnection, rows: Sequence[Publication]) -> str:
    """Return the table expression of what flowed on these days; a fact beyond the largest is none (block.py)."""
    folder = settings.FACTS_DIR / "facts"
    files = [(folder / name, row.as_of) for row in rows for name in row.files["facts"].values()]
    bounds = f"BETWEEN {-LARGEST} AND {LARGEST}"
    table_from_rows(connection, "fact_files", {"filename": TEXT, "day": DAY}, [(str(path), day) for path, day in files])
    if not files:
        return "(SELECT 0 AS account_id, DATE '0001-01-01' AS day, 0 AS net_flow WHERE FALSE)"
    source = read_parquet(sorted({path for path, _ in files}))[:-1] + ", filename = true)"
    return (
        f"(SELECT account_id, day, net_flow FROM {source} JOIN fact_files USING (filename) "
        f"WHERE value {bounds} AND net_flow {bounds})"
    )

"""Control totals and counts: what the manifest declares against what the file holds.

Owns the comparison, in fen, of all rows as they were sent: a refused row counts too, because
the sender counted it. Never changes a row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from smart_products.holdings.reading import tables
from smart_products.holdings.reading.checks import AMOUNT, literal
from smart_products.holdings.reading.faults import FeedError, Refusal
from smart_products.holdings.reading.manifest import FileEntry


def check_rows(entry: FileEntry, rows: int) -> None:
    """Raise FeedError for another number of rows than declared, or for a full file without any."""
    if rows != entry.rows:
        raise FeedError([row_count(entry, rows)])
    if rows == 0 and entry.mode == "full":
        raise FeedError([Refusal(entry.name, 1, "", "no_rows")])


def row_count(entry: FileEntry, rows: int) -> Refusal:
    """Return the breach of a file that has other than the declared number of rows."""
    return Refusal(entry.name, None, "", "row_count_differs", f"{rows} ≠ {entry.rows}")


def check_sent(connection: tables.Connection, entry: FileEntry) -> None:
    """Compare control totals with `raw_<kind>`; a column with unreadable amounts is warned of instead."""
    sums: dict[str, int] = {}
    unchecked = set()
    lost = f"SELECT count(*) FROM refused WHERE file = {literal(entry.name)} AND rule = 'wrong_field_count'"
    for column in entry.totals:
        row = connection.execute(
            f'SELECT coalesce(sum(TRY_CAST("{column}" AS {AMOUNT})), 0) * 100 FROM raw_{entry.kind}'
        ).fetchone()
        sums[column] = int(row[0]) if row else 0
        wrong = (
            f"SELECT count(*) FROM refused WHERE file = {literal(entry.name)} "
            f"AND \"column\" = '{column}' AND rule <> 'negative_turnover'"
        )
        if tables.count(connection, wrong) or tables.count(connection, lost):
            unchecked.add(column)
            tables.warn(connection, Refusal(entry.name, None, column, "total_unchecked"))
    check(entry, sums, unchecked)


def check(entry: FileEntry, sums: Mapping[str, int], unchecked: Collection[str] = ()) -> None:
    """Raise FeedError with every column whose sum in fen is not the declared total."""
    wrong = [
        Refusal(entry.name, None, column, "total_differs", f"{_yuan(sums[column])} ≠ {_yuan(total)}")
        for column, total in entry.totals.items()
        if column not in unchecked and sums[column] != total
    ]
    if wrong:
        raise FeedError(wrong)


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"

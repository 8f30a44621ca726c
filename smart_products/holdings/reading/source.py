"""A checked file as something DuckDB can select from.

Owns the SQL of a source: CSV as text or typed, Parquet with its own types, each with the
line of a row when asked for. Never decides what a row may hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from smart_products.holdings.reading.checks import AMOUNT, literal
from smart_products.holdings.reading.columns import KINDS, MONEY, Column, Sort
from smart_products.holdings.reading.dialect import Header, check_header
from smart_products.holdings.reading.faults import FeedError, Refusal, refuse
from smart_products.holdings.reading.manifest import FileEntry

_DIALECT = (
    "header = {header}, delim = ',', quote = '\"', escape = '\"', auto_detect = false, strict_mode = true, "
    "null_padding = false"
)


def name(column: str) -> str:
    """Return an identifier quoted for SQL."""
    return '"' + column.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class Source:
    """A file that passed the checks of its bytes, with its own columns in order."""

    path: Path
    entry: FileEntry
    header: Header
    types: tuple[str, ...] = ()
    """DuckDB types of a Parquet file's columns; empty for CSV."""
    with_lines: bool = False
    """The exact pass wrote this file: no header, and the line as first field."""

    @property
    def parquet(self) -> bool:
        return bool(self.types)

    def text(self) -> str:
        """Return the SELECT of `line` and all columns of the kind as VARCHAR, left out ones as NULL."""
        columns = ", ".join(self._as_text(column) for column in KINDS[self.entry.kind])
        if self.parquet:
            source = f"read_parquet({literal(str(self.path))}, file_row_number = true)"
            return f"SELECT file_row_number + 1 AS line, {columns} FROM {source}"
        if self.with_lines:
            return f"SELECT CAST(line AS BIGINT) AS line, {columns} FROM {self._csv({})}"
        # Row number and physical line agree where a file has neither quotes nor blank lines.
        return f"SELECT row_number() OVER () + 1 AS line, {columns} FROM {self._csv({})}"

    def _as_text(self, column: Column) -> str:
        if column.name not in self.header.names:
            return f'CAST(NULL AS VARCHAR) AS "{column.name}"'
        position = self.header.names.index(column.name)
        if not self.parquet:
            return f'c{position} AS "{column.name}"'
        quoted, kind = name(column.name), self.types[position]
        if kind.startswith("DECIMAL"):
            # 1.500 is 1.50; 1.505 keeps its decimals, to be refused by them.
            exact = f"round({quoted}, 2)"
            quoted = f"CASE WHEN {quoted} = {exact} THEN CAST({exact} AS VARCHAR) ELSE CAST({quoted} AS VARCHAR) END"
        return f"nullif(CAST({quoted} AS VARCHAR), '') AS \"{column.name}\""

    def typed(self) -> str:
        """Return the SELECT of holdings with amounts typed by the reader itself; the date is text in CSV.

        Exact only for a CSV file whose survey is plain, or for a Parquet file of `direct` types.
        """
        if self.parquet:
            return f"SELECT account, date, {', '.join(MONEY)} FROM read_parquet({literal(str(self.path))})"
        positions = {column: self.header.names.index(column) for column in ("account", "date", *MONEY)}
        selected = ", ".join(f'c{position} AS "{column}"' for column, position in positions.items())
        return f"SELECT {selected} FROM {self._csv({positions[column]: AMOUNT for column in MONEY})}"

    def numbered(self) -> str:
        """Return the SELECT of `line`, account, date and value of holdings as they stand: typed in Parquet."""
        if not self.parquet:
            return self.text()
        source = f"read_parquet({literal(str(self.path))}, file_row_number = true)"
        return f"SELECT file_row_number + 1 AS line, account, date, value FROM {source}"

    def _csv(self, types: dict[int, str]) -> str:
        columns = [f"'c{number}': '{types.get(number, 'VARCHAR')}'" for number in range(len(self.header.names))]
        if self.with_lines:
            columns.insert(0, "'line': 'VARCHAR'")
        dialect = _DIALECT.format(header="false" if self.with_lines else "true")
        return f"read_csv({literal(str(self.path))}, columns = {{{', '.join(columns)}}}, {dialect})"

    @property
    def direct(self) -> bool:
        """Whether a Parquet file of holdings has types that need no reading of text."""
        held = dict(zip(self.header.names, self.types, strict=True))
        return (
            held["account"] == "VARCHAR"
            and held["date"] == "DATE"
            and all(held[column].endswith(",2)") for column in MONEY)
        )


def open_parquet(connection: duckdb.DuckDBPyConnection, path: Path, entry: FileEntry) -> tuple[Source, int]:
    """Return a Parquet file as a source, and its number of rows.

    Raises FeedError: not_parquet, the errors of a header, or wrong_type with every such column.
    """
    where = literal(str(path))
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({where})").fetchall()
        counted = connection.execute(f"SELECT count(*) FROM read_parquet({where})").fetchone()
    except duckdb.Error as error:
        raise _not_parquet(path, entry, error) from error
    names = [str(row[0]) for row in described]
    types = [str(row[1]) for row in described]
    header = check_header(names, entry, line=None)
    known = {column.name: column for column in KINDS[entry.kind]}
    wrong = [
        Refusal(entry.name, None, column, "wrong_type", kind)
        for column, kind in zip(names, types, strict=True)
        if column in known and not _fits(kind, known[column])
    ]
    if wrong:
        raise FeedError(wrong)
    return Source(path, entry, header, tuple(types)), int(counted[0]) if counted else 0


def read_through(connection: duckdb.DuckDBPyConnection, path: Path, entry: FileEntry) -> None:
    """Read every value of a Parquet file and raise FeedError (not_parquet) if that alone fails.

    A broken page, or text that is no UTF-8, shows only now; what else went wrong is no fault of the file.
    """
    try:
        connection.execute(f"SELECT bit_xor(hash(held)) FROM read_parquet({literal(str(path))}) AS held").fetchall()
    except duckdb.OutOfMemoryException:
        return
    except duckdb.Error as error:
        raise _not_parquet(path, entry, error) from error


def _not_parquet(path: Path, entry: FileEntry, error: duckdb.Error) -> FeedError:
    """Return the error of a file that cannot be read, without the place where it lies on this machine."""
    return refuse(entry.name, "not_parquet", value=str(error).splitlines()[0].replace(str(path), entry.name))


def _fits(kind: str, column: Column) -> bool:
    if kind == "VARCHAR" or (not column.required and kind in {"NULL", '"NULL"'}):
        return True
    match column.sort:
        case Sort.DATE:
            return kind == "DATE"
        case Sort.MONEY:
            return kind.startswith("DECIMAL")
        case Sort.YEAR:
            return kind.endswith(("INT", "INTEGER"))
        case _:
            return kind.startswith("ENUM")

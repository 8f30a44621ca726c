"""Reads one file of a delivery into the caller's DuckDB connection, or refuses it.

Owns the order of the checks, the two roads (direct for clean holdings, exact for all else) and
what becomes of refused rows. Creates `feed_<kind>` with typed columns, and the tables `refused`
and `warned` (file, line, column, rule, value). Holds no rows in Python, and no state between files.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from core.limits import LIMITS
from smart_products.holdings.reading import dialect, direct, relations, tables, totals
from smart_products.holdings.reading.checks import AMOUNT, list_values, literal, typed
from smart_products.holdings.reading.columns import KINDS, MONEY
from smart_products.holdings.reading.faults import FeedError, Refusal, refuse
from smart_products.holdings.reading.manifest import FileEntry, Manifest
from smart_products.holdings.reading.source import Source, open_parquet, read_through
from smart_products.holdings.reading.survey import Survey, digest, survey
from smart_products.holdings.reading.tables import Connection

LIMIT = LIMITS["refused_share"].default
"""Share of a file's rows that may be refused."""


@dataclass(frozen=True, slots=True)
class Universe:
    """What is known outside the delivery.

    The tables stand in the connection, made by the caller: known_units(code[, parent]),
    known_clients(code), account_codes(code, account_id, opened_on, closed_on) with one row a code,
    account_clients(code, client_code), known_products(code), known_families(code) if kept, and
    trading_days(day).
    """

    today: date


@dataclass(frozen=True, slots=True)
class FileResult:
    """What was read of a file: counts of rows, breaches, and sums in fen of what was accepted."""

    entry: FileEntry
    rows: int
    """Rows the file holds, as declared."""
    accepted: int
    refused: int
    """Rows refused; a row may break several rules."""
    quarantine: tuple[Refusal, ...] = ()
    warnings: tuple[Refusal, ...] = ()
    warned: Mapping[str, int] = field(default_factory=dict)
    """Number of warnings by rule, those beyond tables.LISTED included."""
    unknown_columns: tuple[str, ...] = ()
    sums: Mapping[str, int] = field(default_factory=dict)
    """Fen by money column, of accepted rows."""
    direct: bool = False
    """Whether the fast road sufficed."""


@dataclass(frozen=True, slots=True)
class _Task:
    """Everything one read works on."""

    path: Path
    entry: FileEntry
    manifest: Manifest
    universe: Universe
    connection: Connection
    scratch: Path
    limit: Decimal

    @property
    def days(self) -> tuple[date, date]:
        return self.manifest.first, self.manifest.business_date


def read(
    folder: Path,
    entry: FileEntry,
    manifest: Manifest,
    universe: Universe,
    connection: Connection,
    *,
    scratch: Path,
    limit: Decimal = LIMIT,
) -> FileResult:
    """Read one file into `feed_<kind>`; files of a delivery are read in the manifest's order.

    `scratch` is a folder for temporary files, on the disk where facts are kept; the caller removes it
    when the tables are no longer needed. Raises FeedError when the file is refused, after which no
    `feed_<kind>` stands; with rule too_many_refused it carries the refused rows.
    """
    path = folder / entry.name
    if path.is_symlink() or not path.is_file():
        raise refuse(entry.name, "file_missing")
    before = path.stat()
    tables.open_lists(connection, entry.name)
    _drop(connection, entry.kind)
    task = _Task(path, entry, manifest, universe, connection, scratch, limit)
    try:
        result = _parquet(task) if entry.format == "parquet" else _csv(task)
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise refuse(entry.name, "file_changing", value=f"{after.st_size} bytes")
    except (FeedError, FileNotFoundError) as error:
        _drop(connection, entry.kind)
        if isinstance(error, FileNotFoundError):
            raise refuse(entry.name, "file_changing") from error
        raise
    except duckdb.Error:
        _drop(connection, entry.kind)
        if entry.format == "parquet":
            read_through(connection, path, entry)
        raise
    finally:
        tables.drop(connection, f"raw_{entry.kind}")
    return result


def read_all(
    folder: Path,
    manifest: Manifest,
    universe: Universe,
    connection: Connection,
    *,
    scratch: Path,
    limit: Decimal = LIMIT,
) -> dict[str, FileResult]:
    """Read every file of a delivery whose accounts all stand in account_codes; raises as read does."""
    return {
        entry.kind: read(folder, entry, manifest, universe, connection, scratch=scratch, limit=limit)
        for entry in manifest.files
    }


def unnumbered_accounts(connection: Connection) -> list[str]:
    """Return codes of the delivery's accounts that account_codes lacks, sorted; number them before holdings."""
    if not tables.exists(connection, "feed_accounts"):
        return []
    rows = connection.execute(
        "SELECT account FROM feed_accounts ANTI JOIN account_codes ON code = account ORDER BY account"
    ).fetchall()
    return [str(row[0]) for row in rows]


def _drop(connection: Connection, kind: str) -> None:
    tables.drop(connection, f"feed_{kind}")
    if kind == "holdings":
        tables.drop(connection, "feed_staged")


def _parquet(task: _Task) -> FileResult:
    fault, source, rows, proof = None, None, None, None
    with ThreadPoolExecutor(1) as pool:
        hashing = pool.submit(digest, task.path)
        try:
            source, rows = open_parquet(task.connection, task.path, task.entry)
            if rows and task.entry.kind == "holdings" and source.direct:
                direct.prepare_accounts(task.connection)
                proof = direct.read_direct(task.connection, source, task.days, task.scratch, lambda: None)
        except FeedError as error:
            fault = error
        except duckdb.Error:  # the exact road meets it again, when the hash is compared
            proof = None
        sha256, size = hashing.result()
    dialect.check_integrity(task.entry, sha256, rows=rows)
    if size == 0:
        raise refuse(task.entry.name, "empty_file")
    if fault or source is None or rows is None:
        raise fault or refuse(task.entry.name, "not_parquet")
    totals.check_rows(task.entry, rows)
    return _proved(task, source, proof, rows) or _exact(task, source, rows)


def _csv(task: _Task) -> FileResult:
    entry = task.entry
    with ThreadPoolExecutor(1) as pool:
        surveying = pool.submit(survey, task.path, entry.encoding)
        proof = _attempt(task, surveying) if entry.kind == "holdings" else None
        found = surveying.result()
    sound = not (found.wide or found.blank_lines or found.quotes % 2)
    dialect.check_integrity(entry, found.sha256, rows=found.records if sound else None)
    dialect.check_bytes(task.path, entry, found)
    text = dialect.as_utf8(task.path, entry, found, task.scratch)
    source = Source(text, entry, dialect.header(text, entry))
    if found.mark:
        tables.warn(task.connection, Refusal(entry.name, 1, "", "bom"))
    if dialect.suspicious(found, len(source.header.names)):
        return _with_lines(task, source)
    totals.check_rows(entry, found.records)
    return _proved(task, source, proof, found.records) or _without_lines(task, source, found)


def _attempt(task: _Task, surveying: Future[Survey]) -> direct.Proof | None:
    """Try the direct road while the survey runs; a header that is refused here is refused by name later."""
    if not dialect.promising(task.path):
        return None
    try:
        source = Source(task.path, task.entry, dialect.header(task.path, task.entry))
    except FeedError:
        return None
    direct.prepare_accounts(task.connection)
    return direct.read_direct(task.connection, source, task.days, task.scratch, surveying.result)


def _proved(task: _Task, source: Source, proof: direct.Proof | None, rows: int) -> FileResult | None:
    """Finish the direct road, or return None when the proof does not cover every row."""
    if proof is None or proof.rows != rows:
        return None
    totals.check(task.entry, proof.sums)
    if proof.least_value < 0:
        _list_negative(task, source)
    if direct.any_before_opening(task.connection, task.manifest.first):
        _list_early(task, source)
    return _result(task, source, rows, rows, proof.sums, direct_road=True)


def _list_negative(task: _Task, source: Source) -> None:
    """List with their lines the accounts that owe more than they hold, which the direct road accepted."""
    where = "value < 0" if source.parquet else f"value LIKE '-%' AND CAST(value AS {AMOUNT}) < 0"
    task.connection.execute(
        f"INSERT INTO warned SELECT {literal(task.entry.name)}, line, 'value', 'negative_value', "
        f"CAST(value AS VARCHAR) FROM ({source.numbered()}) WHERE {where}"
    )


def _list_early(task: _Task, source: Source) -> None:
    """List with their lines the rows of accounts before their opening, which the direct road accepted."""
    task.connection.execute(
        f"INSERT INTO warned SELECT {literal(task.entry.name)}, s.line, 'account', 'before_opening', s.account "
        f"FROM ({source.numbered()}) AS s JOIN known_accounts AS a ON a.code = s.account "
        "WHERE a.opened_on > CAST(s.date AS DATE)"
    )


def _without_lines(task: _Task, source: Source, found: Survey) -> FileResult:
    """Read exactly but without counting quoted line ends; once more with them if there is anything to name."""
    try:
        result = _exact(task, source, found.records)
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return _with_lines(task, source)
    except FeedError:
        if not found.quotes:
            raise
        return _with_lines(task, source)
    if found.quotes and (result.refused or set(result.warned) - {"bom", "unknown_column"}):
        return _with_lines(task, source)
    return result


def _with_lines(task: _Task, source: Source) -> FileResult:
    """Read once more, exactly: structural faults by name, and every record with its physical line."""
    entry, connection = task.entry, task.connection
    tables.forget(connection, entry.name, keep={"bom"})
    _drop(connection, entry.kind)
    found = dialect.exact(source.path, entry, len(source.header.names), task.scratch)
    totals.check_rows(entry, found.records)
    if found.wrong:
        connection.execute(
            f"INSERT INTO refused SELECT {literal(entry.name)}, CAST(line AS BIGINT), '', 'wrong_field_count', "
            f"coalesce(value, '') FROM read_csv({literal(str(found.refused))}, columns = "
            "{'line': 'VARCHAR', 'value': 'VARCHAR'}, header = false, auto_detect = false, delim = ',', "
            "quote = '\"', escape = '\"')"
        )
    return _exact(task, Source(found.path, entry, source.header, with_lines=True), found.records)


def _exact(task: _Task, source: Source, rows: int) -> FileResult:
    """Check every value and relation and list each breach; raises FeedError for totals and for too many."""
    connection, entry = task.connection, task.entry
    _drop(connection, entry.kind)
    connection.execute(f"CREATE OR REPLACE TABLE raw_{entry.kind} AS {source.text()}")
    list_values(connection, entry.kind, entry.name, task.universe.today)
    columns = ", ".join(typed(column) for column in KINDS[entry.kind])
    connection.execute(
        f"CREATE TABLE feed_{entry.kind} AS SELECT line, {columns} FROM raw_{entry.kind} "
        f"ANTI JOIN (SELECT line FROM refused WHERE file = {literal(entry.name)}) AS gone USING (line)"
    )
    if entry.kind == "holdings":
        direct.prepare_accounts(connection)
    relations.keys_once(connection, entry.kind, entry.name)
    relations.list_relations(connection, entry.kind, entry.name, *task.days)
    totals.check_sent(connection, entry)
    refused = _refused(task)
    if refused > task.limit * rows:
        raise FeedError(
            [Refusal(entry.name, None, "", "too_many_refused", f"{refused} / {rows}")],
            tables.listed(connection, "refused", entry.name),
        )
    sums = _settle(connection, entry.kind)
    accepted = tables.count(connection, f"SELECT count(*) FROM feed_{entry.kind}")
    return _result(task, source, rows, accepted, sums, direct_road=False)


def _settle(connection: Connection, kind: str) -> dict[str, int]:
    """Give holdings the numbers of their accounts, and unexplained ends a reason; return sums in fen."""
    if kind == "subscriptions":
        connection.execute(
            "UPDATE feed_subscriptions SET end_reason = 'terminated' WHERE \"end\" IS NOT NULL AND end_reason IS NULL"
        )
    if kind != "holdings":
        return {}
    connection.execute(
        f"CREATE OR REPLACE TABLE numbered AS SELECT account_id, date, {', '.join(MONEY)} "
        "FROM feed_holdings JOIN known_accounts ON code = account"
    )
    connection.execute("DROP TABLE feed_holdings")
    connection.execute("ALTER TABLE numbered RENAME TO feed_holdings")
    sums = ", ".join(f"coalesce(sum({column}), 0)" for column in MONEY)
    row = connection.execute(f"SELECT {sums} FROM feed_holdings").fetchone()
    return dict(zip(MONEY, map(int, row or ()), strict=True))


def _refused(task: _Task) -> int:
    return tables.count(
        task.connection, f"SELECT count(DISTINCT line) FROM refused WHERE file = {literal(task.entry.name)}"
    )


def _result(
    task: _Task, source: Source, rows: int, accepted: int, sums: Mapping[str, int], *, direct_road: bool
) -> FileResult:
    for warning in source.header.warnings:
        tables.warn(task.connection, warning)
    counts = task.connection.execute(
        "SELECT rule, count(*) FROM warned WHERE file = ? GROUP BY rule ORDER BY rule", [task.entry.name]
    ).fetchall()
    return FileResult(
        task.entry,
        rows,
        accepted,
        _refused(task),
        tables.listed(task.connection, "refused", task.entry.name),
        tables.listed(task.connection, "warned", task.entry.name),
        {str(rule): int(number) for rule, number in counts},
        source.header.unknown,
        sums,
        direct_road,
    )

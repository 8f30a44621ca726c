"""The straightforward close of a day, in DuckDB, in PostgreSQL and in Polars, on the tables of the same day.

Owns the tables that all of them read and the proof that they give our figures: before a timing counts, every cell and
every published marginal is compared. The statement itself is in benchmarks/sql, the program of Polars in frames.py.
"""

from __future__ import annotations

from pathlib import Path

from django.db import connection as postgres

from benchmarks.inside import frames
from benchmarks.inside.night import Night
from benchmarks.timing import median_of
from core.columnar import LONG, table_from_query
from core.files import path_of
from smart_products.statistics.columns import ENTERED, LEFT
from smart_products.statistics.engine import read_parquet

SQL = Path(__file__).parent.parent / "sql"
TABLES = {
    "peer_subscriptions": "client_id bigint, account_id bigint, product smallint, started date, ended date",
    "peer_node_products": "node smallint, product smallint",
    "peer_placements": "client_id bigint, valid_from date, valid_to date, outlet integer, channel smallint",
    "peer_accounts": "account_id bigint, client_id bigint",
    "peer_facts": "account_id bigint, value bigint, net_flow bigint",
    "peer_yesterday": "account_id bigint, value bigint, status smallint",
    "peer_tiers": "client_id bigint, tier smallint, tier_before smallint",
}
KEYS = ("node", "outlet", "tier", "channel")
MONEY = ("assets", "entered", "went", "flow", "moved")
MOVEMENTS = ("first_time", "reactivated", "lapsed", "moved_clients")
CELLS = (*KEYS, "accounts", "retained", *MONEY, "market", *MOVEMENTS)
OURS = {
    "entered": " + ".join(ENTERED),
    "went": " + ".join(LEFT),
    "lapsed": "lapsed + passing",
}


def in_duckdb(night: Night, repeats: int) -> float:
    """Return the median seconds of the statement in DuckDB, its cells written as Parquet like ours."""
    _make_tables(night)
    night.connection.execute(f"CREATE OR REPLACE TEMP TABLE straight AS {_statement(night)}").fetchall()
    _compare_cells(night)
    _compare_marginals(night)
    target = night.folder / ".straightforward.parquet"
    try:
        return median_of(
            lambda: night.connection.execute(f"COPY ({_statement(night)}) TO '{target}'").fetchall(), repeats
        )
    finally:
        target.unlink(missing_ok=True)


def in_polars(night: Night, repeats: int) -> float:
    """Return the median seconds of the same joins in Polars, cells written as Parquet; after `in_duckdb`."""
    tables = {name: night.connection.execute(f"FROM {name}").pl().lazy() for name in TABLES}
    cells = frames.cells(tables, night.day.day, night.before, night.rules.carry_days)
    target = night.folder / ".straightforward.parquet"
    try:
        seconds = median_of(lambda: cells.sink_parquet(target), repeats)
        night.connection.execute(f"CREATE OR REPLACE TEMP TABLE straight_pl AS FROM '{target}'").fetchall()
    finally:
        target.unlink(missing_ok=True)
    _demand_equal(night, "straight", "straight_pl", CELLS, "DuckDB and Polars")
    return seconds


def in_postgres(night: Night, repeats: int) -> float:
    """Return the median seconds of the statement in PostgreSQL, its cells left in a table; after `in_duckdb`."""
    with postgres.cursor() as cursor:
        for name, columns in TABLES.items():
            path = night.folder / f".{name}.csv"
            night.connection.execute(f"COPY {name} TO '{path}' (FORMAT csv, HEADER false)").fetchall()
            cursor.execute(f"DROP TABLE IF EXISTS {name}; CREATE TEMPORARY TABLE {name} ({columns})")
            with path.open("rb") as rows, cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
                while block := rows.read(1 << 20):
                    copy.write(block)
            path.unlink()
            cursor.execute(f"ANALYZE {name}")
        cursor.execute("SET work_mem = '256MB'")

        def run() -> None:
            cursor.execute("DROP TABLE IF EXISTS straight")
            cursor.execute(f"CREATE TEMPORARY TABLE straight AS {_statement(night)}")

        seconds = median_of(run, repeats)
    shown = ", ".join(f"CAST({name} AS bigint)" for name in CELLS)
    night.connection.execute("DROP TABLE IF EXISTS straight_pg")
    table_from_query(night.connection, "straight_pg", dict.fromkeys(CELLS, LONG), f"SELECT {shown} FROM straight")
    _demand_equal(night, "straight", "straight_pg", CELLS, "DuckDB and PostgreSQL")
    return seconds


def _make_tables(night: Night) -> None:
    """Make the statement's tables: what the cut and the facts say, and what is given to the statement for nothing."""
    before, members = (
        f"(FROM {read_parquet([path_of(night.folder, name)])} WHERE day = DATE '{day}')"
        for name, day in (
            (night.standing.accounts, night.before),
            (str(night.published.files["accounts"]), night.day.day),
        )
    )
    tier = "CASE WHEN {0}.slice % 8 = 0 THEN 1 ELSE {0}.slice % 8 END"
    selects = {
        "peer_subscriptions": "SELECT client_id, account_id, CAST(round(log2(power)) AS SMALLINT) AS product, started, "
        "ended FROM cut_intervals",
        "peer_node_products": "SELECT n.node, CAST(p.product AS SMALLINT) AS product FROM nodes AS n "
        "JOIN range(62) AS p(product) ON (n.mask >> p.product) & 1 = 1",
        "peer_placements": "SELECT client_id, valid_from, valid_to, outlet, channel FROM cut_placements",
        "peer_accounts": "SELECT account_id, client_id FROM cut_accounts",
        "peer_facts": f"SELECT account_id, value, net_flow FROM {read_parquet(night.day.facts)}",
        "peer_yesterday": f"SELECT account_id, value, status FROM {before}",
        "peer_tiers": f"SELECT m.client_id, {tier.format('m')} AS tier, coalesce({tier.format('b')}, 1) AS tier_before "
        f"FROM {members} AS m LEFT JOIN {before} AS b ON b.account_id = m.account_id WHERE m.is_head",
    }
    for name, select in selects.items():
        night.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}").fetchall()


def _statement(night: Night) -> str:
    text = (SQL / "straightforward.sql").read_text(encoding="utf-8")
    return (
        text.replace(":day", f"DATE '{night.day.day}'")
        .replace(":before", f"DATE '{night.before}'")
        .replace(":carry_days", str(night.rules.carry_days))
    )


def _compare_cells(night: Night) -> None:
    """Demand that cube and terms, opened to nodes, hold what the statement found in each cell."""
    files = night.published.files
    cube, terms = (read_parquet([path_of(night.folder, str(files[kind]))]) for kind in ("cube", "terms"))
    of_day = f"WHERE day = DATE '{night.day.day}'"
    shown = ", ".join(f"{OURS.get(name, name)} AS {name}" for name in (*MONEY[1:], *MOVEMENTS))
    sums = ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in (*MONEY, *MOVEMENTS))
    keys = "slice // 32768 AS outlet, slice % 8 AS tier, (slice // 8) % 4096 AS channel"
    night.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE ours AS SELECT node, {keys}, {sums} FROM ("
        f"SELECT n.node, c.slice, c.assets, {', '.join(f'0 AS {name}' for name in (*MONEY[1:], *MOVEMENTS))} "
        f"FROM (FROM {cube} {of_day}) AS c JOIN nodes AS n ON (n.mask & c.mask) <> 0 "
        f"UNION ALL SELECT node, slice, 0, {shown} FROM {terms} {of_day}) GROUP BY ALL"
    ).fetchall()
    _demand_equal(night, "ours", "straight", (*KEYS, *MONEY, *MOVEMENTS), "cube and terms")


def _compare_marginals(night: Night) -> None:
    """Demand that the published cells are what the statement's cells add up to."""
    marginals = read_parquet([path_of(night.folder, str(night.published.files["marginals"]))])
    names = ("accounts", "retained", *MONEY, "market", *MOVEMENTS)
    lapsed = {**OURS, "lapsed": "lapsed"}
    shown = ", ".join(f"{lapsed.get(name, name)} AS {name}" for name in names)
    sums = ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in names)
    edges = f"(FROM edges WHERE valid_from <= DATE '{night.day.day}' AND valid_to > DATE '{night.day.day}')"
    night.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE published AS SELECT kind, slice_key, node, {shown} FROM {marginals} "
        f"WHERE day = DATE '{night.day.day}'; "
        f"CREATE OR REPLACE TEMP TABLE added AS SELECT kind, slice_key, node, {sums} FROM ("
        f"SELECT 1 AS kind, e.ancestor AS slice_key, s.* FROM straight AS s JOIN {edges} AS e ON e.outlet = s.outlet "
        "UNION ALL SELECT 2, tier, * FROM straight UNION ALL SELECT 3, channel, * FROM straight) GROUP BY ALL"
    ).fetchall()
    _demand_equal(night, "published", "added", ("kind", "slice_key", "node", *names), "published cells")


def _demand_equal(night: Night, one: str, other: str, names: tuple[str, ...], what: str) -> None:
    """Raise RuntimeError unless two tables hold the same rows, those without any figure left out."""
    figures = [name for name in names if name not in {*KEYS, "kind", "slice_key"}]
    some = " OR ".join(f"{name} <> 0" for name in figures)
    shown = ", ".join(f"CAST({name} AS BIGINT) AS {name}" for name in names)
    left, right = (f"(SELECT {shown} FROM {table} WHERE {some})" for table in (one, other))
    found = night.connection.execute(
        f"SELECT count(*) FROM ((FROM {left} EXCEPT ALL FROM {right}) UNION ALL (FROM {right} EXCEPT ALL FROM {left}))"
    ).fetchone()
    if found != (0,):
        raise RuntimeError(f"{what} differ from the straightforward statement in {found} cells")

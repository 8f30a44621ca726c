"""A made file of holdings and the masters behind it, written by DuckDB alone.

Owns the contents: accounts times days, 17 digits of values at most, few flows. Never reads a table of ours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

SOURCE = "bench"
MASTERS = {
    "units": "SELECT * FROM (VALUES ('HQ', '', 'headquarters', 'HQ', 'HQ'), ('B1', 'HQ', 'branch', 'B1', 'B1'), "
    "('O1', 'B1', 'outlet', 'O1', 'O1')) AS t(unit, parent, level, name, name_en)",
    "clients": "SELECT 'C' || lpad(CAST(i AS VARCHAR), 8, '0') AS client, 'O1' AS outlet, 'counter' AS channel, "
    "DATE '2010-01-04' AS opened_on, 'N' || i AS name, 'ordinary' AS investor_class FROM range({accounts}) AS t(i)",
    "accounts": "SELECT 'A' || lpad(CAST(i AS VARCHAR), 8, '0') AS account, "
    "'C' || lpad(CAST(i AS VARCHAR), 8, '0') AS client, DATE '2010-01-04' AS opened_on, NULL AS closed_on "
    "FROM range({accounts}) AS t(i)",
}


def write_holdings(folder: Path, accounts: int, days: Sequence[date], *, shuffled: bool = False) -> Path:
    """Write a delivery of holdings, each account on each day, and return the path of its CSV file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "holdings.csv"
    rows = accounts * len(days)
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("CREATE TABLE days (number BIGINT, day DATE)")
        connection.executemany("INSERT INTO days VALUES (?, ?)", [[number, day] for number, day in enumerate(days)])
        connection.execute("SELECT setseed(0.4)")
        connection.execute(
            f"COPY (SELECT 'A' || lpad(CAST(i % {accounts} AS VARCHAR), 8, '0') AS account, d.day AS date, "
            "CAST(exp(10 + 6 * (random() - 0.5)) AS DECIMAL(18,2)) AS value, "
            "CAST(CASE WHEN random() < 0.05 THEN (random() - 0.5) * 10000 ELSE 0 END AS DECIMAL(18,2)) AS net_flow, "
            "CAST(CASE WHEN random() < 0.10 THEN random() * 20000 ELSE 0 END AS DECIMAL(18,2)) AS turnover, "
            "CAST(CASE WHEN random() < 0.10 THEN random() * 30 ELSE 0 END AS DECIMAL(18,2)) AS revenue "
            f"FROM range({rows}) AS t(i) JOIN days AS d ON d.number = i // {accounts} "
            f"ORDER BY {'hash(i)' if shuffled else 'i'}) TO '{path}' (HEADER)"
        ).fetchall()
    declare(folder, days[0], days[-1], {"holdings": rows}, 1)
    return path


def write_masters(folder: Path, accounts: int, day: date) -> None:
    """Write a delivery of the units, clients and accounts that the holdings name."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    with duckdb.connect() as connection:
        for kind, select in MASTERS.items():
            found = connection.execute(
                f"COPY ({select.format(accounts=accounts)}) TO '{folder / f'{kind}.csv'}' (HEADER)"
            ).fetchone()
            counts[kind] = found[0] if found else 0
    declare(folder, day, day, counts, 1)


def declare(
    folder: Path,
    first: date,
    last: date,
    rows: dict[str, int],
    sequence: int,
    *,
    source: str = SOURCE,
    mode: str = "full",
) -> None:
    """Write the manifest of the files that lie in a folder, with their rows by kind."""
    files = []
    for kind, count in rows.items():
        with (folder / f"{kind}.csv").open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        files.append({"name": f"{kind}.csv", "encoding": "utf-8", "mode": mode, "rows": count, "sha256": sha256})
    told = {
        "business_date": str(last),
        "from": str(first),
        "source": source,
        "sequence": sequence,
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")

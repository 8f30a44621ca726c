"""The generated feed keeps every rule of docs/feed.md, seen by a checker of its own."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo.broker import generate
from tests.demo import made

DAYS = made.trading_days(130)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A broker with daily deliveries behind its history."""
    target = tmp_path_factory.mktemp("broker") / "feed"
    generate(folder=target, clients=500, trading_days=DAYS, seed=5, daily=12)
    return target


@pytest.fixture(scope="module")
def con(folder: Path) -> duckdb.DuckDBPyConnection:
    """The feed after all deliveries."""
    connection = made.load(folder)
    made.load_days(connection, DAYS)
    return connection


def test_folders_are_one_history_moves_and_daily_deliveries(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    daily = [day.isoformat() for day in DAYS[-12:]]
    moves = [name for name in names if name.startswith("moves-")]
    assert sorted([*daily, *moves, "history", "truth.json"]) == names
    assert len(moves) >= 4
    history = json.loads((folder / "history" / "manifest.json").read_text("utf-8"))
    assert history["from"] == DAYS[0].isoformat()
    assert history["business_date"] == DAYS[-13].isoformat()


def test_manifests_name_every_file_with_its_rows_hash_and_totals(folder: Path) -> None:
    for path, manifest in made.deliveries(folder):
        assert list(manifest) == ["business_date", "from", "source", "sequence", "files"]
        assert date.fromisoformat(manifest["business_date"]) in DAYS
        listed = {entry["name"]: entry for entry in manifest["files"]}
        assert {file.name for file in path.iterdir()} == {*listed, "manifest.json"}
        assert ("holdings" in "".join(listed)) is not path.name.startswith("moves-")
        for name, entry in listed.items():
            content = (path / name).read_bytes()
            assert entry["sha256"] == hashlib.sha256(content).hexdigest()
            if name.endswith(".csv"):
                lines = content.decode("utf-8").split("\n")
                assert entry["rows"] == len(lines) - 2
                assert lines[-1] == ""
                assert lines[0] == (made.MASTERS | {"holdings": made.HOLDINGS})[name[:-4]].replace(" ", "")
                assert b'"' not in content
                assert b"\r" not in content


def test_totals_are_the_sums_of_the_rows(folder: Path) -> None:
    for path, manifest in made.deliveries(folder):
        for entry in manifest["files"]:
            if entry["name"].startswith("holdings"):
                for column, total in entry["totals"].items():
                    query = f"SELECT sum({column}::DECIMAL(18,2)) FROM '{path / entry['name']}'"
                    found = duckdb.execute(query).fetchall()[0][0]
                    assert found == Decimal(total)


def test_history_is_parquet_of_exact_money_in_order_of_day_and_account(folder: Path) -> None:
    file = pq.ParquetFile(folder / "history" / "holdings.parquet")
    assert file.schema_arrow.names == made.HOLDINGS.split(", ")
    assert all(pa.types.is_decimal(file.schema_arrow.field(i).type) for i in range(2, 6))
    assert file.schema_arrow.field("value").type.scale == 2
    rows = file.read(["date", "account"]).to_pylist()
    keys = [(row["date"], row["account"]) for row in rows]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize(
    ("rule", "query"),
    [
        ("unknown parent", "units u WHERE parent IS NOT NULL AND parent NOT IN (SELECT unit FROM units)"),
        ("more than one root", "(SELECT count(*) AS n FROM units WHERE parent IS NULL) WHERE n <> 1"),
        (
            "level",
            """units u JOIN units p ON p.unit = u.parent
                     WHERE (p.level, u.level) NOT IN (('headquarters', 'branch'), ('branch', 'outlet'))""",
        ),
        ("unknown outlet", "clients WHERE outlet NOT IN (SELECT unit FROM units WHERE level = 'outlet')"),
        ("double account", "(SELECT account FROM accounts GROUP BY ALL HAVING count(*) > 1)"),
        ("double client", "(SELECT client, since FROM clients GROUP BY ALL HAVING count(*) > 1)"),
        ("unknown client", "accounts WHERE client NOT IN (SELECT client FROM clients)"),
        ("account before client", "accounts a JOIN clients c USING (client) WHERE a.opened_on < c.opened_on"),
        ("closed before opened", "accounts WHERE closed_on < opened_on"),
        ("assessed without class", "clients WHERE (risk_class IS NULL) <> (risk_assessed_on IS NULL)"),
        ("class", "clients WHERE risk_class NOT IN ('C1', 'C2', 'C3', 'C4', 'C5')"),
        (
            "product class",
            """products WHERE risk_level NOT IN ('R1', 'R2', 'R3', 'R4', 'R5')
                             OR regulatory_class NOT IN ('tool', 'advice')""",
        ),
        ("equal codes", "products p JOIN products f ON f.family = p.product OR p.product = 'matrix'"),
        ("unknown product", "subscriptions WHERE product NOT IN (SELECT product FROM products)"),
        ("foreign account", """subscriptions s JOIN accounts a USING (account) WHERE s.client <> a.client"""),
        ("unknown account", "subscriptions WHERE account NOT IN (SELECT account FROM accounts)"),
        ("end before start", 'subscriptions WHERE "end" < start'),
        ("reason without end", 'subscriptions WHERE ("end" IS NULL) <> (end_reason IS NULL)'),
        (
            "reason",
            """subscriptions WHERE end_reason NOT IN ('account_closed', 'withdrawn', 'deceased',
                      'terminated', 'switched', 'expired')""",
        ),
        (
            "signed before opening",
            "subscriptions s JOIN accounts a USING (account) WHERE s.start < a.opened_on",
        ),
        (
            "in force on a closed account",
            """subscriptions s JOIN accounts a USING (account)
            WHERE a.closed_on IS NOT NULL AND coalesce(s."end", '9999') > a.closed_on""",
        ),
        (
            "account_closed without closing",
            """subscriptions s JOIN accounts a USING (account)
            WHERE end_reason = 'account_closed' AND s."end" <> coalesce(a.closed_on, '')""",
        ),
        (
            "overlap",
            """subscriptions a JOIN subscriptions b USING (client, product, account)
            WHERE a.subscription < b.subscription AND a.start < coalesce(b."end", '9999')
              AND b.start < coalesce(a."end", '9999')""",
        ),
        ("double row", "(SELECT account, date FROM holdings GROUP BY ALL HAVING count(*) > 1)"),
        ("day", "holdings WHERE date NOT IN (SELECT day FROM days)"),
        (
            "row of no open account",
            """holdings h LEFT JOIN accounts a USING (account)
            WHERE a.account IS NULL OR h.date < a.opened_on::DATE
               OR (a.closed_on IS NOT NULL AND h.date >= a.closed_on::DATE)""",
        ),
        ("turnover", "holdings WHERE turnover < 0"),
        ("first row missing", "held WHERE value IS NULL"),
        (
            "carried too long",
            """(SELECT account, count(*) AS n FROM
            (SELECT account, missing, sum((NOT missing)::INT) OVER (PARTITION BY account ORDER BY n) AS run
             FROM held)
            WHERE missing GROUP BY account, run) WHERE n > 5""",
        ),
        (
            "too many missing",
            """(SELECT n, avg(missing::INT) AS share FROM held GROUP BY n) WHERE share > 0.01""",
        ),
    ],
)
def test_no_row_breaks_a_rule(con: duckdb.DuckDBPyConnection, rule: str, query: str) -> None:
    assert con.execute(f"SELECT * FROM {query} LIMIT 3").fetchall() == [], rule


def test_the_broker_has_what_the_service_must_cope_with(con: duckdb.DuckDBPyConnection) -> None:
    def share(query: str) -> float:
        return float(con.execute(f"SELECT {query}").fetchall()[0][0])

    assert share("avg(n - 1) FROM (SELECT count(*) AS n FROM accounts GROUP BY client)") == pytest.approx(
        0.14, abs=0.03
    )
    assert share("count(*) FROM held WHERE missing") > 0
    assert share("count(*) FROM holdings WHERE value < 0") > 0
    assert share("count(DISTINCT account) FROM holdings WHERE value = 0") > 0
    assert share("count(*) FROM accounts WHERE closed_on IS NOT NULL") > 0
    assert share(f"count(*) FROM accounts WHERE opened_on > '{DAYS[0]}'") > 0
    never = "client NOT IN (SELECT client FROM subscriptions)"
    assert share(f"count(DISTINCT client) FROM accounts JOIN holdings USING (account) WHERE {never}") > 50
    assert share("count(*) FROM (SELECT 1 FROM clients GROUP BY client HAVING count(DISTINCT outlet) > 1)") > 3
    assert share("count(DISTINCT end_reason) FROM subscriptions") >= 5


def test_nothing_is_known_before_its_day(folder: Path) -> None:
    for path, manifest in made.deliveries(folder):
        for name, columns in (
            ("clients", ("opened_on",)),
            ("accounts", ("opened_on", "closed_on")),
            ("subscriptions", ("start", '"end"')),
        ):
            if (path / f"{name}.csv").exists():
                for column in columns:
                    query = f"SELECT max({column}) FROM read_csv('{path / name}.csv', all_varchar = true)"
                    latest = duckdb.execute(query).fetchall()[0][0]
                    assert latest is None or latest <= manifest["business_date"]


def test_daily_deliveries_hold_what_one_history_would(folder: Path, tmp_path: Path) -> None:
    generate(folder=tmp_path / "whole", clients=500, trading_days=DAYS, seed=5)
    whole, parts = made.load(tmp_path / "whole"), made.load(folder)
    for table, columns in {
        "holdings": made.HOLDINGS,
        "accounts": made.MASTERS["accounts"],
        "subscriptions": made.MASTERS["subscriptions"].replace("end,", '"end",'),
    }.items():
        query = f"SELECT {columns} FROM {table} ORDER BY ALL"
        assert whole.execute(query).fetchall() == parts.execute(query).fetchall()
    latest = "SELECT client, arg_max(outlet, since) FROM clients GROUP BY client ORDER BY ALL"
    assert whole.execute(latest).fetchall() == parts.execute(latest).fetchall()
    assert (tmp_path / "whole" / "truth.json").read_bytes() == (folder / "truth.json").read_bytes()

"""What a row may refer to and what rows may not say together, as SQL.

Owns the rules between rows and files of a delivery: keys, references, intervals, circles.
Never checks a value alone (checks.py) and never writes but to `refused` and `warned`.
A code is known when the caller's tables or an earlier file of the same delivery hold it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from smart_products.holdings.reading.checks import literal
from smart_products.holdings.reading.columns import KEYS, KINDS
from smart_products.holdings.reading.tables import Connection, column_exists, count, exists

REFERENCES = {
    "units": ("unit", "known_units"),
    "clients": ("client", "known_clients"),
    "accounts": ("account", "account_codes"),
    "products": ("product", "known_products"),
}
"""Kind: its code in the feed, and the caller's table (column `code`) of those known before."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One rule over `feed_<kind>`: SQL that gives (line, value) of each breach."""

    rule: str
    column: str
    breaches: str
    warning: bool = False


def known(connection: Connection, kind: str) -> str:
    """Return the SELECT of the codes of a kind (column `code`) that a row may refer to."""
    column, table = REFERENCES[kind]
    parts = [f"SELECT code FROM {table}"] if exists(connection, table) else []
    if exists(connection, f"feed_{kind}"):
        parts.append(f'SELECT "{column}" AS code FROM feed_{kind}')
    return " UNION ALL ".join(parts) or "SELECT '' AS code WHERE false"


def keys_once(connection: Connection, kind: str, file: str) -> None:
    """Refuse rows of one key that differ, and keep equal ones once, with a warning."""
    keys = ", ".join(f'"{key}"' for key in KEYS[kind])
    values = ", ".join(f'"{column.name}"' for column in KINDS[kind])
    twice = f"SELECT {keys} FROM feed_{kind} GROUP BY {keys} HAVING count(*) > 1"
    if not count(connection, f"SELECT count(*) FROM ({twice})"):
        return
    connection.execute(
        f"CREATE OR REPLACE TABLE twice AS SELECT line, concat_ws(' ', {keys}) AS value, "
        f"min(row({values})) OVER same IS DISTINCT FROM max(row({values})) OVER same AS differs, "
        f"line > min(line) OVER same AS later FROM feed_{kind} SEMI JOIN ({twice}) USING ({keys}) "
        f"WINDOW same AS (PARTITION BY {keys})"
    )
    column = literal(KEYS[kind][0])
    name = literal(file)
    connection.execute(
        f"INSERT INTO refused SELECT {name}, line, {column}, 'conflicting_row', value FROM twice WHERE differs"
    )
    connection.execute(
        f"INSERT INTO warned SELECT {name}, line, {column}, 'duplicate_row', value FROM twice "
        "WHERE later AND NOT differs"
    )
    connection.execute(f"DELETE FROM feed_{kind} WHERE line IN (SELECT line FROM twice WHERE differs OR later)")
    connection.execute("DROP TABLE twice")


def list_relations(connection: Connection, kind: str, file: str, first: date, last: date) -> None:
    """Write every breach between rows to `refused` or `warned`, and delete the refused rows."""
    for relation in _RELATIONS[kind](connection, first, last):
        target = "warned" if relation.warning else "refused"
        connection.execute(
            f"INSERT INTO {target} SELECT {literal(file)}, line, '{relation.column}', '{relation.rule}', "
            f"coalesce(value, '') FROM ({relation.breaches})"
        )
    connection.execute(f"DELETE FROM feed_{kind} WHERE line IN (SELECT line FROM refused WHERE file = {literal(file)})")
    connection.execute("DELETE FROM warned WHERE (file, line) IN (SELECT (file, line) FROM refused)")


def _reference(connection: Connection, kind: str, column: str, target: str, rule: str) -> Relation:
    return Relation(
        rule,
        column,
        f'SELECT line, "{column}" AS value FROM feed_{kind} ANTI JOIN ({known(connection, target)}) AS known '
        f'ON known.code = "{column}" WHERE "{column}" IS NOT NULL',
    )


def _units(connection: Connection, first: date, last: date) -> Iterator[Relation]:
    yield _reference(connection, "units", "parent", "units", "unknown_unit")
    edges = "SELECT unit, parent FROM feed_units"
    if column_exists(connection, "known_units", "parent"):
        edges += " UNION ALL SELECT code, parent FROM known_units ANTI JOIN feed_units ON unit = code"
    yield Relation(
        "unit_cycle",
        "parent",
        f"WITH RECURSIVE edges AS ({edges}), sound AS ("
        "SELECT unit FROM edges WHERE parent IS NULL OR parent NOT IN (SELECT unit FROM edges) "
        "UNION SELECT edges.unit FROM edges JOIN sound ON edges.parent = sound.unit) "
        "SELECT line, parent AS value FROM feed_units WHERE unit NOT IN (SELECT unit FROM sound)",
    )


def _clients(connection: Connection, first: date, last: date) -> Iterator[Relation]:
    yield _reference(connection, "clients", "outlet", "units", "unknown_unit")


def _accounts(connection: Connection, first: date, last: date) -> Iterator[Relation]:
    yield _reference(connection, "accounts", "client", "clients", "unknown_client")
    yield Relation(
        "end_before_start",
        "closed_on",
        "SELECT line, CAST(closed_on AS VARCHAR) AS value FROM feed_accounts WHERE closed_on < opened_on",
    )


def _products(connection: Connection, first: date, last: date) -> Iterator[Relation]:
    families = "SELECT family AS code FROM feed_products"
    if exists(connection, "known_families"):
        families += " UNION ALL SELECT code FROM known_families"
    yield Relation(
        "code_clash",
        "product",
        f"SELECT line, product AS value FROM feed_products WHERE product = 'matrix' OR product IN ({families})",
    )
    yield Relation(
        "code_clash",
        "family",
        "SELECT line, family AS value FROM feed_products "
        f"WHERE family = 'matrix' OR family IN ({known(connection, 'products')})",
    )


def _subscriptions(connection: Connection, first: date, last: date) -> Iterator[Relation]:
    for column, target in (("client", "clients"), ("product", "products"), ("account", "accounts")):
        yield _reference(connection, "subscriptions", column, target, f"unknown_{column}")
    owners = [
        sql
        for table, sql in (
            ("feed_accounts", "SELECT account AS code, client AS owner, 1 AS rank FROM feed_accounts"),
            ("account_clients", "SELECT code, client_code AS owner, 2 AS rank FROM account_clients"),
        )
        if exists(connection, table)
    ]
    if owners:
        owner = f"SELECT code, arg_min(owner, rank) AS owner FROM ({' UNION ALL '.join(owners)}) GROUP BY code"
        yield Relation(
            "account_of_other_client",
            "account",
            f"SELECT line, account AS value FROM feed_subscriptions JOIN ({owner}) AS owners "
            "ON owners.code = account WHERE owner <> client",
        )
    yield Relation(
        "end_before_start",
        "end",
        'SELECT line, CAST("end" AS VARCHAR) AS value FROM feed_subscriptions WHERE "end" < start',
    )
    yield Relation(
        "reason_without_end",
        "end_reason",
        'SELECT line, end_reason AS value FROM feed_subscriptions WHERE "end" IS NULL AND end_reason IS NOT NULL',
    )
    yield Relation(
        "end_without_reason",
        "end_reason",
        'SELECT line, CAST("end" AS VARCHAR) AS value FROM feed_subscriptions '
        'WHERE "end" IS NOT NULL AND end_reason IS NULL',
        warning=True,
    )
    yield Relation(
        "overlapping_subscription",
        "start",
        "SELECT line, subscription AS value FROM (SELECT line, subscription, start, "
        """max(coalesce("end", DATE '9999-12-31')) OVER (PARTITION BY client, product, account """
        "ORDER BY start, line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS held "
        'FROM feed_subscriptions WHERE "end" IS NULL OR "end" > start) WHERE held > start',
    )


def _holdings(connection: Connection, first: date, last: date) -> Iterator[Relation]:
    rows = "FROM feed_holdings LEFT JOIN known_accounts AS known ON known.code = account"
    yield Relation("unknown_account", "account", f"SELECT line, account AS value {rows} WHERE known.code IS NULL")
    day = "CAST(date AS VARCHAR) AS value"
    inside = f"date BETWEEN DATE '{first}' AND DATE '{last}'"
    yield Relation("outside_delivery", "date", f"SELECT line, {day} FROM feed_holdings WHERE NOT {inside}")
    yield Relation(
        "not_a_trading_day",
        "date",
        f"SELECT line, {day} FROM feed_holdings WHERE {inside} AND date NOT IN (SELECT day FROM trading_days)",
    )
    yield Relation("closed_account", "account", f"SELECT line, account AS value {rows} WHERE known.closed_on <= date")
    yield Relation(
        "before_opening",
        "account",
        f"SELECT line, account AS value {rows} WHERE known.opened_on > date",
        warning=True,
    )
    yield Relation(
        "negative_value",
        "value",
        "SELECT line, CAST(value * CAST(0.01 AS DECIMAL(3,2)) AS VARCHAR) AS value FROM feed_holdings WHERE value < 0",
        warning=True,
    )


_RELATIONS = {
    "units": _units,
    "clients": _clients,
    "accounts": _accounts,
    "products": _products,
    "subscriptions": _subscriptions,
    "holdings": _holdings,
}

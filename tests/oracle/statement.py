"""The second oracle: loads a world as raw rows and runs the statements of statement.sql and cohorts.sql.

Owns the tables `oracle_*` of its test's transaction. It shares the reading of deliveries
with the judge, and none of the figures.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

from django.db import connection

from tests.oracle.broker import trading_days
from tests.oracle.world import World

Cells = dict[tuple[str, str, str], dict[str, int]]
"""By node, kind of slice (unit, tier, channel) and slice: amounts by term."""

TABLES = {
    "oracle_units": "unit text, parent text, valid_from date",
    "oracle_clients": "client text, outlet text, channel text, valid_from date",
    "oracle_accounts": "account text, client text, opened_on date, closed_on date",
    "oracle_products": "product text, family text, retired_on date",
    "oracle_subscriptions": "subscription text, account text, client text, product text, start date, ended date,"
    " reason text",
    "oracle_holdings": "account text, day date, value bigint, net_flow bigint",
    "oracle_trading": "day date",
}


def load(world: World) -> None:
    """Create the tables in this transaction and fill them."""
    rows: dict[str, list[tuple[object, ...]]] = {
        "oracle_units": [(u, parent, since) for u, each in world.parents.items() for since, parent in each],
        "oracle_clients": [
            (c, outlet, channel, since) for c, each in world.clients.items() for since, outlet, channel in each
        ],
        "oracle_accounts": [(a, each.client, each.opened, each.closed) for a, each in world.accounts.items()],
        "oracle_products": [(p, family, world.retired.get(p)) for p, family in world.families.items()],
        "oracle_subscriptions": [
            (s, each.account, each.client, each.product, each.start, *each.told)
            for s, each in world.subscriptions.items()
        ],
        "oracle_holdings": [
            (account, day, *row) for day, facts in world.facts.items() for account, row in facts.items()
        ],
        "oracle_trading": [(day,) for day in trading_days()],
    }
    with connection.cursor() as cursor:
        for table, columns in TABLES.items():
            cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows[table]:
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {table}")


def cells(day: date) -> Cells:
    """Return every cell of a fact day after the first, by node and slice."""
    text = Path(__file__).with_name("statement.sql").read_text(encoding="utf-8")
    found: Cells = defaultdict(dict)
    with connection.cursor() as cursor:
        # nothing is known of how many rows each step gives, and a nested loop over a wrong guess takes minutes
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL jit = off")
        cursor.execute(text, {"day": day})
        for node, kind, place, term, amount in cursor.fetchall():
            found[node, kind, place][term] = amount
    return dict(found)


def cohorts(node: str, as_of: date, basis: str) -> dict[str, tuple[int, list[int | None]]]:
    """Return clients and the retained of each month since, by the first day of the cohort's month."""
    text = Path(__file__).with_name("cohorts.sql").read_text(encoding="utf-8")
    found: dict[str, tuple[int, list[int | None]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(text, {"node": node, "as_of": as_of, "basis": basis})
        for month, clients, retained in cursor.fetchall():
            found.setdefault(month.isoformat(), (clients, []))[1].append(retained)
    return found

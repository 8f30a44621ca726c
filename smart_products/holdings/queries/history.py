"""The portal's copy read back: what single accounts were worth day by day, in fen.

Owns how arrays of closed months and rows of the open one become one history: two statements, whatever the number
of days. Never opens a file and never writes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from core.reading import remembered

_DAYS = """
SELECT day::date FROM holdings_servedmonth, jsonb_object_keys(days) AS day ORDER BY 1
"""

_HISTORY = """
SELECT account_id, days, values, net_flows FROM holdings_accountmonth WHERE account_id = ANY(%(accounts)s)
UNION ALL
SELECT account_id, array_agg(day), array_agg(value), array_agg(net_flow)
FROM holdings_accountday WHERE account_id = ANY(%(accounts)s) GROUP BY account_id
"""


@dataclass(frozen=True, slots=True)
class AccountHistory:
    """The days of an account that have a value, carried ones included; a day that is missing has none."""

    values: Mapping[date, int]
    net_flows: Mapping[date, int]


@remembered
def served_days() -> tuple[date, ...]:
    """Return the fact days that the portal's copy holds, ascending."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS)
        return tuple(row[0] for row in cursor.fetchall())


def account_histories(accounts: Collection[int]) -> dict[int, AccountHistory]:
    """Return the histories of these accounts; one without any value has an empty history."""
    values: dict[int, dict[date, int]] = {account: {} for account in accounts}
    flows: dict[int, dict[date, int]] = {account: {} for account in accounts}
    if accounts:
        with connection.cursor() as cursor:
            cursor.execute(_HISTORY, {"accounts": list(accounts)})
            for account, days, worth, moved in cursor.fetchall():
                values[account].update(zip(days, worth, strict=True))
                flows[account].update(zip(days, moved, strict=True))
    return {account: AccountHistory(values[account], flows[account]) for account in accounts}

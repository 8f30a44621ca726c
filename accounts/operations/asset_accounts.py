"""Merging the asset accounts that a feed describes, and reserving ids for numbers it only names.

Owns `AssetAccount`. An id, once given to a code, stays for ever: the fact files hold it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import LiteralString, NamedTuple

from django.db import connection, transaction

from core.actor import Actor
from core.audit import record
from core.merging import CsvRows, Incoming, Merged, begin, load, plan_for, refuse_unknown, run


class AccountRow(NamedTuple):
    """An asset account as it now is; `closed_inferred` says that the closing was concluded from absence."""

    code: str
    client_code: str | None
    opened_on: date | None = None
    closed_on: date | None = None
    closed_inferred: bool = False


_ACCOUNTS = Incoming(
    table="incoming_accounts",
    columns="code text, client_code text, opened_on date, closed_on date, closed_inferred boolean",
    key="code",
)
_CODES = Incoming(table="incoming_codes", columns="code text", key="code")

_UNKNOWN_CLIENTS = """
SELECT DISTINCT i.client_code FROM incoming_accounts i WHERE i.client_code IS NOT NULL AND NOT EXISTS (
    SELECT FROM accounts_client c WHERE c.source = %s AND c.code = i.client_code) ORDER BY 1
"""

# Only what changes anything: accounts that are new or differ.
_KEYED: LiteralString = """
CREATE TEMPORARY TABLE keyed_accounts ON COMMIT DROP AS
SELECT a.id AS account_id, i.code, c.id AS client_id, i.opened_on, i.closed_on, i.closed_inferred
FROM incoming_accounts i
LEFT JOIN accounts_client c ON c.source = %(source)s AND c.code = i.client_code
LEFT JOIN accounts_assetaccount a ON a.source = %(source)s AND a.code = i.code
WHERE a.id IS NULL OR (a.client_id, a.opened_on, a.closed_on, a.closed_inferred)
    IS DISTINCT FROM (c.id, i.opened_on, i.closed_on, i.closed_inferred)
"""

_UPDATE = """
UPDATE accounts_assetaccount a
SET client_id = k.client_id, opened_on = k.opened_on, closed_on = k.closed_on,
    closed_inferred = k.closed_inferred
FROM keyed_accounts k WHERE a.id = k.account_id
"""

_INSERT = """
INSERT INTO accounts_assetaccount (source, code, client_id, opened_on, closed_on, closed_inferred)
SELECT %s, k.code, k.client_id, k.opened_on, k.closed_on, k.closed_inferred
FROM keyed_accounts k WHERE k.account_id IS NULL ORDER BY k.code
"""

_TAKE_BACK = """
UPDATE accounts_assetaccount a
SET client_id = NULL, opened_on = NULL, closed_on = NULL, closed_inferred = false
FROM incoming_codes i
WHERE a.source = %s AND a.code = i.code
AND (a.client_id, a.opened_on, a.closed_on) IS DISTINCT FROM (NULL, NULL, NULL)
"""

_RESERVE = """
INSERT INTO accounts_assetaccount (source, code)
SELECT %(source)s, i.code FROM incoming_codes i
WHERE NOT EXISTS (SELECT FROM accounts_assetaccount a WHERE a.source = %(source)s AND a.code = i.code)
ORDER BY i.code
"""


@transaction.atomic
def merge_accounts(
    *,
    source: str,
    upserts: Iterable[AccountRow] | CsvRows,
    removed: Iterable[str] = (),
    by: Actor,
    at: datetime,
) -> Merged:
    """Add and correct asset accounts of a source; return the counts.

    A `removed` account keeps its id and loses its client and dates, as if it had only been named.
    Raises UnknownCode for a client that the source never gave, and ConflictingRows.
    """
    with connection.cursor() as cursor:
        begin(cursor, kind="accounts", source=source)
        rows = load(cursor, _ACCOUNTS, upserts, kind="account")
        load(cursor, _CODES, ((code,) for code in removed), kind="account")
        plan_for(cursor, rows)
        refuse_unknown(cursor, _UNKNOWN_CLIENTS, [source], kind="client")
        taken_back = run(cursor, _TAKE_BACK, [source])
        cursor.execute("DROP TABLE IF EXISTS keyed_accounts")
        cursor.execute(_KEYED, {"source": source})
        cursor.execute("ANALYZE keyed_accounts")
        updated = run(cursor, _UPDATE)
        inserted = run(cursor, _INSERT, [source])
        plan_for(cursor, 0)
    merged = Merged(inserted=inserted, updated=updated, removed=taken_back)
    record(
        action="merge_accounts",
        subject_kind="source",
        subject_key=source,
        details=merged.counts(),
        by=by,
        at=at,
    )
    return merged


@transaction.atomic
def reserve_accounts(*, source: str, codes: Iterable[str], by: Actor, at: datetime) -> Merged:
    """Give an id to each account code that has none yet, without a client; known codes stay as they are."""
    with connection.cursor() as cursor:
        begin(cursor, kind="accounts", source=source)
        rows = load(cursor, _CODES, ((code,) for code in codes), kind="account")
        plan_for(cursor, rows)
        inserted = run(cursor, _RESERVE, {"source": source})
        plan_for(cursor, 0)
    merged = Merged(inserted=inserted)
    record(
        action="reserve_accounts",
        subject_kind="source",
        subject_key=source,
        details=merged.counts(),
        by=by,
        at=at,
    )
    return merged

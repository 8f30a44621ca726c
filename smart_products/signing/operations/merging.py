"""Writes of signing: merging the subscriptions that a feed tells of.

Owns the subscriptions of feeds. Their rows are added, corrected or taken back as a feed says; the database refuses an
overlap. Rows signed here (source `here`) are never touched: a feed's row that overlaps one is set aside, whole, for a
person to decide, so that it is counted once whichever came first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, LiteralString, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.errors import ExclusionViolation

from core.actor import Actor
from core.audit import record
from core.merging import CsvRows, Incoming, Merged, MergeError, begin, load, plan_for, refuse_unknown, run


class SubscriptionRow(NamedTuple):
    """A subscription in force from `start` until before `end` (None: open), which needs an `end_reason`."""

    code: str
    client_code: str
    product_code: str
    account_code: str
    start: date
    end: date | None
    end_reason: str | None
    inferred: bool
    recorded_at: datetime


class OverlappingSubscriptions(MergeError):
    """A client would have signed one product twice at a time over one account."""


_INCOMING = Incoming(
    table="incoming_subscriptions",
    columns='code text, client_code text, product_code text, account_code text, start date, "end" date,'
    " end_reason text, inferred boolean, recorded_at timestamptz",
    key="code",
)
_REMOVED = Incoming(table="removed_subscriptions", columns="code text", key="code")

_UNKNOWN: dict[str, LiteralString] = {
    "client": """
SELECT DISTINCT i.client_code FROM incoming_subscriptions i WHERE NOT EXISTS (
    SELECT FROM accounts_client k WHERE k.source = %s AND k.code = i.client_code) ORDER BY 1
""",
    "product": """
SELECT DISTINCT i.product_code FROM incoming_subscriptions i WHERE NOT EXISTS (
    SELECT FROM catalogue_product k WHERE k.source = %s AND k.code = i.product_code) ORDER BY 1
""",
    "account": """
SELECT DISTINCT i.account_code FROM incoming_subscriptions i WHERE NOT EXISTS (
    SELECT FROM accounts_assetaccount k WHERE k.source = %s AND k.code = i.account_code) ORDER BY 1
""",
}

_DELETE = """
DELETE FROM signing_subscription s USING removed_subscriptions r WHERE s.source = %s AND s.code = r.code
"""

# What overlaps a contract of ours, by the first such contract.
_ASIDE: LiteralString = """
CREATE TEMPORARY TABLE aside_subscriptions ON COMMIT DROP AS
SELECT DISTINCT ON (k.code) k.*, c.id AS contract_id
FROM keyed_subscriptions k
JOIN signing_contract c ON (c.client_id, c.product_id, c.account_id) = (k.client_id, k.product_id, k.account_id)
JOIN signing_subscription ours ON ours.id = c.subscription_id
WHERE daterange(ours.start, ours."end") && daterange(k.start, k."end")
ORDER BY k.code, ours.start
"""

# A row that says what it said before keeps what was decided of it.
_SET_ASIDE = """
INSERT INTO signing_setaside
    (source, code, reason, contract_id, client_id, product_id, account_id, start, "end", end_reason, inferred,
     recorded_at, set_aside_at, choice)
SELECT %(source)s, code, 'signed_here', contract_id, client_id, product_id, account_id, start, "end", end_reason,
       inferred, recorded_at, %(at)s, ''
FROM aside_subscriptions
ON CONFLICT (source, code) DO UPDATE SET
    contract_id = excluded.contract_id, client_id = excluded.client_id, product_id = excluded.product_id,
    account_id = excluded.account_id, start = excluded.start, "end" = excluded."end",
    end_reason = excluded.end_reason, inferred = excluded.inferred, recorded_at = excluded.recorded_at,
    set_aside_at = excluded.set_aside_at, choice = '', decided_at = NULL, decided_by = NULL
WHERE signing_setaside.choice <> 'kept_ours'
    OR (signing_setaside.contract_id, signing_setaside.start, signing_setaside."end")
        IS DISTINCT FROM (excluded.contract_id, excluded.start, excluded."end")
"""

_CLEAR = """
UPDATE signing_setaside s SET choice = 'cleared', decided_at = %(at)s, decided_by = %(by)s
WHERE s.source = %(source)s AND s.choice <> 'cleared' AND (
    s.code IN (SELECT code FROM removed_subscriptions)
    OR s.code IN (SELECT code FROM keyed_subscriptions EXCEPT SELECT code FROM aside_subscriptions))
"""

_TAKE_OUT: tuple[LiteralString, ...] = (
    """
DELETE FROM signing_subscription s USING aside_subscriptions a WHERE s.source = %(source)s AND s.code = a.code
""",
    "DELETE FROM keyed_subscriptions k USING aside_subscriptions a WHERE k.code = a.code",
)

# Only what changes anything. When it was recorded changes nothing by itself: a repeated
# delivery keeps the first time.
_KEYED: LiteralString = """
CREATE TEMPORARY TABLE keyed_subscriptions ON COMMIT DROP AS
SELECT k.*, s.id AS subscription_id
FROM (
    SELECT i.code, c.id AS client_id, p.id AS product_id, a.id AS account_id, i.start, i."end",
           coalesce(i.end_reason, '') AS end_reason, i.inferred, i.recorded_at
    FROM incoming_subscriptions i
    JOIN accounts_client c ON c.source = %(source)s AND c.code = i.client_code
    JOIN catalogue_product p ON p.source = %(source)s AND p.code = i.product_code
    JOIN accounts_assetaccount a ON a.source = %(source)s AND a.code = i.account_code
) k
LEFT JOIN signing_subscription s ON s.source = %(source)s AND s.code = k.code
WHERE s.id IS NULL
OR (s.client_id, s.product_id, s.account_id, s.start, s."end", s.end_reason, s.inferred)
    IS DISTINCT FROM (k.client_id, k.product_id, k.account_id, k.start, k."end", k.end_reason, k.inferred)
"""

_UPDATE = """
UPDATE signing_subscription s
SET client_id = k.client_id, product_id = k.product_id, account_id = k.account_id, start = k.start,
    "end" = k."end", end_reason = k.end_reason, inferred = k.inferred, recorded_at = k.recorded_at
FROM keyed_subscriptions k WHERE s.id = k.subscription_id
"""

# In a scattered order: under sorted keys the exclusion index splits badly (300,000 rows: 17 s, not 8 s).
_INSERT = """
INSERT INTO signing_subscription
    (source, code, client_id, product_id, account_id, start, "end", end_reason, inferred, recorded_at)
SELECT %s, k.code, k.client_id, k.product_id, k.account_id, k.start, k."end", k.end_reason, k.inferred,
       k.recorded_at
FROM keyed_subscriptions k WHERE k.subscription_id IS NULL
ORDER BY hashtextextended(k.code, 0), k.code
"""


@transaction.atomic
def merge_subscriptions(
    *,
    source: str,
    upserts: Iterable[SubscriptionRow] | CsvRows,
    removed: Iterable[str] = (),
    by: Actor,
    at: datetime,
) -> Merged:
    """Add and correct subscriptions of a source and take the `removed` codes back; return the counts.

    Overlaps are judged when all is done, so that one may shrink and another grow in one call. Rows that overlap what
    was signed here are set aside, and are in no count but that of the audit.
    Raises UnknownCode (client, product or account), OverlappingSubscriptions and ConflictingRows.
    """
    with connection.cursor() as cursor:
        begin(cursor, kind="subscriptions", source=source)
        rows = load(cursor, _INCOMING, upserts, kind="subscription")
        load(cursor, _REMOVED, ((code,) for code in removed), kind="subscription")
        plan_for(cursor, rows)
        for kind, statement in _UNKNOWN.items():
            refuse_unknown(cursor, statement, [source], kind=kind)
        merged = _write_again(cursor, source, by, at)
        aside = run(cursor, "SELECT FROM aside_subscriptions")
        plan_for(cursor, 0)
    record(
        action="merge_subscriptions",
        subject_kind="source",
        subject_key=source,
        details={**merged.counts(), "set_aside": aside},
        by=by,
        at=at,
    )
    return merged


def _write_again(cursor: CursorWrapper, source: str, by: Actor, at: datetime) -> Merged:
    """Write, and once more after an overlap: a client may have signed here while this looked."""
    try:
        with transaction.atomic():
            return _write(cursor, source, by, at)
    except OverlappingSubscriptions:
        return _write(cursor, source, by, at)


def _write(cursor: CursorWrapper, source: str, by: Actor, at: datetime) -> Merged:
    """Delete, set aside, update and insert, then have the database judge overlaps."""
    told: dict[str, Any] = {"source": source, "by": by.name, "at": at}
    try:
        cursor.execute("SET CONSTRAINTS subscription_no_overlap DEFERRED")
        deleted = run(cursor, _DELETE, [source])
        cursor.execute("DROP TABLE IF EXISTS keyed_subscriptions, aside_subscriptions")
        cursor.execute(_KEYED, told)
        cursor.execute("ANALYZE keyed_subscriptions")
        cursor.execute(_ASIDE)
        cursor.execute(_SET_ASIDE, told)
        cursor.execute(_CLEAR, told)
        for statement in _TAKE_OUT:
            cursor.execute(statement, told)
        updated = run(cursor, _UPDATE)
        inserted = run(cursor, _INSERT, [source])
        cursor.execute("SET CONSTRAINTS subscription_no_overlap IMMEDIATE")
    except IntegrityError as error:
        if isinstance(error.__cause__, ExclusionViolation):
            raise OverlappingSubscriptions(error.__cause__.diag.message_detail or str(error)) from error
        raise
    return Merged(inserted=inserted, updated=updated, removed=deleted)

"""Writes of signing: merging the subscriptions that a feed tells of.

Owns `Subscription`. The feed's rows are added, corrected or taken back as it says; the
database refuses an overlap, and rows signed here are never touched (source `here`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import LiteralString, NamedTuple

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

    Overlaps are judged when all is done, so that one may shrink and another grow in one call.
    Raises UnknownCode (client, product or account), OverlappingSubscriptions and ConflictingRows.
    """
    with connection.cursor() as cursor:
        begin(cursor, kind="subscriptions", source=source)
        rows = load(cursor, _INCOMING, upserts, kind="subscription")
        load(cursor, _REMOVED, ((code,) for code in removed), kind="subscription")
        plan_for(cursor, rows)
        for kind, statement in _UNKNOWN.items():
            refuse_unknown(cursor, statement, [source], kind=kind)
        merged = _write(cursor, source)
        plan_for(cursor, 0)
    record(
        action="merge_subscriptions",
        subject_kind="source",
        subject_key=source,
        details=merged.counts(),
        by=by,
        at=at,
    )
    return merged


def _write(cursor: CursorWrapper, source: str) -> Merged:
    """Delete, update and insert, then have the database judge overlaps."""
    try:
        cursor.execute("SET CONSTRAINTS subscription_no_overlap DEFERRED")
        deleted = run(cursor, _DELETE, [source])
        cursor.execute("DROP TABLE IF EXISTS keyed_subscriptions")
        cursor.execute(_KEYED, {"source": source})
        cursor.execute("ANALYZE keyed_subscriptions")
        updated = run(cursor, _UPDATE)
        inserted = run(cursor, _INSERT, [source])
        cursor.execute("SET CONSTRAINTS subscription_no_overlap IMMEDIATE")
    except IntegrityError as error:
        if isinstance(error.__cause__, ExclusionViolation):
            raise OverlappingSubscriptions(error.__cause__.diag.message_detail or str(error)) from error
        raise
    return Merged(inserted=inserted, updated=updated, removed=deleted)

"""Merging the clients that a feed describes, by day.

Owns `Client` and `ClientVersion`. Whatever is merged, a client row equals its latest
version, and its id stays for ever. Never deletes a client; only a version can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import LiteralString, NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from accounts.spelling import spell
from core.actor import Actor
from core.audit import record
from core.merging import CsvRows, Incoming, Merged, begin, load, plan_for, refuse_unknown, run


class ClientRow(NamedTuple):
    """A client as it is from a day on. An empty text means unknown; `risk_class` is C1 to C5."""

    code: str
    valid_from: date
    outlet_code: str
    channel: str
    investor_class: str
    risk_class: str | None = None
    risk_assessed_on: date | None = None
    opened_on: date | None = None
    name: str | None = None
    birth_year: int | None = None
    mobile: str | None = None
    email: str | None = None
    id_digest: str | None = None


_CLIENTS = Incoming(
    table="incoming_clients",
    columns="code text, valid_from date, outlet_code text, channel text, investor_class text,"
    " risk_class text, risk_assessed_on date, opened_on date, name text, birth_year smallint, mobile text,"
    " email text, id_digest text",
    key="code, valid_from",
)
_REMOVED = Incoming(table="removed_clients", columns="code text, valid_from date", key="code, valid_from")

_FACTS: LiteralString = (
    "outlet_id, channel, investor_class, risk_class, risk_assessed_on, opened_on, name, birth_year, mobile,"
    " email, id_digest"
)
_KEYED_FACTS: LiteralString = "k." + _FACTS.replace(", ", ", k.")
_VERSION_FACTS: LiteralString = "v." + _FACTS.replace(", ", ", v.")

_UNKNOWN_OUTLETS = """
SELECT DISTINCT i.outlet_code FROM incoming_clients i WHERE NOT EXISTS (
    SELECT FROM accounts_unit u WHERE u.source = %s AND u.code = i.outlet_code) ORDER BY 1
"""

# The id of a client seen for the first time is drawn here, once a client.
_FRESH: LiteralString = """
CREATE TEMPORARY TABLE fresh_clients ON COMMIT DROP AS
SELECT s.code, nextval(%(sequence)s::regclass) AS id
FROM (
    SELECT DISTINCT i.code FROM incoming_clients i
    WHERE NOT EXISTS (SELECT FROM accounts_client c WHERE c.source = %(source)s AND c.code = i.code)
    ORDER BY i.code
) s
"""

# Only what changes anything: versions that are new or differ from the one of their day.
_KEYED: LiteralString = f"""
CREATE TEMPORARY TABLE keyed_clients ON COMMIT DROP AS
SELECT k.*, v.id AS version_id
FROM (
    SELECT coalesce(c.id, n.id) AS client_id, n.id IS NOT NULL AS fresh, i.code, i.valid_from,
           u.id AS outlet_id,
           coalesce(i.channel, '') AS channel, coalesce(i.investor_class, '') AS investor_class,
           coalesce(i.risk_class, '') AS risk_class, i.risk_assessed_on, i.opened_on,
           coalesce(i.name, '') AS name, i.birth_year, coalesce(i.mobile, '') AS mobile,
           coalesce(i.email, '') AS email, coalesce(i.id_digest, '') AS id_digest
    FROM incoming_clients i
    JOIN accounts_unit u ON u.source = %(source)s AND u.code = i.outlet_code
    LEFT JOIN accounts_client c ON c.source = %(source)s AND c.code = i.code
    LEFT JOIN fresh_clients n ON n.code = i.code
) k
LEFT JOIN accounts_clientversion v ON v.client_id = k.client_id AND v.valid_from = k.valid_from
WHERE v.id IS NULL OR ({_VERSION_FACTS}) IS DISTINCT FROM ({_KEYED_FACTS})
"""

_SPELLED = Incoming(table="spelled_names", columns="name text, pinyin text, initials text", key="name")

# Every name that a client touched here may come to bear.
_NAMES = """
SELECT name FROM keyed_clients WHERE name <> ''
UNION
SELECT v.name FROM accounts_clientversion v WHERE v.name <> '' AND v.client_id IN (
    SELECT client_id FROM keyed_clients WHERE NOT fresh UNION SELECT client_id FROM gone_clients)
"""

_INSERT_CLIENTS: LiteralString = f"""
INSERT INTO accounts_client (id, source, code, {_FACTS}, pinyin, initials)
SELECT DISTINCT ON (k.client_id) k.client_id, %s, k.code, {_KEYED_FACTS},
       coalesce(s.pinyin, ''), coalesce(s.initials, '')
FROM keyed_clients k LEFT JOIN spelled_names s ON s.name = k.name
WHERE k.fresh ORDER BY k.client_id, k.valid_from DESC
"""

_DELETE_VERSIONS = """
DELETE FROM accounts_clientversion v USING gone_clients g
WHERE v.client_id = g.client_id AND v.valid_from = g.valid_from
"""

_GONE: LiteralString = """
CREATE TEMPORARY TABLE gone_clients ON COMMIT DROP AS
SELECT c.id AS client_id, r.valid_from
FROM removed_clients r JOIN accounts_client c ON c.source = %s AND c.code = r.code
"""

_UPDATE_VERSIONS: LiteralString = f"""
UPDATE accounts_clientversion v SET ({_FACTS}) = ROW ({_KEYED_FACTS})
FROM keyed_clients k WHERE v.id = k.version_id
"""

_INSERT_VERSIONS: LiteralString = f"""
INSERT INTO accounts_clientversion (client_id, valid_from, {_FACTS})
SELECT k.client_id, k.valid_from, {_KEYED_FACTS}
FROM keyed_clients k WHERE k.version_id IS NULL ORDER BY k.client_id, k.valid_from
"""

# A client whose every version was taken back keeps its id, belongs to no outlet and is seen by nobody.
_REFRESH: LiteralString = f"""
UPDATE accounts_client c SET ({_FACTS}, pinyin, initials) = ROW (
    l.outlet_id, coalesce(l.channel, ''), coalesce(l.investor_class, ''), coalesce(l.risk_class, ''),
    l.risk_assessed_on, l.opened_on, coalesce(l.name, ''), l.birth_year, coalesce(l.mobile, ''),
    coalesce(l.email, ''), coalesce(l.id_digest, ''), coalesce(s.pinyin, ''), coalesce(s.initials, ''))
FROM (
    SELECT DISTINCT ON (t.client_id) t.client_id, {_VERSION_FACTS}
    FROM (
        SELECT k.client_id FROM keyed_clients k WHERE NOT k.fresh
        UNION SELECT g.client_id FROM gone_clients g
    ) t LEFT JOIN accounts_clientversion v ON v.client_id = t.client_id
    ORDER BY t.client_id, v.valid_from DESC NULLS LAST
) l LEFT JOIN spelled_names s ON s.name = l.name
WHERE c.id = l.client_id AND (c.{_FACTS.replace(", ", ", c.")}) IS DISTINCT FROM (
    l.outlet_id, coalesce(l.channel, ''), coalesce(l.investor_class, ''), coalesce(l.risk_class, ''),
    l.risk_assessed_on, l.opened_on, coalesce(l.name, ''), l.birth_year, coalesce(l.mobile, ''),
    coalesce(l.email, ''), coalesce(l.id_digest, ''))
"""


@transaction.atomic
def merge_clients(
    *,
    source: str,
    upserts: Iterable[ClientRow] | CsvRows,
    removed: Iterable[tuple[str, date]] = (),
    by: Actor,
    at: datetime,
) -> Merged:
    """Add and correct client versions of a source and take the `removed` (code, valid_from) back.

    Returns the counts, of versions. Raises UnknownCode for an outlet that is no unit of the source, and
    ConflictingRows when two rows of one client and day differ.
    """
    with connection.cursor() as cursor:
        begin(cursor, kind="clients", source=source)
        rows = load(cursor, _CLIENTS, upserts, kind="client")
        load(cursor, _REMOVED, removed, kind="client")
        plan_for(cursor, rows)
        refuse_unknown(cursor, _UNKNOWN_OUTLETS, [source], kind="unit")
        cursor.execute("DROP TABLE IF EXISTS keyed_clients, fresh_clients, gone_clients")
        cursor.execute(_GONE, [source])
        deleted = run(cursor, _DELETE_VERSIONS)
        cursor.execute("SELECT pg_get_serial_sequence('accounts_client', 'id')")
        names = {"source": source, "sequence": cursor.fetchone()[0]}
        cursor.execute(_FRESH, names)
        cursor.execute(_KEYED, names)
        cursor.execute("ANALYZE keyed_clients")
        _spell_names(cursor)
        run(cursor, _INSERT_CLIENTS, [source])
        updated = run(cursor, _UPDATE_VERSIONS)
        inserted = run(cursor, _INSERT_VERSIONS)
        run(cursor, _REFRESH)
        plan_for(cursor, 0)
    merged = Merged(inserted=inserted, updated=updated, removed=deleted)
    record(
        action="merge_clients",
        subject_kind="source",
        subject_key=source,
        details=merged.counts(),
        by=by,
        at=at,
    )
    return merged


def _spell_names(cursor: CursorWrapper) -> None:
    """Fill a table with the sound of each name that is written below."""
    cursor.execute(_NAMES)
    load(cursor, _SPELLED, [(name, *spell(name)) for (name,) in cursor.fetchall()], kind="name")

"""Merging the units that a feed describes, and keeping their tree in order.

Owns `Unit`, `UnitVersion` and the paths. Whatever is merged, a unit row equals its latest
version, its path leads from the root, and on no day is a unit its own ancestor.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from core.actor import Actor
from core.audit import record
from core.merging import CsvRows, Incoming, Merged, MergeError, begin, load, plan_for, refuse_unknown, run


class UnitRow(NamedTuple):
    """A unit as it is from a day on; `closed_on` is the day it stopped, if it did."""

    code: str
    valid_from: date
    parent_code: str | None
    level: str
    name: str
    name_en: str = ""
    closed_on: date | None = None


class UnitCycle(MergeError):
    """A unit would be its own ancestor on some day."""

    def __init__(self, day: date, codes: list[str]) -> None:
        self.day = day
        self.codes = codes
        super().__init__(f"on {day} these units are their own ancestors: {', '.join(codes[:5])}")


_UNITS = Incoming(
    table="incoming_units",
    columns="code text, valid_from date, parent_code text, level text, name text, name_en text, closed_on date",
    key="code, valid_from",
)
_REMOVED = Incoming(table="removed_units", columns="code text, valid_from date", key="code, valid_from")

_INSERT_UNITS = """
INSERT INTO accounts_unit (source, code, level, name, name_en)
SELECT DISTINCT ON (i.code) %(source)s, i.code, i.level, i.name, coalesce(i.name_en, '')
FROM incoming_units i
WHERE NOT EXISTS (SELECT FROM accounts_unit u WHERE u.source = %(source)s AND u.code = i.code)
ORDER BY i.code, i.valid_from DESC
"""

_UNKNOWN_PARENTS = """
SELECT DISTINCT i.parent_code FROM incoming_units i WHERE i.parent_code IS NOT NULL
AND NOT EXISTS (SELECT FROM accounts_unit u WHERE u.source = %s AND u.code = i.parent_code) ORDER BY 1
"""

_DELETE_VERSIONS = """
DELETE FROM accounts_unitversion v USING removed_units r, accounts_unit u
WHERE u.source = %s AND u.code = r.code AND v.unit_id = u.id AND v.valid_from = r.valid_from
"""

_KEYED_UNITS = """
CREATE TEMPORARY TABLE keyed_units ON COMMIT DROP AS
SELECT u.id AS unit_id, i.valid_from, p.id AS parent_id, i.level, i.name,
       coalesce(i.name_en, '') AS name_en, i.closed_on
FROM incoming_units i
JOIN accounts_unit u ON u.source = %(source)s AND u.code = i.code
LEFT JOIN accounts_unit p ON p.source = %(source)s AND p.code = i.parent_code
"""

_UPDATE_VERSIONS = """
UPDATE accounts_unitversion v
SET parent_id = k.parent_id, level = k.level, name = k.name, name_en = k.name_en, closed_on = k.closed_on
FROM keyed_units k
WHERE v.unit_id = k.unit_id AND v.valid_from = k.valid_from
AND (v.parent_id, v.level, v.name, v.name_en, v.closed_on)
    IS DISTINCT FROM (k.parent_id, k.level, k.name, k.name_en, k.closed_on)
"""

_INSERT_VERSIONS = """
INSERT INTO accounts_unitversion (unit_id, valid_from, parent_id, level, name, name_en, closed_on)
SELECT k.unit_id, k.valid_from, k.parent_id, k.level, k.name, k.name_en, k.closed_on
FROM keyed_units k
WHERE NOT EXISTS (
    SELECT FROM accounts_unitversion v WHERE v.unit_id = k.unit_id AND v.valid_from = k.valid_from)
ORDER BY k.unit_id, k.valid_from
"""

# A unit whose every version was taken back keeps its id and its words, and stands in no tree.
_REFRESH_UNITS = """
UPDATE accounts_unit u
SET parent_id = l.parent_id, level = l.level, name = l.name, name_en = l.name_en, closed_on = l.closed_on
FROM (
    SELECT DISTINCT ON (x.id) x.id, v.parent_id, coalesce(v.level, x.level) AS level,
           coalesce(v.name, x.name) AS name, coalesce(v.name_en, x.name_en) AS name_en, v.closed_on
    FROM accounts_unit x LEFT JOIN accounts_unitversion v ON v.unit_id = x.id
    WHERE x.source = %s
    ORDER BY x.id, v.valid_from DESC NULLS LAST
) l
WHERE u.id = l.id AND (u.parent_id, u.level, u.name, u.name_en, u.closed_on)
    IS DISTINCT FROM (l.parent_id, l.level, l.name, l.name_en, l.closed_on)
"""

_REFRESH_PATHS = """
WITH RECURSIVE tree (id, path) AS (
    SELECT u.id, u.id::text || '.' FROM accounts_unit u
    WHERE u.source = %(source)s AND u.parent_id IS NULL
    AND EXISTS (SELECT FROM accounts_unitversion v WHERE v.unit_id = u.id)
    UNION ALL
    SELECT u.id, t.path || u.id::text || '.' FROM accounts_unit u JOIN tree t ON u.parent_id = t.id
    WHERE u.source = %(source)s
)
UPDATE accounts_unit u SET path = coalesce(t.path, '')
FROM accounts_unit x LEFT JOIN tree t ON t.id = x.id
WHERE x.source = %(source)s AND u.id = x.id AND u.path IS DISTINCT FROM coalesce(t.path, '')
"""


@transaction.atomic
def merge_units(
    *,
    source: str,
    upserts: Iterable[UnitRow] | CsvRows,
    removed: Iterable[tuple[str, date]] = (),
    by: Actor,
    at: datetime,
) -> Merged:
    """Add and correct unit versions of a source and take the `removed` (code, valid_from) back.

    Returns the counts, of versions. Parents are of the same source and may come in the same call. Raises
    UnknownCode for a parent nobody described, UnitCycle, and ConflictingRows.
    """
    names = {"source": source}
    with connection.cursor() as cursor:
        begin(cursor, kind="units", source=source)
        rows = load(cursor, _UNITS, upserts, kind="unit")
        gone = load(cursor, _REMOVED, removed, kind="unit")
        plan_for(cursor, rows)
        run(cursor, _INSERT_UNITS, names)
        refuse_unknown(cursor, _UNKNOWN_PARENTS, [source], kind="unit")
        deleted = run(cursor, _DELETE_VERSIONS, [source]) if gone else 0
        cursor.execute("DROP TABLE IF EXISTS keyed_units")
        cursor.execute(_KEYED_UNITS, names)
        updated = run(cursor, _UPDATE_VERSIONS)
        inserted = run(cursor, _INSERT_VERSIONS)
        _refuse_cycles(cursor, source)
        run(cursor, _REFRESH_UNITS, [source])
        run(cursor, _REFRESH_PATHS, names)
        plan_for(cursor, 0)
    merged = Merged(inserted=inserted, updated=updated, removed=deleted)
    record(action="merge_units", subject_kind="source", subject_key=source, details=merged.counts(), by=by, at=at)
    return merged


def _refuse_cycles(cursor: CursorWrapper, source: str) -> None:
    """Raise UnitCycle for the first day on which following parents would never end."""
    cursor.execute(
        "SELECT v.valid_from, u.code, p.code"
        " FROM accounts_unitversion v JOIN accounts_unit u ON u.id = v.unit_id"
        " LEFT JOIN accounts_unit p ON p.id = v.parent_id WHERE u.source = %s ORDER BY v.valid_from, u.code",
        [source],
    )
    parents: dict[str, str | None] = {}
    changes: dict[date, list[tuple[str, str | None]]] = {}
    for day, code, parent in cursor.fetchall():
        changes.setdefault(day, []).append((code, parent))
    for day, changed in changes.items():
        moved = [code for code, parent in changed if parents.get(code, "") != parent]
        parents.update(changed)
        looped = sorted(_looped(parents, moved))
        if looped:
            raise UnitCycle(day, looped)


def _looped(parents: dict[str, str | None], start: list[str]) -> set[str]:
    """Return the units among those reached from `start` that are their own ancestors."""
    safe: set[str] = set()
    looped: set[str] = set()
    for code in start:
        trail: list[str] = []
        here: str | None = code
        while here is not None and here not in safe and here not in trail:
            trail.append(here)
            here = parents.get(here)
        if here is not None and here in trail:
            looped.update(trail[trail.index(here) :])
        safe.update(trail)
    return looped

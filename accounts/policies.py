"""Row-level security in SQL: the condition by which the database itself shows a row of a client, and to whom.

Whoever runs a statement has named himself to the transaction (`wall.py`): by the units he reaches, by the client he is,
or by a secret he knows. Who named nobody sees nothing. Roles that may pass by (`owner`, `jobs`) do. Text for migrations
alone: what stands here was migrated, so a change is another name here and another migration.
"""

from __future__ import annotations

from django.db import migrations

UNITS = "string_to_array(nullif(current_setting('app.units', true), ''), ',')"
"""The paths that the actor's roles reach; NULL without one, since a setting falls back to the empty string."""

_REACHED = f"SELECT u.id FROM accounts_unit u WHERE u.path LIKE '%.' AND u.path ^@ ANY ({UNITS})"
_SELF = "(SELECT nullif(current_setting('app.client', true), '')::bigint)"
_WORD = "(SELECT nullif(current_setting('app.word', true), ''))"

CLIENT = f"outlet_id IN ({_REACHED}) OR id = {_SELF} OR id_digest = {_WORD}"
"""A client: at or below a unit that is reached, the client himself, or one whose identity document is known."""

HOUSE = (
    f"(SELECT coalesce(bool_and(u.path LIKE '%.' AND u.path ^@ ANY ({UNITS})), false)"
    " FROM accounts_unit u WHERE u.parent_id IS NULL)"
)
"""Whether every tree is reached from its top: asked once a statement, so that nobody pays by the row who sees all."""


def shown(table: str, column: str) -> str:
    """Return the condition that the row of `table` which a column names is itself shown."""
    return f"{HOUSE} OR EXISTS (SELECT 1 FROM {table} seen WHERE seen.id = {column})"


OF_CLIENT = shown("accounts_client", "client_id")
INVITE = f"{OF_CLIENT} OR token_hash = {_WORD}"


def behind(table: str, condition: str) -> migrations.RunSQL:
    """Return the step that puts a table behind the wall: what may not be read may be neither written nor changed."""
    return migrations.RunSQL(
        [
            f"CREATE POLICY wall ON {table} USING ({condition})",
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        ],
        [
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
            f"DROP POLICY wall ON {table}",
        ],
    )

"""Lets Django empty the tables after a test with real commits.

The database refuses TRUNCATE on append-only tables, as it should. A transactional test ends with one,
so this plugin sets the guards aside for that statement alone, as the owner of a test database may.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

GUARDED = {"core_auditevent": "append_only", "catalogue_productversion": "immutable"}


@pytest.fixture(autouse=True, scope="session")
def guards_step_aside() -> Iterator[None]:
    original = DatabaseOperations.execute_sql_flush

    def flush(self: DatabaseOperations, sql_list: Sequence[str]) -> None:
        guards = [f"ALTER TABLE {table} {{}} TRIGGER {name}" for table, name in GUARDED.items()]
        aside, back = ([guard.format(verb) for guard in guards] for verb in ("DISABLE", "ENABLE"))
        original(self, [*aside, *sql_list, *back])

    patch = pytest.MonkeyPatch()
    patch.setattr(DatabaseOperations, "execute_sql_flush", flush)
    yield
    patch.undo()

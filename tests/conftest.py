"""What every test has: clean caches, no leftover language, no clock, a database that can be emptied and dropped.

The audit log refuses TRUNCATE, as it must everywhere else; a browser's last request may still hold a session. What a
migration planted stays when a database is emptied.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from django.test import override_settings
from django.utils import translation
from hypothesis import settings as examples

SEEDED = {
    *("catalogue_bannedphrase", "catalogue_phrasecontext", "signing_endreasonnode", "core_storageperiod"),
}
"""Tables that a migration fills; emptied, they would stay empty for every later test."""

GUARDED = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"


def pytest_configure() -> None:
    """Teach Django's own test machinery the three exceptions; nothing of ours is replaced.

    No example is judged by how long it took: a busy machine would fail it.
    """
    examples.register_profile("untimed", deadline=None)
    examples.load_profile("untimed")
    operations: Any = type(connection.ops)
    operations.execute_sql_flush = _flush
    emptying = operations.sql_flush
    operations.sql_flush = lambda self, style, tables, **options: emptying(
        self, style, [table for table in tables if table not in SEEDED], **options
    )
    creation: Any = type(connection.creation)
    creation._destroy_test_db = _drop


@pytest.fixture(autouse=True, scope="session")
def _own_answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Answers are kept in a folder of this run, and of this process of it."""
    given = {
        name: {**settings.CACHES[name], "LOCATION": tmp_path_factory.mktemp(name)} for name in ("answers", "lists")
    }
    with override_settings(CACHES={**settings.CACHES, **given}):
        yield


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """The house's own way of keeping a password, with the least work that it allows."""
    with override_settings(PASSWORD_HASHERS=["tests.passwords.QuickArgon2"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def _requests_as_app() -> Iterator[None]:
    """Whatever a browser or a test client asks, the database answers as it answers the web."""
    with override_settings(MIDDLEWARE=["tests.role.as_the_web", *settings.MIDDLEWARE]):
        yield


@pytest.fixture(autouse=True)
def _clean_state() -> Iterator[None]:
    yield
    for one in caches.all():
        one.clear()
    if kept := sys.modules.get("tasks.senders"):
        kept.senders.cache_clear()  # they keep where messages of the test before went
    translation.deactivate()


def _flush(operations: Any, statements: list[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(GUARDED)
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _drop(creation: Any, name: str, verbosity: int) -> None:
    # FORCE would fail on an autovacuum worker, which is not ours to end; a plain DROP sends it away by itself.
    with creation._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = %s AND backend_type IN ('client backend', 'parallel worker') AND pid <> pg_backend_pid()",
            [name],
        )
        cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)}")

"""A house that stands for a whole module of tests: made once, and each test's own changes undone after it.

Owns the transaction around what a module makes. Tests inside are plain `django_db` ones: theirs is a savepoint of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def standing(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep what is written inside for the tests to come; gone when the module ends."""
    with blocker.unblock():
        outer = transaction.atomic()
        # As Django's own TestCase does, so that operations may ask for a transaction of their own.
        outer._from_testcase = True  # type: ignore[attr-defined]
        with outer:
            yield
            transaction.set_rollback(True)

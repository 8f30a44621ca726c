"""What a page asks of the database: every statement but the marks of its transaction.

The transaction of a request is a savepoint in a test and none in the web, where it costs no statement that is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

MARKS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


@contextmanager
def asked() -> Iterator[list[str]]:
    """Collect the statements that are asked inside; the list is filled when it ends."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [one["sql"] for one in captured if not one["sql"].startswith(MARKS)]

"""A column for the number of a transaction."""

from __future__ import annotations

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class TransactionId(models.TextField):  # type: ignore[type-arg]
    """A transaction's number that never wraps (xid8): below `pg_snapshot_xmin` nothing is still to come."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the column's type in PostgreSQL."""
        return "xid8"

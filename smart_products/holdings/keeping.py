"""What is kept of a delivery beside its facts: refused rows, and a copy of one that waits for codes.

Owns the folders of both below FACTS_DIR. Never writes a row of PostgreSQL.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb
from django.conf import settings

from core.files import store_parquet
from smart_products.holdings.reading import manifest as manifests
from smart_products.holdings.reading import tables
from smart_products.holdings.reading.manifest import Manifest

WAITING_RULES = frozenset({"unknown_unit", "unknown_client", "unknown_account", "unknown_product"})
"""Rules that a later delivery can lift, by bringing the code."""


def names_unknown_codes(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether rows were refused for codes that nobody has told of yet."""
    if not tables.exists(connection, "refused"):
        return False
    rules = connection.execute("SELECT DISTINCT rule FROM refused").fetchall()
    return any(rule in WAITING_RULES for (rule,) in rules)


def keep_copy(folder: Path, manifest: Manifest, connection: duckdb.DuckDBPyConnection) -> str:
    """Keep a copy of a delivery that waits for codes, by the digest of its manifest; '' when it waits for none."""
    if not names_unknown_codes(connection):
        return ""
    target = settings.FACTS_DIR / "archive" / manifest.digest
    if not target.exists() and folder != target:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=target.parent))
        for name in (manifests.NAME, *(entry.name for entry in manifest.files)):
            shutil.copyfile(folder / name, temporary / name)
        temporary.rename(target)
    return manifest.digest


def store_refused(connection: duckdb.DuckDBPyConnection) -> str:
    """Store all refused rows and return the name of their file; '' when there are none."""
    if not tables.exists(connection, "refused") or not tables.count(connection, "SELECT count(*) FROM refused"):
        return ""
    return store_parquet(connection, 'SELECT * FROM refused ORDER BY file, line, "column", rule', settings.FACTS_DIR)


def facts_folder() -> Path:
    """Return the folder of the fact files."""
    folder: Path = settings.FACTS_DIR / "facts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder

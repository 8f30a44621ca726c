"""Immutable files named by the hash of their bytes.

Owns the only way such a file comes to be: a temporary name, fsync, rename. A file is real when a row in
PostgreSQL names it. Never deletes: `collect_facts` does.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Sequence
from pathlib import Path

import duckdb

PARQUET = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION lz4_raw, DICTIONARY_SIZE_LIMIT 1"
"""Without dictionaries: half the time to write, and a fifth more bytes."""


def path_of(folder: Path, name: str) -> Path:
    """Return where the file of that name lies: in a sub-folder by its first two digits."""
    return folder / name[:2] / name


def store_parquet(connection: duckdb.DuckDBPyConnection, select: str, folder: Path) -> str:
    """Write what a SELECT gives as Parquet and return its name, `<sha256>.parquet`.

    The same rows in the same order give the same name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{uuid.uuid4().hex}"
    try:
        connection.execute(f"COPY ({select}) TO '{temporary}' ({PARQUET})")
        with temporary.open("rb") as file:
            name = f"{hashlib.file_digest(file, 'sha256').hexdigest()}.parquet"
            os.fsync(file.fileno())
        final = path_of(folder, name)
        final.parent.mkdir(exist_ok=True)
        temporary.rename(final)
    finally:
        temporary.unlink(missing_ok=True)
    return name


def store_bytes(data: bytes, folder: Path) -> str:
    """Write bytes to the file of their hash and return its name, their SHA-256 in hex; one that is there stays."""
    name = hashlib.sha256(data).hexdigest()
    final = path_of(folder, name)
    if final.exists():
        return name
    final.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{uuid.uuid4().hex}"
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(final)
    finally:
        temporary.unlink(missing_ok=True)
    return name


def digest_of(names: Sequence[str]) -> str:
    """Return one digest over the names of files, which are hashes themselves."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()

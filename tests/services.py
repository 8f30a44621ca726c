"""A plugin that gives a test run its own PostgreSQL and Valkey before Django's settings are read.

They live in a temporary folder and end with the run. A given `DATABASE_URL` or `BROKER_URL` is used instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from embedded import services
from embedded.instance import Instance, open_instance
from tests.effort import THOROUGH

_ours: list[Instance] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Start the services in the controlling process; workers inherit the addresses."""
    os.environ["DATABASE_ROLE"] = "owner"
    # Two processes test at once, on two cores; in full the statements are also run by more than one thread.
    os.environ.setdefault("DUCKDB_THREADS", "2" if THOROUGH else "1")
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        instance = open_instance(Path(tempfile.mkdtemp(prefix="smart-test-")))
        _ours.append(instance)
        os.environ["LOCAL_DIR"] = str(instance.folder)
        os.environ.update(services.up(instance, throwaway=True).addresses)
    broker = os.environ["BROKER_URL"]
    if broker.startswith("redis+socket://"):
        # Each worker has its own numbered database, so that one may clear its cache.
        number = 1 + int((worker or "gw0").removeprefix("gw")) % 14
        os.environ["CACHE_URL"] = f"unix://{broker.removeprefix('redis+socket://')}?db={number}"
    return (yield)


def pytest_unconfigure() -> None:
    """Stop what this run started."""
    while _ours:
        instance = _ours.pop()
        services.down(instance)
        for folder in (instance.folder, instance.run_dir):
            shutil.rmtree(folder, ignore_errors=True)

"""Both services of an instance together, and the addresses they are reached at.

A service whose address the environment gives (`DATABASE_URL`, `BROKER_URL`) is somebody else's: it is neither
started nor stopped, and its address is passed on.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

from embedded import postgres, processes, valkey
from embedded.instance import Instance, locked, make_run_dir


@dataclass(frozen=True)
class Services:
    """What `up` left running: the addresses by variable name, and which services this call started."""

    addresses: dict[str, str]
    started: tuple[str, ...]


def up(instance: Instance, *, throwaway: bool = False) -> Services:
    """Start what is missing and write `services.env`. Raises EmbeddedError."""
    started: list[str] = []
    with locked(instance):
        make_run_dir(instance)
        if not os.environ.get("DATABASE_URL") and postgres.up(instance, throwaway=throwaway):
            started.append(postgres.NAME)
        if not os.environ.get("BROKER_URL") and valkey.up(instance):
            started.append(valkey.NAME)
        addresses = addresses_of(instance)
        fresh = instance.services_file.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text("".join(f"{name}={value}\n" for name, value in addresses.items()))
        fresh.replace(instance.services_file)
    return Services(addresses, tuple(started))


def down(instance: Instance, only: tuple[str, ...] = (valkey.NAME, postgres.NAME)) -> list[str]:
    """Stop what runs of the named services of this instance; returns the names of those that ran."""
    stopped = []
    with locked(instance):
        if valkey.NAME in only and valkey.down(instance):
            stopped.append(valkey.NAME)
        if postgres.NAME in only and postgres.down(instance):
            stopped.append(postgres.NAME)
        with contextlib.suppress(OSError):  # the other service's socket is still there, or it is gone already
            instance.run_dir.rmdir()
    return stopped


def addresses_of(instance: Instance) -> dict[str, str]:
    """The addresses of both services, given ones first."""
    given = os.environ.get("DATABASE_URL")
    return {
        "DATABASE_URL": given or postgres.url(instance, "app"),
        "JOBS_DATABASE_URL": os.environ.get("JOBS_DATABASE_URL") or given or postgres.url(instance, "jobs"),
        "MIGRATE_DATABASE_URL": os.environ.get("MIGRATE_DATABASE_URL") or given or postgres.url(instance, "owner"),
        "BROKER_URL": os.environ.get("BROKER_URL") or valkey.url(instance),
    }


def status(instance: Instance) -> dict[str, str]:
    """One line of words for each service."""
    words = {}
    for name, given in ((postgres.NAME, "DATABASE_URL"), (valkey.NAME, "BROKER_URL")):
        process = processes.running(instance, name)
        if os.environ.get(given):
            words[name] = f"given by {given}"
        else:
            words[name] = f"running (pid {process.pid})" if process else "stopped"
    return words

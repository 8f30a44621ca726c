"""Where one instance lives: its folder (`LOCAL_DIR`) and its short run directory.

Unix socket paths are limited to about 100 bytes and `LOCAL_DIR` may be long, so sockets live in a 0700
directory whose short name follows from the folder's path. It is noted in `LOCAL_DIR/run-dir`.
This module never starts anything.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from embedded.errors import EmbeddedError

SOCKET_LIMIT = 80
# All that the service and this package put into an instance's folder, without the endings of names.
CONTENTS = {
    *(
        "anchors",
        "beat-schedule",
        "bench",
        "demo",
        "demo-broker",
        "documents",
        "duckdb",
        "facts",
        "feed",
        "inbox",
        "lock",
        "log",
    ),
    *("pids", "postgres", "postgres-dir", "quarantine", "run-dir", "secrets", "services", "static", "valkey"),
}


@dataclass(frozen=True)
class Instance:
    """One folder with all of an instance, and the run directory of its sockets."""

    folder: Path
    run_dir: Path

    @property
    def services_file(self) -> Path:
        """The addresses that the settings read."""
        return self.folder / "services.env"

    @property
    def log_dir(self) -> Path:
        """Where every service writes its log."""
        return self.folder / "log"

    @property
    def pid_dir(self) -> Path:
        """Where the identity of each started process is noted."""
        return self.folder / "pids"


def local_dir() -> Path:
    """The instance folder: `LOCAL_DIR`, else `.local` of the current directory; absolute."""
    return Path(os.environ.get("LOCAL_DIR") or ".local").expanduser().absolute()


def open_instance(folder: Path | None = None) -> Instance:
    """The instance of a folder, its directories made (0700) when missing.

    Raises EmbeddedError when the run directory exists and is not ours alone.
    """
    place = (folder or local_dir()).absolute()
    instance = Instance(place, _run_dir(place))
    for needed in (place, instance.log_dir, instance.pid_dir):
        _make_private(needed)
    make_run_dir(instance)
    return instance


def make_run_dir(instance: Instance) -> None:
    """Make the directory of the sockets, and note its name in the folder.

    Raises EmbeddedError when it exists and is not ours alone.
    """
    _make_private(instance.run_dir)
    _refuse_strangers(instance.run_dir)
    (instance.folder / "run-dir").write_text(f"{instance.run_dir}\n")


@contextmanager
def locked(instance: Instance) -> Iterator[None]:
    """Hold the instance: two commands at once start one set of services."""
    with (instance.folder / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def remove(instance: Instance) -> None:
    """Delete the instance's folders; its services must be stopped.

    Raises EmbeddedError when the folder holds what no instance has, lest a mistyped LOCAL_DIR empties a home.
    """
    strange = sorted(entry.name for entry in instance.folder.iterdir() if entry.name.split(".")[0] not in CONTENTS)
    if strange:
        raise EmbeddedError(f"{instance.folder} also holds {', '.join(strange[:5])}: remove what is not ours by hand.")
    elsewhere = instance.folder / "postgres-dir"
    if elsewhere.exists():
        shutil.rmtree(elsewhere.read_text().strip(), ignore_errors=True)
    shutil.rmtree(instance.run_dir, ignore_errors=True)
    shutil.rmtree(instance.folder)


def _make_private(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(f"cannot make {path}: {error.strerror}. Set LOCAL_DIR to a folder you own.") from error


def _run_dir(folder: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:10]
    name = f"smart-products-{os.getuid()}-{digest}"
    for base in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):  # noqa: S108
        if base and len(base) + len(name) <= SOCKET_LIMIT and os.access(base, os.W_OK | os.X_OK):
            return Path(base) / name
    raise EmbeddedError("no short writable directory for sockets: set XDG_RUNTIME_DIR to one.")


def _refuse_strangers(run_dir: Path) -> None:
    state = run_dir.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid not in (os.getuid(), 65534) or state.st_mode & 0o077:
        raise EmbeddedError(f"{run_dir} exists and is not ours alone: remove it, or set XDG_RUNTIME_DIR.")

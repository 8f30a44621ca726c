"""Background processes of an instance: start one, know it again, stop it by its identity.

A process is known by its pid *and* its start time, noted in `LOCAL_DIR/pids/<name>`: a pid alone may belong
to a stranger after a crash or a reboot. Nothing is ever ended by name.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from embedded.instance import Instance


@dataclass(frozen=True)
class Process:
    """One process that we started: its pid, and its start time as the system tells it."""

    pid: int
    started: str


def start(
    instance: Instance,
    name: str,
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    user: int | None = None,
    folder: Path | None = None,
) -> Process:
    """Start a command in its own session, its output appended to `log/<name>.log`, and note who it is."""
    log = instance.log_dir / f"{name}.log"
    with log.open("ab") as output:
        child = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            cwd=folder,
            user=user,
            group=user,
            extra_groups=[] if user is not None else None,
        )
    process = Process(child.pid, start_time(child.pid) or "")
    note = instance.pid_dir / name
    note.with_suffix(".new").write_text(f"{process.pid} {process.started}\n")
    note.with_suffix(".new").replace(note)
    _CHILDREN[child.pid] = child
    return process


def running(instance: Instance, name: str) -> Process | None:
    """The noted process when it still lives, else None."""
    try:
        pid, _, started = (instance.pid_dir / name).read_text().strip().partition(" ")
        process = Process(int(pid), started)
    except (OSError, ValueError):
        return None
    return process if alive(process) else None


def alive(process: Process) -> bool:
    """True while this very process lives; a zombie and a reused pid count as dead."""
    child = _CHILDREN.get(process.pid)
    if child is not None and child.poll() is not None:
        return False
    return bool(process.started) and start_time(process.pid) == process.started


def stop(instance: Instance, name: str, *, sign: signal.Signals, patience: float = 30.0) -> bool:
    """Ask the noted process to end, and kill it after `patience` seconds; True when there was one."""
    process = running(instance, name)
    for child in _CHILDREN.values():
        child.poll()  # reap what died unasked
    if process is not None:
        _signal(process, sign)
        if not _gone(process, patience):
            _signal(process, signal.SIGKILL)
            _gone(process, 5.0)
        _end_group(process)
    (instance.pid_dir / name).unlink(missing_ok=True)
    return process is not None


def start_time(pid: int) -> str | None:
    """When a process started, as an opaque text; None when there is none or it is a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return None if Path("/proc/self").exists() else _start_time_by_ps(pid)
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def tail(instance: Instance, name: str, lines: int = 12) -> str:
    """The last lines of a service's log, for an error message."""
    try:
        return "\n".join((instance.log_dir / f"{name}.log").read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}


def _start_time_by_ps(pid: int) -> str | None:
    found = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.strip() or None


def _signal(process: Process, sign: signal.Signals) -> None:
    if alive(process):
        os.kill(process.pid, sign)


def _end_group(process: Process) -> None:
    """Children that outlived their parent: the session is ours, its number that of the process we started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _gone(process: Process, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while alive(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True

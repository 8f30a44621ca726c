"""`make demo`: from nothing to a broker's matrix on a page, and back to nothing on Ctrl-C.

It drives the service's own commands as child processes, one after another, and knows nothing of what they
do. Everything it started is stopped in reverse order, whatever ended it.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

from embedded import processes, services
from embedded.errors import EmbeddedError
from embedded.instance import Instance

ROOT = Path(__file__).resolve().parent.parent
LOGIN_PAGE = "/accounts/login/"
WEB, JOBS = "web", ("worker", "beat")
FACES = (WEB, *JOBS)
# Free disk that a broker needs: a floor, and so much for each client and day.
DISK_FLOOR = 1_000_000_000
DISK_PER_CLIENT_DAY = 60


@dataclass(frozen=True)
class Broker:
    """What is generated; another broker needs another folder."""

    clients: int
    days: int
    seed: int


class Stopped(Exception):
    """Somebody asked us to end (Ctrl-C, or a terminate signal)."""


def run(instance: Instance, broker: Broker, port: int) -> int:
    """Set up, load, serve until asked to stop; returns the exit code. Raises EmbeddedError before serving."""
    began = time.monotonic()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, _raise_stopped)
    stop_faces(instance)
    check_machine(instance, broker, port)
    started: tuple[str, ...] = ()
    try:
        started = _up(instance)
        _say("migrate")
        _manage(instance, "migrate", "--verbosity", "0")
        _start(instance, port, WEB)  # it gets ready while the broker is loaded
        logins = _load(instance, broker)
        _start(instance, port, *JOBS)
        _wait_for_page(instance, port)
        _announce(instance, port, logins, time.monotonic() - began)
        _sign(instance)
        _watch(instance)
    except Stopped:
        print("\nstopping ...", flush=True)
    finally:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, signal.SIG_IGN)
        stop_faces(instance)
        services.down(instance, only=started)
    print("stopped")
    return 0


def stop_faces(instance: Instance) -> list[str]:
    """Stop web server, worker and beat of this instance, beat first; the names of those that ran."""
    names = reversed(FACES)
    return [name for name in names if processes.stop(instance, name, sign=signal.SIGTERM, patience=20)]


def _raise_stopped(sign: int, frame: FrameType | None) -> None:
    raise Stopped


def check_machine(instance: Instance, broker: Broker, port: int) -> None:
    """Raise EmbeddedError with the way out when disk, port or an earlier broker stands in the way."""
    needed = DISK_FLOOR + DISK_PER_CLIENT_DAY * broker.clients * broker.days
    free = shutil.disk_usage(instance.folder).free
    if free < needed:
        raise EmbeddedError(
            f"{instance.folder} has {free / 1e9:.1f} GB free, this broker needs {needed / 1e9:.1f} GB: "
            "free some, choose fewer CLIENTS or DAYS, or another LOCAL_DIR."
        )
    with socket.socket() as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            link.bind(("127.0.0.1", port))
        except OSError as error:
            raise EmbeddedError(
                f"port {port} cannot be used ({error.strerror}): try make demo PORT={port + 1}"
            ) from error
    note = instance.folder / "demo-broker.json"
    if note.exists() and not asdict(broker).items() <= json.loads(note.read_text()).items():
        raise EmbeddedError(
            f"{instance.folder} holds another broker {note.read_text().strip()}: `make clean` first, "
            "or give this one its own LOCAL_DIR."
        )


def _up(instance: Instance) -> tuple[str, ...]:
    _say("PostgreSQL and Valkey")
    return services.up(instance).started


def _load(instance: Instance, broker: Broker) -> list[dict[str, str]]:
    """Generate, deliver, close; a broker that is already loaded is not loaded again."""
    note, logins = instance.folder / "demo-broker.json", instance.folder / "demo-logins.json"
    feed = instance.folder / "feed"
    sizes = ["--clients", broker.clients, "--days", broker.days, "--seed", broker.seed]
    state = []
    if note.exists():
        state = ["--loaded"] if json.loads(note.read_text())["loaded"] else ["--again"]
    if state != ["--loaded"]:
        note.write_text(json.dumps({**asdict(broker), "loaded": False}) + "\n")
        shutil.rmtree(feed, ignore_errors=True)
    try:
        _write_private(logins, "")
        _manage(instance, "load_demo", str(feed), *map(str, sizes), *state, "--logins", str(logins))
        found: list[dict[str, str]] = json.loads(logins.read_text())
    finally:
        logins.unlink(missing_ok=True)
    note.write_text(json.dumps({**asdict(broker), "loaded": True}) + "\n")
    return found


def _write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read, in the place of whatever lay there."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w") as file:
        file.write(text)


def _start(instance: Instance, port: int, *names: str) -> None:
    """Start some of web server, worker and beat."""
    programs = Path(sys.prefix) / "bin"
    celery = [str(programs / "celery"), "--app", "config.worker"]
    commands: dict[str, Sequence[str]] = {
        "web": [
            *(str(programs / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"),
            "config.wsgi:application",
        ],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"],
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""],
    }
    for name in names:
        processes.start(instance, name, commands[name], environment=_environment(instance), folder=ROOT)


def _wait_for_page(instance: Instance, port: int) -> None:
    """Wait until a page answers. Raises EmbeddedError when a process ends or the web server stays silent."""
    deadline = time.monotonic() + 30
    while not _answers(instance, port):
        _check_faces(instance)
        if time.monotonic() > deadline:
            raise EmbeddedError(f"the web server does not answer:\n{processes.tail(instance, WEB)}")
        time.sleep(0.05)


def _answers(instance: Instance, port: int) -> bool:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        link.request("GET", LOGIN_PAGE)
        status = link.getresponse().status
    except OSError:
        return False
    finally:
        link.close()
    if status != http.client.OK:
        raise EmbeddedError(f"{LOGIN_PAGE} answers {status}:\n{processes.tail(instance, 'web')}")
    return True


def _announce(instance: Instance, port: int, logins: list[dict[str, str]], seconds: float) -> None:
    address = f"http://127.0.0.1:{port}/"
    note = instance.folder / "demo.json"
    fresh = note.with_suffix(".new")
    portal = f"{address}portal/"
    messages = instance.folder / "messages.jsonl"
    demo = {"portal": portal, "backoffice": address, "messages": str(messages), "logins": logins}
    _write_private(fresh, json.dumps(demo, ensure_ascii=False, indent=2) + "\n")
    fresh.replace(note)
    print(f"\nThe product matrix / 产品矩阵: {address}   (after {seconds:.0f} s)")
    print(f"The clients' portal / 客户门户: {portal}\n")
    for login in logins:
        print(f"  {login['role']:<24} {login['username']:<20} {login['password']}")
    print(f"\nOne-time codes and other messages to clients / 验证码: tail -f {messages}")
    inbox = Path(os.environ.get("INBOX_DIR") or instance.folder / "inbox")
    inbox.mkdir(parents=True, exist_ok=True)
    print(f"Your own feed folders go to {inbox}; logs are in {instance.log_dir}.")
    print("Ctrl-C stops everything.", flush=True)


def _sign(instance: Instance) -> None:
    """Have a few clients sign, now that the page is there and waits for nothing; those who did sign no more."""
    _manage(instance, "sign_generated", str(instance.folder / "feed"))


def _watch(instance: Instance) -> None:
    while True:
        _check_faces(instance)
        time.sleep(0.5)


def _check_faces(instance: Instance) -> None:
    for name in FACES:
        if processes.running(instance, name) is None:
            raise EmbeddedError(f"the {name} process ended:\n{processes.tail(instance, name)}")


def _environment(instance: Instance) -> dict[str, str]:
    return {**services.addresses_of(instance), "LOCAL_DIR": str(instance.folder)}


def _manage(instance: Instance, *arguments: str) -> None:
    """One management command in the foreground; ended with us, its failure ours."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **_environment(instance)})
    try:
        child.wait()
    except BaseException:
        child.terminate()
        child.wait()
        raise
    if child.returncode:
        raise EmbeddedError(f"manage.py {' '.join(arguments)} failed with exit code {child.returncode}")


def _say(what: str) -> None:
    print(f"> {what}", flush=True)

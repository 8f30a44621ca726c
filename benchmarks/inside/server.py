"""A web server as in production, and connections that ask it as fast as it answers.

Owns the process and the clock: requests a second over some seconds, of one connection or of several at once.
Connections are plain sockets that stay open, so that the asking itself takes little of the machine.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@contextmanager
def served(settings: str, log: Path) -> Iterator[int]:
    """Run the web server with these settings; yield its port. Raises RuntimeError when it does not come up."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = [
        *(str(Path(sys.prefix) / "bin" / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"),
        "config.wsgi:application",
    ]
    with log.open("wb") as said:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings}
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
    try:
        _wait(port, running, log)
        yield port
    finally:
        running.terminate()
        running.wait()


def _wait(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if running.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the web server does not listen:\n{log.read_text()[-2000:]}") from None
            time.sleep(0.05)
        else:
            return


class Asker:
    """One open connection."""

    def __init__(self, port: int) -> None:
        self._link = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Close it."""
        self._link.close()

    def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Return the status, the head and the body of the answer."""
        self._link.sendall(request)
        read = b""
        while (end := read.find(b"\r\n\r\n")) < 0:
            read += self._more()
        head, body = read[:end], read[end + 4 :]
        status = int(head[9:12])
        found = LENGTH.search(head)
        if found is None and status != 304:
            raise RuntimeError(f"an answer without a length: {head!r}")
        missing = int(found[1]) if found is not None and status != 304 else 0
        while len(body) < missing:
            body += self._more()
        return status, head, body

    def _more(self) -> bytes:
        read = self._link.recv(1 << 18)
        if not read:
            raise RuntimeError("the web server hung up")
        return read


def request(address: str, headers: Mapping[str, str]) -> bytes:
    """Return the bytes of a GET."""
    lines = [f"GET {address} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def rate(port: int, asked: bytes, status: int, *, connections: int, seconds: float) -> float:
    """Return the requests a second; each has to be answered with this status. Raises RuntimeError."""
    counts: list[int] = []
    faults: list[str] = []
    began = time.perf_counter()

    def work() -> None:
        count, link = 0, Asker(port)
        try:
            while time.perf_counter() - began < seconds:
                got, _head, body = link.ask(asked)
                if got != status:
                    raise RuntimeError(f"answered {got}: {body[:500]!r}")
                count += 1
        except (OSError, RuntimeError) as error:
            faults.append(str(error))
        finally:
            link.close()
        counts.append(count)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(faults[0])
    return sum(counts) / (time.perf_counter() - began)

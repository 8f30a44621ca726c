"""Small servers on the loopback: one that answers HTTP as it is told, one that takes e-mail."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


@dataclass
class Told:
    """What a server was asked, and what it is to answer, in order."""

    answers: list[Mapping[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def http_server(told: Told) -> Iterator[str]:
    """Answer each request with the next answer; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told.asked.append(
                {
                    "method": self.command,
                    "path": self.path,
                    "headers": dict(self.headers),
                    "body": json.loads(body) if body else None,
                }
            )
            answer = told.answers.pop(0)
            content = answer["text"].encode() if "text" in answer else json.dumps(answer["body"]).encode()
            self.send_response(answer["status"])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _serve  # noqa: N815

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server, _serving(server):
        yield f"http://127.0.0.1:{server.server_port}"


@dataclass
class Mailbox:
    """What a mail server took, and the answers it gives instead of the usual ones, by the first word of a command."""

    messages: list[bytes] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)


@contextmanager
def smtp_server(mailbox: Mailbox) -> Iterator[str]:
    """Take e-mail as RFC 5321 has it, as far as a client that sends needs; yield the address."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 ready")
            while line := self.rfile.readline().decode().strip():
                word = line.split()[0].upper()
                if word == "DATA" and word not in mailbox.answers:
                    self._say("354 go on")
                    mailbox.messages.append(b"".join(self._lines()))
                    self._say("250 taken")
                elif word == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say(mailbox.answers.get(word, "250 ok"))

        def _lines(self) -> Iterator[bytes]:
            while (line := self.rfile.readline()).rstrip() != b".":
                yield line

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server, _serving(server):
        yield f"smtp://127.0.0.1:{server.server_address[1]}"


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()

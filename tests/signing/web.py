"""A web server that can be killed, and clients who sign through it as a browser would, however often it dies.

Each client has a session in the database and the same form twice: whatever breaks off is asked again, until the answer
says that the agreement is signed.
"""

from __future__ import annotations

import html
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from accounts.models import OneTimeCode
from accounts.operations.codes import code_of
from core import clock
from tests.signing.signings import Signer

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "c" * 32
"""What protects forms: the same word in cookie and form."""
PATIENCE = 120
HIDDEN = re.compile(r'<input type="hidden"\s+name="(step|document)"\s+value="([^"]+)"')
TICKED = re.compile(r'name="ticked"\s+value="([^"]+)"')
FIRST_CODE = 'name="code"'


class Broken(Exception):
    """The server was away, or went away before it answered."""


@dataclass
class Web:
    """A real web server on the database of the test."""

    documents: Path
    heads: Path
    log: Path
    port: int = 0
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a session of its own; who asks before it listens asks again."""
        given = urlsplit(os.environ["MIGRATE_DATABASE_URL"])
        address = urlunsplit(given._replace(path=f"/{connection.settings_dict['NAME']}"))
        if not self.port:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
        environment = {
            **os.environ, "DATABASE_URL": address, "DOCUMENTS_URL": str(self.documents), "ANCHOR_DIR": str(self.heads),
        }  # fmt: skip
        command = [
            *(str(Path(sys.prefix) / "bin" / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(self.port), "--workers", "1", "--blocking-threads", "4", "--no-ws"),
            *("--log-level", "warning", "config.wsgi:application"),
        ]
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """Kill it and its children without a word."""
        if self.running is not None:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
            self.running = None


@dataclass
class Browser:
    """One client who signs one product, and asks again whatever broke off."""

    signer: Signer
    port: int
    broken: int = 0
    signing: str = ""
    """The address of the signing, once the server has told it."""
    cookies: str = field(default="", repr=False)

    def sign(self) -> str:
        """Sign, however often the server dies; return the public id of the contract that it says is signed."""
        self.cookies = self.cookies or f"csrftoken={TOKEN}; sessionid={_session(self.signer)}"
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if self._go_on():
                    return self.signing.rstrip("/").rsplit("/", 1)[1]
            except Broken:
                self.broken += 1
                time.sleep(0.1)
        raise AssertionError(f"{self.signer.client.code} could not sign within {PATIENCE} s")

    def _go_on(self) -> bool:
        """Take the next step; say whether the server answered that it is signed."""
        if not self.signing:
            begin = f"/portal/products/{self.signer.product.public_id}/sign/"
            self.signing = self._ask(begin, account=str(self.signer.account.public_id))[0]
        to, page = self._ask(self.signing)
        if to:
            return to.endswith("/signed/")
        if FIRST_CODE in page:
            live = self._live_code()
            if live is None:
                self._ask(f"{self.signing}code/", step="signature")
                live = self._live_code()
            return live is not None and self._ask(f"{self.signing}sign/", code=live)[0].endswith("/signed/")
        said = {name: html.unescape(value) for name, value in HIDDEN.findall(page)}
        self._ask(f"{self.signing}act/", **said, ticked=[html.unescape(one) for one in TICKED.findall(page)])
        return False

    def _live_code(self) -> str | None:
        """Return the code where it is sent from, if one is live."""
        found = OneTimeCode.objects.filter(client=self.signer.client, used_at=None, replaced_at=None).first()
        return code_of(found) if found else None

    def _ask(self, path: str, **form: Any) -> tuple[str, str]:
        """Return where the answer leads and its page; a form is posted. Raises Broken."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": self.cookies}
        body = None
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({**form, "csrfmiddlewaretoken": TOKEN}, doseq=True)
        try:
            link.request("POST" if form else "GET", path, body, headers)
            answer = link.getresponse()
            page = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise Broken from error
        finally:
            link.close()
        assert answer.status in {200, 302, 409}, f"{path} answered {answer.status}: {page[:2000]}"
        return answer.getheader("Location", ""), page


def _session(signer: Signer) -> str:
    """Return a session of a client who has just logged in with his password."""
    user = signer.client.login.user
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "password", "at": clock.now().timestamp()}]
    session.save()
    assert session.session_key is not None
    return session.session_key


@dataclass
class Crowd:
    """Several clients who sign at once, and a server that is killed each time so many have an answer."""

    web: Web
    every: int
    waiting: list[Signer]
    answered: dict[str, str] = field(default_factory=dict)
    """The contract that each client was told is signed."""
    broken: int = 0
    kills: int = 0
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sign(self, hands: int) -> None:
        """Have all of them sign, so many at once."""
        threads = [threading.Thread(target=self._work) for _ in range(hands)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self) -> None:
        try:
            while (one := self._next()) is not None:
                browser = Browser(one, self.web.port)
                contract = browser.sign()
                with self.lock:
                    self.broken += browser.broken
                    self.answered[one.client.code] = contract
                    if len(self.answered) % self.every == 0 and self.waiting:
                        self.web.kill()
                        self.kills += 1
                        self.web.start()
        except Exception as error:  # noqa: BLE001
            self.faults.append(repr(error))
        finally:
            connection.close()

    def _next(self) -> Signer | None:
        with self.lock:
            return self.waiting.pop() if self.waiting else None

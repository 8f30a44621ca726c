"""How one shows who asks: a token that a person made, or the id and secret of a partner's system.

Owns when a token of a partner's system is asked for anew: a while before it ends, or when it was refused. Secrets are
kept in memory alone.
"""

from __future__ import annotations

import threading
import time
from typing import Protocol

import httpx

from smart_products_client.problems import problem_of

PLACE = "/api/v1/oauth/token"
EARLY = 60.0
"""Seconds before the end of a token at which another one is asked for, or half its time if that is less."""


class Door(Protocol):
    """What gives a token."""

    def token(self, http: httpx.Client) -> str | None:
        """Return the token to show now; None to come without."""

    def refused(self, token: str) -> bool:
        """Hear that a token was refused; tell whether there will be another one."""


class Held:
    """A token that was made on the page *Tokens*, or none."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def token(self, http: httpx.Client) -> str | None:
        """Return it."""
        return self._token

    def refused(self, token: str) -> bool:
        """Tell that there is no other."""
        return False


class Partner:
    """A partner's system, which is given tokens of an hour (OAuth 2, client credentials). Threads may share it."""

    def __init__(self, client_id: str, client_secret: str, scope: str | None = None) -> None:
        self._shown = httpx.BasicAuth(client_id, client_secret)
        self._form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        self._lock = threading.Lock()
        self._token: str | None = None
        self._renewed_at = 0.0

    def token(self, http: httpx.Client) -> str:
        """Return the token, or another one if it is about to end. Raises ProblemError."""
        with self._lock:
            if self._token is None or time.monotonic() >= self._renewed_at:
                began = time.monotonic()
                answer = http.post(PLACE, data=self._form, auth=self._shown)
                if not answer.is_success:
                    raise problem_of(answer)
                told = answer.json()
                lasts = float(told["expires_in"])
                self._token, self._renewed_at = str(told["access_token"]), began + lasts - min(EARLY, lasts / 2)
            return self._token

    def refused(self, token: str) -> bool:
        """Forget a token that was refused: it was ended, or the machine slept."""
        with self._lock:
            if self._token == token:
                self._token = None
        return True

"""Events pushed to addresses that others name: signed as Standard Webhooks lay down, and only to where they may go.

An address leads to the open internet, by https; those of our own networks are refused by what they resolve to, at
each try, so that a name that moves there later is refused too. The house may allow hosts by name. No redirect is
followed, and no more than the status of an answer is read.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from requests import RequestException, Session
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import filter_host
from standardwebhooks import Webhook

TIMEOUT = (5, 10)
"""Seconds to connect, and to wait for each piece of an answer."""
TARGET_REFUSED = "target_refused"
"""The error of an address to which nothing may be pushed."""
LONGEST_WAIT = timedelta(hours=12)


class TargetRefused(ValueError):
    """The address is none, or one to which nothing is pushed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: its status, or an error; how long it took; how long it asks to wait."""

    milliseconds: int
    status: int | None = None
    error: str = ""
    wait: timedelta | None = None

    @property
    def taken(self) -> bool:
        """Whether the other side took what was pushed."""
        return self.status is not None and 200 <= self.status < 300  # what HTTP calls success


def check_target(url: str, allowed: Collection[str]) -> None:
    """Raise TargetRefused for an address to which nothing may be pushed; `allowed` are hosts of our own networks."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError as problem:
        raise TargetRefused(url) from problem
    if not host or "@" in parts.netloc or parts.scheme not in {"https", "http"} or any(one <= " " for one in url):
        raise TargetRefused(url)
    if host in allowed:
        return
    if parts.scheme != "https":
        raise TargetRefused("http")
    try:
        filter_host(host, port, allow_loopback=False)
    except (RequestException, UnicodeError) as problem:
        raise TargetRefused(host) from problem


def signed(event: str, at: datetime, body: bytes, secrets: Sequence[str]) -> Mapping[str, str]:
    """Return the headers that prove to whoever holds a secret that the body is ours, and of this time."""
    marks = (Webhook(one).sign(event, at.astimezone(UTC), body.decode()) for one in secrets)
    return {
        "webhook-id": event,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(marks),
    }


def post(url: str, headers: Mapping[str, str], body: bytes, allowed: Collection[str]) -> Answer:
    """Push a body to an address and return what came of it; raises nothing."""
    began = time.monotonic()

    def took() -> int:
        return int((time.monotonic() - began) * 1000)

    try:
        check_target(url, allowed)
        with _session(urlsplit(url).hostname in allowed) as session:
            sent = {"Content-Type": "application/json", **headers}
            with session.post(url, data=body, headers=sent, stream=True) as answer:
                return Answer(took(), answer.status_code, wait=_asked_to_wait(answer.headers.get("Retry-After", "")))
    except TargetRefused:
        return Answer(took(), error=TARGET_REFUSED)
    except (RequestException, OSError, ValueError) as problem:
        return Answer(took(), error=type(problem).__name__)


def _session(ours: bool) -> Session:
    config = Config(
        ip_filter_enable=not ours,
        ip_filter_allow_loopback_ips=False,
        never_redirect=True,
        default_timeout=TIMEOUT,
        user_agent_override="smart-products-webhooks",
    )
    session: Session = HTTPSession(config)
    session.trust_env = False
    return session


def _asked_to_wait(text: str) -> timedelta | None:
    return min(timedelta(seconds=int(text)), LONGEST_WAIT) if text.isascii() and text.isdigit() else None

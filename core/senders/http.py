"""SMS and WeCom over HTTP: each adapter speaks the contract that `tests/core/senders/*.json` records.

Owns the wire: what is asked, and what each answer means. An answer that the contract does not know means *not now*, so
that it is tried again and then seen by a person.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from core.senders import Refused, Unavailable

TIMEOUT = 10


class SmsSender:
    """A gateway that takes `POST <url>` with a bearer token; the reference makes it take a message once."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token

    def send(self, *, channel: str, to: str, subject: str, body: str, reference: str) -> str:
        """Hand the text over; an SMS has no subject."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": reference}
        status, answer = call("POST", self.url, {"to": to, "text": body, "reference": reference}, headers)
        if status in {200, 202, 409}:
            return str(answer.get("id", ""))
        if status in {400, 404, 422}:
            raise Refused(f"the gateway says {status} {answer.get('error', '')}")
        raise Unavailable(f"the gateway says {status}")


class WeComSender:
    """Messages of an application of WeCom to a member, by `gettoken` and `message/send`."""

    OVER = frozenset({40014, 42001})
    """The token is not, or no longer, good."""
    NOBODY = frozenset({40003, 60111, 81013})

    def __init__(self, url: str, corporation: str, secret: str, agent: int) -> None:
        self.url, self.corporation, self.secret, self.agent = url, corporation, secret, agent
        self.ticket: str | None = None

    def send(self, *, channel: str, to: str, subject: str, body: str, reference: str) -> str:
        """Hand the text over, with a new token where the old one is over."""
        message = {
            "touser": to,
            "msgtype": "text",
            "agentid": self.agent,
            "text": {"content": f"{subject}\n{body}"},
            "enable_duplicate_check": 1,
        }
        answer = self._post(message)
        if answer.get("errcode") in self.OVER:
            self.ticket = None
            answer = self._post(message)
        code = answer.get("errcode")
        if code in self.NOBODY or (code == 0 and answer.get("invaliduser")):
            raise Refused(f"WeCom says {code}: nobody of that name")
        if code != 0:
            raise Unavailable(f"WeCom says {code} {answer.get('errmsg', '')}")
        return str(answer.get("msgid", ""))

    def _post(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        if self.ticket is None:
            asked = urlencode({"corpid": self.corporation, "corpsecret": self.secret})
            _status, answer = call("GET", f"{self.url}/cgi-bin/gettoken?{asked}")
            if answer.get("errcode") != 0:
                raise Unavailable(f"WeCom gives no token: {answer.get('errcode')}")
            self.ticket = str(answer["access_token"])
        where = f"{self.url}/cgi-bin/message/send?{urlencode({'access_token': self.ticket})}"
        return call("POST", where, message)[1]


def call(
    method: str, url: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, Mapping[str, Any]]:
    """Ask once and return status and JSON object; what is no JSON object is an empty one. Raises Unavailable."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "https":
        link: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        link = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        sent = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
        link.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, content, sent)
        response = link.getresponse()
        text = response.read(1 << 20)
    except (OSError, http.client.HTTPException) as error:
        raise Unavailable(type(error).__name__) from error
    finally:
        link.close()
    try:
        answer = json.loads(text)
    except ValueError:
        answer = {}
    return response.status, answer if isinstance(answer, dict) else {}

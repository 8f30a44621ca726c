"""What the service refuses, as an exception with the code that stays."""

from __future__ import annotations

from typing import Any

import httpx

from smart_products_client.models import Fault


class ProblemError(Exception):
    """A refusal (RFC 9457). `code` never changes its meaning; the words are in the language of the client.

    What answers in another way than the service does, such as a proxy, has the code `http`.
    """

    def __init__(
        self, status: int, code: str, title: str, detail: str | None = None, errors: list[Fault] | None = None
    ) -> None:
        super().__init__(status, code, title, detail, errors)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.errors = errors or []
        self.wait: float | None = None
        """Seconds after which the service lets one ask again, where it said so."""

    def __str__(self) -> str:
        """Say it in one line, and each fault in one more."""
        head = f"{self.status} {self.code}: {self.title}" + (f" ({self.detail})" if self.detail else "")
        return "\n".join((head, *(f"  {one['at']}: {one['detail']} [{one['code']}]" for one in self.errors)))


def problem_of(answer: httpx.Response) -> ProblemError:
    """Return the refusal that an answer tells."""
    status, told = answer.status_code, _told(answer)
    if "error" in told:  # OAuth 2 has words of its own (RFC 6749, 5.2)
        found = ProblemError(status, str(told["error"]), told.get("error_description") or str(told["error"]))
    elif "code" in told:
        title = str(told.get("title", told["code"]))
        found = ProblemError(status, str(told["code"]), title, told.get("detail"), told.get("errors"))
    else:
        found = ProblemError(status, "http", answer.reason_phrase or "No words came with it.")
    wait = answer.headers.get("Retry-After", "")
    found.wait = float(wait) if wait.isdecimal() else None
    return found


def _told(answer: httpx.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}

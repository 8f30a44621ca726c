"""Ways to bring a message to a person: what every sender promises, and how it says that it could not.

Owns the promise alone. A message has a `reference` of ours; a sender hands it on, so that one sent twice can be told.
Never knows whom a message is for, what it means, or whether it is tried again.
"""

from __future__ import annotations

from typing import Protocol


class SenderError(RuntimeError):
    """The message was not accepted."""


class Unavailable(SenderError):
    """Not now: the other side is away, busy, or asks to wait."""


class Refused(SenderError):
    """Never: there is no such address, or the other side does not take this message."""


class Sender(Protocol):
    """Brings a message to a person by one or several channels."""

    def send(self, *, channel: str, to: str, subject: str, body: str, reference: str) -> str:
        """Hand the message over and return the other side's number for it, or an empty text.

        Raises Unavailable and Refused.
        """
        ...

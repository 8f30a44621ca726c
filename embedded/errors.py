"""The one error of this package: something on the machine stands in the way; the text says the way out."""

from __future__ import annotations


class EmbeddedError(Exception):
    """A service cannot run here; the message is written for the person at the keyboard."""

"""Digests by which a secret is compared and never kept: of an identity document, of the word of an invitation.

Owns how a number is brought into one form first. Without the broker's key nobody is found by a document.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


class NoDigestKey(RuntimeError):
    """The broker's key is not set, so that nobody can be found by an identity document."""


def id_digest(number: str) -> str:
    """Return the digest of an identity document's number, as the feed states it: HMAC-SHA-256 in hex.

    Spaces are dropped and letters made capital. Raises NoDigestKey.
    """
    key: str = settings.ID_DIGEST_KEY
    if not key:
        raise NoDigestKey
    return hmac.new(key.encode(), "".join(number.split()).upper().encode(), hashlib.sha256).hexdigest()


def token_hash(token: str) -> str:
    """Return the digest of a long random word."""
    return hashlib.sha256(token.encode()).hexdigest()

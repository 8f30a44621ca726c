"""Texts that have to be read again, and that nobody reads in a copy of the database: encrypted by keys of ours.

Each use has a key of its own, derived from the service's secret key; older secret keys still open what they closed.
"""

from __future__ import annotations

import base64
from hashlib import sha256

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def closed(data: bytes, use: str) -> bytes:
    """Return data as they may lie in a table."""
    return _cipher(use).encrypt(data)


def opened(data: bytes, use: str) -> bytes:
    """Return what was closed for this use. Raises cryptography's InvalidToken for anything else."""
    return _cipher(use).decrypt(data)


def _cipher(use: str) -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (sha256(use.encode() + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])

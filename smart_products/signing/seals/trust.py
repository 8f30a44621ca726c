"""Whose certificates count, and for what: seals, time stamps, signers.

Owns the file of trust (JSON with certificates as PEM). The three purposes are kept apart: who may issue a
certificate to a signer must not be able to seal in our name. A certificate may be an authority's, then all it issued
count, or the sealing one itself, then it alone counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import pem, x509
from pyhanko_certvalidator import ValidationContext

Certificate = Any
"""`asn1crypto.x509.Certificate`; the package has no types."""

PURPOSES = ("seals", "stamps", "signers")


class TrustError(ValueError):
    """The file of trust can not be read."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Trusted certificates by purpose, and the revocation lists that go with them."""

    seals: tuple[Certificate, ...]
    stamps: tuple[Certificate, ...]
    signers: tuple[Certificate, ...] = ()

    def dump(self) -> bytes:
        """Return the file of trust."""
        plain = {purpose: [_written(one) for one in getattr(self, purpose)] for purpose in PURPOSES}
        return f"{json.dumps(plain, indent=2, sort_keys=True)}\n".encode()

    def fingerprints(self) -> dict[str, list[str]]:
        """Return the SHA-256 of each certificate, by purpose: what a person compares."""
        return {purpose: [fingerprint(one) for one in getattr(self, purpose)] for purpose in PURPOSES}


def read_anchors(data: bytes) -> Anchors:
    """Read a file of trust. Raises TrustError."""
    try:
        found = json.loads(data)
        if sorted(found) != sorted(PURPOSES):
            raise TrustError(f"a file of trust names exactly {', '.join(PURPOSES)}")
        return Anchors(**{purpose: tuple(_read(text) for text in found[purpose]) for purpose in PURPOSES})
    except (ValueError, TypeError, AttributeError) as error:
        raise TrustError(f"not a file of trust: {error}") from error


def fingerprint(certificate: Certificate) -> str:
    """Return the SHA-256 of a certificate, in hex."""
    return hashlib.sha256(certificate.dump()).hexdigest()


def context(anchors: Iterable[Certificate], at: datetime, others: Iterable[Certificate] = ()) -> ValidationContext:
    """Return the rules by which a certificate counts at a time: these anchors, no network."""
    return ValidationContext(
        trust_roots=list(anchors),
        other_certs=list(others),
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def _written(certificate: Certificate) -> str:
    return str(pem.armor("CERTIFICATE", certificate.dump()).decode())


def _read(text: str) -> Certificate:
    _kind, _headers, data = pem.unarmor(text.encode())
    certificate = x509.Certificate.load(data, strict=True)
    if _written(certificate) != text:
        raise TrustError("a certificate is not written as PEM writes it")
    return certificate

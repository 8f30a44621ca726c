"""The sealer and the trust that the settings name, opened once a process.

Owns the choice between the local authority and a production's own key, stamp and trust. A key on a token is opened
with the first seal and kept open. What proofs rest on is not one person's to change: a production's own key, trust and
authority seal nothing before two people agreed on their fingerprints.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings

from core.queries import settings_agreed
from smart_products.signing.seals.keys import read_key
from smart_products.signing.seals.local import local_folder, read_issuer
from smart_products.signing.seals.sealing import Sealer
from smart_products.signing.seals.signers import LocalSigners
from smart_products.signing.seals.stamping import HttpAuthority, LocalAuthority, StampAuthority
from smart_products.signing.seals.trust import Anchors, read_anchors

LOCAL, NONE = "local", "none"


class NotAgreed(PermissionError):
    """The service is set to seal by what two people have not agreed on: `keys` of sealed settings."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        super().__init__(f"two people have to agree first, on the page of limits: {', '.join(keys)}")


def sealer(at: datetime) -> Sealer:
    """Return the platform's sealer; `at` dates the local authority when it has to be made. Raises NotAgreed."""
    opened = _configured(at)
    keys = not_agreed(at)
    if keys:
        raise NotAgreed(keys)
    return opened


def fingerprints(at: datetime) -> Mapping[str, str]:
    """Return what the service is set to seal by, by the key of the sealed setting; nothing for the local authority.

    Of the certificate and of the file of trust the SHA-256, of the authority its address.
    """
    if LOCAL in {settings.SEAL_KEY, settings.TRUST_FILE, settings.TSA_URL}:
        return {}
    certificate = _configured(at).key.certificate
    trust = Path(settings.TRUST_FILE).read_bytes()
    return {
        "seal": hashlib.sha256(certificate.dump()).hexdigest(),
        "trust": hashlib.sha256(trust).hexdigest(),
        "stamps": settings.TSA_URL,
    }


def not_agreed(at: datetime) -> list[str]:
    """Return the keys of the sealed settings on whose fingerprint nobody agreed: one statement, none for the local."""
    running = fingerprints(at)
    held = settings_agreed() if running else {}
    return [key for key, value in running.items() if key not in held or held[key].value != value]


def _configured(at: datetime) -> Sealer:
    if LOCAL in {settings.SEAL_KEY, settings.TRUST_FILE, settings.TSA_URL}:
        local_folder(settings.LOCAL_SEALS_DIR, at)
    lists = tuple(str(one) for one in settings.REVOCATION_FILES)
    return _opened(
        settings.SEAL_KEY, settings.TRUST_FILE, settings.TSA_URL, settings.LOCAL_SEALS_DIR, settings.TSA_SECONDS, lists
    )


def anchors(at: datetime) -> Anchors:
    """Return whose certificates count; needs no key."""
    if settings.TRUST_FILE == LOCAL:
        return read_anchors(local_folder(settings.LOCAL_SEALS_DIR, at).trust.read_bytes())
    return read_anchors(Path(settings.TRUST_FILE).read_bytes())


def local_signers(at: datetime) -> LocalSigners:
    """Return the local stand-in for a provider of signers' certificates."""
    return LocalSigners(read_issuer(local_folder(settings.LOCAL_SEALS_DIR, at).signers))


@functools.lru_cache(maxsize=4)
def _opened(key: str, trust: str, stamps: str, local: Path, seconds: int, lists: tuple[str, ...]) -> Sealer:
    trusted = read_anchors((local / "trust.json" if trust == LOCAL else Path(trust)).read_bytes())
    authority: StampAuthority | None = None
    if stamps == LOCAL:
        authority = LocalAuthority(read_key(str(local / "stamp.pem")))
    elif stamps != NONE:
        authority = HttpAuthority(stamps, trusted.stamps, seconds)
    revoked = tuple(Path(one).read_bytes() for one in lists)
    if key == LOCAL and not revoked:
        revoked = ((local / "revoked.crl").read_bytes(),)
    opened = read_key(str(local / "seal.pem") if key == LOCAL else key, settings.SEAL_KEY_PASSWORD)
    return Sealer(opened, trusted, authority, revoked)

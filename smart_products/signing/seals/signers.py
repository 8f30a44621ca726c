"""A certificate of the signer's own: the interface to a provider, and the local one that stands in for it.

Owns what may be said of such a signature. L2 needs a certificate that a licensed provider gave the signer; the local
provider holds no licence and makes the key itself, for one signature, and forgets it. So its signatures say L2 with
`licensed` false, and sole control is not claimed. The platform's seal comes on top, always.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from django.utils.translation import gettext as _
from pyhanko.sign.fields import MDPPerm

from smart_products.signing.seals.keys import file_key
from smart_products.signing.seals.local import Issued, issue
from smart_products.signing.seals.sealing import SIGNER_FIELD, Attachment, opened, sign
from smart_products.signing.seals.stamping import complete
from smart_products.signing.seals.trust import fingerprint
from smart_products.signing.signer import Signer

SignatureLevel = Literal["L1", "L2"]
LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SignedBySigner:
    """A paper with its signer's signature, and what may be said of it."""

    pdf: bytes
    certificate_sha256: str
    provider: str
    licensed: bool
    sole_control: bool
    signed_at: datetime


class SignerProvider(Protocol):
    """Signs a paper with a certificate of the signer's own, before the platform seals it."""

    @property
    def name(self) -> str:
        """Whose."""

    def sign(
        self, pdf: bytes, *, signer: Signer, reason: str, at: datetime, attachments: Sequence[Attachment] = ()
    ) -> SignedBySigner:
        """Return the paper with its attachments, signed: nothing can be attached afterwards."""


@dataclass(frozen=True, slots=True)
class LocalSigners:
    """Issues a certificate for one signature by an authority of this machine."""

    authority: Issued
    name: str = "local"

    def sign(
        self, pdf: bytes, *, signer: Signer, reason: str, at: datetime, attachments: Sequence[Attachment] = ()
    ) -> SignedBySigner:
        """Return the paper signed with a new key and certificate; the key is gone afterwards."""
        # A certificate holds 64 bytes of a name.
        name = signer.name.encode()[:64].decode(errors="ignore")
        issued = issue(self.authority, name, since=at - LIFE, until=at + LIFE, serial_name=signer.reference)
        key = file_key(issued.key, [issued.plain()])
        # Filling forms is what pyHanko calls the platform's seal that follows.
        writer = opened(pdf, attachments, at)
        signed = complete(sign(writer, key, SIGNER_FIELD, reason, at, None, MDPPerm.FILL_FORMS))
        return SignedBySigner(signed, fingerprint(key.certificate), self.name, False, False, at)


def claim(level: SignatureLevel, *, licensed: bool) -> str:
    """Return in words what a signature of this level claims, and no more."""
    if level == "L1":
        return _(
            "Level 1: agreed conditions - consent, strong login, one-time code, the platform's seal. "
            "The platform holds the key: sole control by the signer is not claimed."
        )
    if licensed:
        return _("Level 2: signed with a certificate that a licensed provider issued to the signer, and sealed by us.")
    return _(
        "Level 2 in form only: the signer's certificate was issued by the local authority, which holds no licence, and "
        "its key was held by the platform for the moment of signing."
    )

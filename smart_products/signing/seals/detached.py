"""Checking a seal that stands beside its file, a bare signature, and a time-stamp token.

Owns what counts as *the* seal over some bytes: exactly the structure that sealing.py writes, in DER, so that no
other bytes pass for the same seal. Certificates count at the time the stamp proves, else at the time the seal claims.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.utils.translation import gettext as _
from pyhanko.sign.general import simple_cms_attribute
from pyhanko.sign.signers.pdf_cms import ExternalSigner
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms, validate_tst_signed_data
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from smart_products.signing.findings import Finding
from smart_products.signing.seals.der import is_der
from smart_products.signing.seals.keys import DIGEST, lower
from smart_products.signing.seals.sealing import STAMP_ATTRIBUTE, token_of
from smart_products.signing.seals.stamping import complete, has_one_form
from smart_products.signing.seals.trust import Anchors, Certificate, context, fingerprint


@dataclass(frozen=True, slots=True)
class SealReport:
    """What a seal says of itself, and what is wrong with it."""

    findings: tuple[Finding, ...]
    certificate: Certificate | None = None
    signed_at: datetime | None = None
    stamped_at: datetime | None = None
    stamp_expires: datetime | None = None
    """When the certificate of the stamp does."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def check(data: bytes, seal: bytes, anchors: Anchors, *, part: str) -> SealReport:
    """Judge the seal of some bytes; `part` names it in findings. Never raises for what a seal contains."""
    try:
        content = cms.ContentInfo.load(seal, strict=True)
        return complete(_check(data, seal, content, anchors, part))
    except (ValueError, TypeError, KeyError, AttributeError, SignatureValidationError) as error:
        return SealReport((Finding(part, "seal_unreadable", _("the seal can not be read: %s") % error),))


async def form(content: Any, written: bytes) -> str:
    """Return what differs from the form in which we write seals, or nothing.

    The seal is put together anew from what is signed in it, and has to come out the same to the byte.
    """
    if not is_der(written):
        return _("the seal is not written in the one form it has")
    data = content["content"]
    (signer,) = data["signer_infos"]
    serial = signer["sid"].chosen["serial_number"].native
    certificates = [one.chosen for one in data["certificates"]]
    own = [one for one in certificates if one.serial_number == serial]
    if len(own) != 1 or not _all_needed(own[0], certificates):
        return _("the seal carries other certificates than its own")
    if not _is_lower(signer, own[0]):
        return _("the seal is not written in the one form it has")
    if not all(has_one_form(attribute["values"][0]) for attribute in signer["unsigned_attrs"]):
        return _("the time stamp is not written in the one form it has")
    if await _again(signer, own[0], certificates) != written:
        return _("the seal holds something besides what is sealed")
    return ""


def check_raw(data: bytes, signature: bytes, der: bytes, anchors: Anchors, at: datetime, *, part: str) -> SealReport:
    """Judge a bare signature over some bytes, made at a time by the key of a certificate (DER)."""
    certificate = x509.Certificate.load(der, strict=True)
    if not verifies(data, signature, der):
        words = _("the signature does not fit what is signed")
        return SealReport((Finding(part, "signature_broken", words),), certificate)
    if not counts(certificate, anchors, at):
        return SealReport((Finding(part, "not_trusted", _untrusted(certificate)),), certificate)
    return SealReport((), certificate, at)


def counts(certificate: Certificate, anchors: Anchors, at: datetime) -> bool:
    """Say whether a certificate counted for seals at a time."""
    return complete(_counts(certificate, anchors.seals, at))


def verifies(data: bytes, signature: bytes, der: bytes) -> bool:
    """Say whether a bare signature over some bytes is that of a certificate's key, in its one form."""
    certificate = x509.Certificate.load(der)
    public = serialization.load_der_public_key(certificate.public_key.dump())
    try:
        if isinstance(public, EllipticCurvePublicKey):
            public.verify(signature, data, ECDSA(hashes.SHA256()))
            return lower(signature, public.curve.name) == signature
        if isinstance(public, RSAPublicKey):
            public.verify(signature, data, PKCS1v15(), hashes.SHA256())
            return True
    except (InvalidSignature, ValueError):
        return False
    return False


def check_token(data: bytes, token: bytes, anchors: Anchors, *, part: str) -> SealReport:
    """Judge a time-stamp token over some bytes. Never raises for what a token contains."""
    try:
        content = cms.ContentInfo.load(token, strict=True)
        if not is_der(token) or not has_one_form(content):
            raise ValueError(_("the stamp is not written in the one form it has"))
        return complete(_check_token(data, content["content"], anchors, part))
    except (ValueError, TypeError, KeyError, AttributeError, SignatureValidationError) as error:
        return SealReport((Finding(part, "stamp_unreadable", _("the time stamp can not be read: %s") % error),))


def stamp_time(token: Any) -> datetime:
    """Return the time a token names."""
    moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


async def _check(data: bytes, seal: bytes, content: Any, anchors: Anchors, part: str) -> SealReport:
    if wrong := await form(content, seal):
        return SealReport((Finding(part, "seal_form", wrong),))
    signed = content["content"]
    (signer,) = signed["signer_infos"]
    token = token_of(signer)
    claimed = _claimed(signer)
    stamped = stamp_time(token) if token is not None else None
    moment = stamped or claimed
    if moment is None:
        return SealReport((Finding(part, "no_time", _("the seal names no time")),))
    between = [one.chosen for one in signed["certificates"]]
    status = await async_validate_detached_cms(
        data, signed, context(anchors.seals, moment, between), context(anchors.stamps, moment)
    )
    certificate = status.signing_cert
    findings = []
    if not (status.intact and status.valid):
        findings.append(Finding(part, "seal_broken", _("the seal does not fit what is sealed")))
    elif not status.trusted:
        findings.append(Finding(part, "not_trusted", _untrusted(certificate)))
    stamp = status.timestamp_validity
    if token is not None and not (stamp and stamp.intact and stamp.valid and stamp.trusted):
        findings.append(Finding(part, "stamp_broken", _("the time stamp does not count")))
    expires = stamp.signing_cert.not_valid_after if stamp else None
    return SealReport(tuple(findings), certificate, claimed, stamped, expires)


async def _check_token(data: bytes, token: Any, anchors: Anchors, part: str) -> SealReport:
    moment = stamp_time(token)
    status = await validate_tst_signed_data(
        token, context(anchors.stamps, moment), lambda algorithm: hashlib.new(algorithm, data).digest()
    )
    certificate = status["signing_cert"]
    findings = []
    if not (status["intact"] and status["valid"]):
        findings.append(Finding(part, "stamp_broken", _("the time stamp does not fit what is stamped")))
    elif status["validation_path"] is None:
        findings.append(Finding(part, "not_trusted", _untrusted(certificate)))
    expires = certificate.not_valid_after
    return SealReport(tuple(findings), certificate, stamped_at=moment, stamp_expires=expires)


async def _counts(certificate: Certificate, trusted: Sequence[Certificate], at: datetime) -> bool:
    try:
        await CertificateValidator(certificate, validation_context=context(trusted, at)).async_validate_usage(
            {"non_repudiation"}
        )
    except (PathBuildingError, PathValidationError):
        return False
    return True


def _claimed(signer: Any) -> datetime | None:
    for attribute in signer["signed_attrs"]:
        if attribute["type"].native == "signing_time":
            claimed: datetime = attribute["values"][0].native
            return claimed
    return None


def _all_needed(own: Certificate, certificates: Sequence[Certificate]) -> bool:
    """Say whether each certificate is the signer's or stands between it and its root, which stays outside."""
    needed = [own]
    for _step in certificates:
        needed += [
            one
            for one in certificates
            if one.subject == needed[-1].issuer and not one.self_issued and one not in needed
        ]
    return len(certificates) == len(needed)


def _is_lower(signer: Any, own: Certificate) -> bool:
    if own.public_key.algorithm != "ec":
        return True
    signature = bytes(signer["signature"].native)
    return lower(signature, own.public_key.curve[1]) == signature


class _Again(ExternalSigner):
    """Puts a seal together from its parts, as sealing does."""

    token: Any = None

    async def unsigned_attrs(self, *_parts: Any, **_named: Any) -> Any:
        """Return the stamp, when there is one."""
        return (
            cms.CMSAttributes([simple_cms_attribute(STAMP_ATTRIBUTE, self.token)]) if self.token is not None else None
        )


async def _again(signer: Any, own: Certificate, certificates: Sequence[Certificate]) -> bytes:
    """Return the seal as it would be written from its signed attributes, signature, certificates and stamp."""
    between = SimpleCertificateStore.from_certs(one for one in certificates if one.serial_number != own.serial_number)
    again = _Again(own, between, bytes(signer["signature"].native), embed_roots=False)
    for attribute in signer["unsigned_attrs"]:
        again.token = attribute["values"][0]
    made = await again.async_sign_prescribed_attributes(DIGEST, signer["signed_attrs"].untag())
    return bytes(made.dump())


def _untrusted(certificate: Certificate) -> str:
    words = {"name": certificate.subject.human_friendly, "print": fingerprint(certificate)[:16]}
    return _("the certificate %(name)s (%(print)s) is not one of those that count") % words

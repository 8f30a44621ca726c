"""Writing seals beside files, and the local authority's tokens: CMS in DER, byte for byte as pyHanko would put it.

Owns the shortest way: what never changes of a key is encoded once, and a seal costs one signature instead of twelve
milliseconds of encoding. Reading (detached.py) puts each seal together anew by pyHanko and compares every byte, so
nothing written here can drift from it unseen. Seals inside papers are written by pyHanko itself.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import core
from pyhanko.sign.timestamps import TimeStamper

from smart_products.signing.seals.der import value
from smart_products.signing.seals.keys import DIGEST, SealKey

INTEGER, OCTETS, SEQUENCE, SET = 0x02, 0x04, 0x30, 0x31
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
CONTEXT_0, CONTEXT_1, CONTEXT_4 = 0xA0, 0xA1, 0xA4
VERSION_1, VERSION_3 = value(INTEGER, b"\x01"), value(INTEGER, b"\x03")
LAST_OF_UTC_TIME = 2049


def _identifier(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


SIGNED_DATA, DATA = _identifier("1.2.840.113549.1.7.2"), _identifier("1.2.840.113549.1.7.1")
TOKEN_INFO = _identifier("1.2.840.113549.1.9.16.1.4")
CONTENT_TYPE, MESSAGE_DIGEST = _identifier("1.2.840.113549.1.9.3"), _identifier("1.2.840.113549.1.9.4")
SIGNING_TIME, STAMP = _identifier("1.2.840.113549.1.9.5"), _identifier("1.2.840.113549.1.9.16.2.14")
CERTIFICATE_USED, PROTECTION = _identifier("1.2.840.113549.1.9.16.2.47"), _identifier("1.2.840.113549.1.9.52")
SHA256 = value(SEQUENCE, _identifier("2.16.840.1.101.3.4.2.1"), b"\x05\x00")


@dataclass(frozen=True, slots=True)
class _Fixed:
    """What never changes of a key: who signs, how, which certificates go along, and two signed attributes."""

    signer: bytes
    algorithm: bytes
    certificates: bytes
    attributes: tuple[bytes, bytes]


async def write_seal(key: SealKey, data: bytes, at: datetime, stamper: TimeStamper | None) -> bytes:
    """Return a seal to stand beside some bytes, stamped when there is a stamper. Raises what the stamper raises."""
    content = value(SEQUENCE, DATA)
    return await _write(key, VERSION_1, DATA, content, data, [_attribute(SIGNING_TIME, _time(at))], stamper)


async def write_token(key: SealKey, told: bytes) -> bytes:
    """Return a time-stamp token around what it tells."""
    content = value(SEQUENCE, TOKEN_INFO, value(CONTEXT_0, value(OCTETS, told)))
    return await _write(key, VERSION_3, TOKEN_INFO, content, told, [], None)


async def _write(
    key: SealKey,
    version: bytes,
    kind: bytes,
    content: bytes,
    data: bytes,
    more: list[bytes],
    stamper: TimeStamper | None,
) -> bytes:
    fixed = _fixed(key)
    digest = value(OCTETS, hashlib.sha256(data).digest())
    signed = b"".join(
        sorted([_attribute(CONTENT_TYPE, kind), _attribute(MESSAGE_DIGEST, digest), *fixed.attributes, *more])
    )
    signature = await key.signer.async_sign_raw(value(SET, signed), DIGEST)
    unsigned = b""
    if stamper is not None:
        token = await stamper.async_timestamp(hashlib.sha256(signature).digest(), DIGEST)
        unsigned = value(CONTEXT_1, _attribute(STAMP, token.dump()))
    signer = value(
        *(SEQUENCE, VERSION_1, fixed.signer, SHA256, value(CONTEXT_0, signed)),
        *(fixed.algorithm, value(OCTETS, signature), unsigned),
    )
    whole = value(SEQUENCE, version, value(SET, SHA256), content, fixed.certificates, value(SET, signer))
    return value(SEQUENCE, SIGNED_DATA, value(CONTEXT_0, whole))


@functools.lru_cache(maxsize=16)
def _fixed(key: SealKey) -> _Fixed:
    own = key.certificate
    issuer, serial = own.issuer.dump(), own["tbs_certificate"]["serial_number"].dump()
    algorithm = bytes(key.signer.get_signature_mechanism_for_digest(DIGEST).dump())
    used = value(
        SEQUENCE,
        value(OCTETS, hashlib.sha256(own.dump()).digest()),
        value(SEQUENCE, value(SEQUENCE, value(CONTEXT_4, issuer)), serial),
    )
    protected = value(SEQUENCE, SHA256, bytes((CONTEXT_1,)) + algorithm[1:])
    return _Fixed(
        signer=value(SEQUENCE, issuer, serial),
        algorithm=algorithm,
        certificates=value(CONTEXT_0, *sorted(one.dump() for one in (own, *key.chain))),
        attributes=(
            _attribute(CERTIFICATE_USED, value(SEQUENCE, value(SEQUENCE, used))),
            _attribute(PROTECTION, protected),
        ),
    )


def _attribute(kind: bytes, written: bytes) -> bytes:
    return value(SEQUENCE, kind, value(SET, written))


def _time(at: datetime) -> bytes:
    moment = at.astimezone(UTC)
    if moment.year <= LAST_OF_UTC_TIME:
        return value(UTC_TIME, f"{moment:%y%m%d%H%M%SZ}".encode())
    return value(GENERALIZED_TIME, f"{moment:%Y%m%d%H%M%SZ}".encode())

"""The key that seals: a file (PEM or PKCS#12) or a PKCS#11 token, behind one interface.

Owns the reading of keys. A key is read once and kept: reading RSA anew for each seal costs six times the seal. ECDSA
signatures are brought to their lower form, of which there is one, so that nobody can write the same seal otherwise.
Never makes a key: local.py does, for the demo.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote

from asn1crypto import algos, pem, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12
from pkcs11 import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from smart_products.signing.seals.trust import Certificate

DIGEST = "sha256"
ORDERS = {
    "secp256r1": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "secp384r1": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
}
"""Orders of the curves (SEC 2)."""

_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)

PrivateKey = EllipticCurvePrivateKey | RSAPrivateKey


class KeyProblem(ValueError):
    """The key or its certificate can not be used."""


@dataclass(frozen=True, slots=True)
class SealKey:
    """What seals: a signer of pyHanko, its certificate, and those between it and its root."""

    signer: Signer
    certificate: Certificate
    chain: tuple[Certificate, ...] = ()


class FileSigner(Signer):
    """Signs with a key in memory, read once."""

    def __init__(self, key: PrivateKey, certificate: Certificate, chain: Sequence[Certificate] = ()) -> None:
        super().__init__(
            signing_cert=certificate, cert_registry=SimpleCertificateStore.from_certs(chain), embed_roots=False
        )
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Return the signature of some bytes."""
        if digest_algorithm != DIGEST:
            raise KeyProblem(f"seals use {DIGEST}, not {digest_algorithm}")
        if isinstance(self._key, EllipticCurvePrivateKey):
            return lower(self._key.sign(data, ECDSA(hashes.SHA256())), self._key.curve.name)
        return self._key.sign(data, PKCS1v15(), hashes.SHA256())


class TokenSigner(PKCS11Signer):
    """Signs with a key that never leaves its token."""

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Return the signature of some bytes."""
        signature: bytes = await super().async_sign_raw(data, digest_algorithm, dry_run)
        public = self.signing_cert.public_key
        return lower(signature, public.curve[1]) if public.algorithm == "ec" else signature


def lower(signature: bytes, curve: str) -> bytes:
    """Return an ECDSA signature with the lower of its two equally valid values of s."""
    order = ORDERS[curve]
    pair = algos.DSASignature.load(signature)
    r, s = int(pair["r"].native), int(pair["s"].native)
    return bytes(algos.DSASignature({"r": r, "s": min(s, order - s)}).dump())


def read_key(place: str, password: str | None = None) -> SealKey:
    """Return the key of a file (PEM, .p12, .pfx) or of an address `pkcs11:token=..;object=..?module-path=..`.

    Raises KeyProblem.
    """
    if place.startswith("pkcs11:"):
        return _token(place)
    path = Path(place)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise KeyProblem(f"the seal key can not be read: {error}") from error
    secret = password.encode() if password else None
    try:
        if path.suffix.lower() in {".p12", ".pfx"}:
            return _pkcs12(data, secret)
        return _pem(data, secret)
    except (ValueError, TypeError) as error:
        raise KeyProblem(f"{path.name} is not a key with its certificate: {error}") from error


def file_key(key: PrivateKey, certificates: Sequence[Certificate]) -> SealKey:
    """Return a key with its certificates, its own first. Raises KeyProblem when the first is another key's."""
    own, *rest = certificates
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if own.public_key.dump() != public:
        raise KeyProblem("the first certificate belongs to another key")
    chain = tuple(one for one in rest if not one.self_issued)
    return SealKey(FileSigner(key, own, chain), own, chain)


def certificates_in(data: bytes) -> list[Certificate]:
    """Return the certificates of a PEM file, in its order."""
    return [
        x509.Certificate.load(der) for kind, _headers, der in pem.unarmor(data, multiple=True) if kind == "CERTIFICATE"
    ]


def _pem(data: bytes, secret: bytes | None) -> SealKey:
    blocks = [found.group(0) for found in _BLOCK.finditer(data) if b"PRIVATE KEY" in found.group(1)]
    if len(blocks) != 1:
        raise KeyProblem("one private key is needed")
    return file_key(_usable(serialization.load_pem_private_key(blocks[0], secret)), certificates_in(data))


def _pkcs12(data: bytes, secret: bytes | None) -> SealKey:
    key, own, rest = pkcs12.load_key_and_certificates(data, secret)
    if own is None:
        raise KeyProblem("a certificate is needed")
    written = [one.public_bytes(serialization.Encoding.DER) for one in (own, *rest)]
    return file_key(_usable(key), [x509.Certificate.load(der) for der in written])


def _usable(key: object) -> PrivateKey:
    if isinstance(key, RSAPrivateKey) or (isinstance(key, EllipticCurvePrivateKey) and key.curve.name in ORDERS):
        return key
    raise KeyProblem("the key is neither RSA nor ECDSA over P-256 or P-384")


def _token(address: str) -> SealKey:
    """Open a token by its address (RFC 7512); the PIN comes from the file `pin-source`, never from the address."""
    path, _, query = address.removeprefix("pkcs11:").partition("?")
    named = {name: unquote(value) for name, _, value in (part.partition("=") for part in path.split(";"))}
    given = {name: values[0] for name, values in parse_qs(query).items()}
    try:
        return _opened(named["token"], named["object"], given["module-path"], given["pin-source"], given.get("chain"))
    except KeyError as error:
        raise KeyProblem(f"the address of the token lacks {error}") from error
    except (PKCS11Error, OSError) as error:
        raise KeyProblem(f"the token can not be used: {type(error).__name__} {error}") from error


def _opened(token: str, label: str, module: str, pin_source: str, chain: str | None) -> SealKey:
    pin = Path(pin_source.removeprefix("file:")).read_text().strip()
    session = open_pkcs11_session(module, token_criteria=TokenCriteria(label=token), user_pin=pin)
    between = [one for one in certificates_in(Path(chain).read_bytes()) if not one.self_issued] if chain else []
    signer = TokenSigner(session, cert_label=label, key_label=label, ca_chain=between, embed_roots=False)
    # Tokens that hash by themselves are rare for ECDSA: we hash, they sign.
    signer.use_raw_mechanism = signer.signing_cert.public_key.algorithm == "ec"
    return SealKey(signer, signer.signing_cert, tuple(between))

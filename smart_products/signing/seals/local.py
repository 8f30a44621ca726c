"""The local authorities of a machine without others: one root for seal and stamp, one for signers' certificates.

Owns the files in the folder of secrets, mode 0600, made once. What they attest has no weight outside this machine:
production names its own key, time-stamping authority and trust. The roots are two, so that no certificate made for a
signer can ever pass for the platform's.
"""

from __future__ import annotations

import os
import shutil
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from smart_products.signing.seals.keys import PrivateKey
from smart_products.signing.seals.trust import Anchors, Certificate

SINCE = datetime(2020, 1, 1, tzinfo=UTC)
"""Early enough for the history of a generated broker."""
ROOT_YEARS, SEAL_YEARS, STAMP_YEARS = 30, 5, 10
YEAR = timedelta(days=366)
ORGANISATION = "Smart Products (local)"


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its key."""

    key: PrivateKey
    certificate: x509.Certificate

    def plain(self) -> Certificate:
        """Return the certificate as pyHanko wants it."""
        return asn1.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """Where the local authorities keep their keys."""

    path: Path

    @property
    def seal(self) -> Path:
        """Key, certificate and root of the platform's seal."""
        return self.path / "seal.pem"

    @property
    def stamp(self) -> Path:
        """Key and certificate of the time-stamping authority."""
        return self.path / "stamp.pem"

    @property
    def signers(self) -> Path:
        """Key and certificate of the authority of signers' certificates."""
        return self.path / "signers.pem"

    @property
    def trust(self) -> Path:
        """The file of trust."""
        return self.path / "trust.json"

    @property
    def revoked(self) -> Path:
        """The revocation list of the platform's root."""
        return self.path / "revoked.crl"


def local_folder(path: Path, at: datetime) -> LocalFolder:
    """Return the folder of the local authorities, made and filled when it is not there; `at` decides its dates."""
    folder = LocalFolder(path)
    if path.exists():
        return folder
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = LocalFolder(path.with_name(f".{path.name}-{uuid.uuid4().hex}"))
    fresh.path.mkdir(mode=0o700)
    try:
        _fill(fresh, at)
        Path(fresh.path).rename(path)
    except OSError:
        if not path.exists():
            raise
    finally:
        shutil.rmtree(fresh.path, ignore_errors=True)
    return folder


def issue(
    issuer: Issued | None,
    name: str,
    *,
    until: datetime,
    since: datetime = SINCE,
    stamps: bool = False,
    key: PrivateKey | None = None,
    serial_name: str = "",
) -> Issued:
    """Return a new key with its certificate: a root without `issuer`, else one that seals or signs, or stamps alone."""
    made = key or ec.generate_private_key(ec.SECP256R1())
    certificate = certify(
        made.public_key(),
        name,
        signing=issuer.key if issuer else made,
        issuer=issuer.certificate.subject if issuer else None,
        until=until,
        since=since,
        stamps=stamps,
        serial_name=serial_name,
    )
    return Issued(made, certificate)


def certify(
    public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    name: str,
    *,
    signing: PrivateKey,
    issuer: x509.Name | None,
    until: datetime,
    since: datetime = SINCE,
    stamps: bool = False,
    serial_name: str = "",
    authority: bool = False,
) -> x509.Certificate:
    """Return a certificate over a public key; without `issuer` a root that signs itself, else an authority or none."""
    words = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if serial_name:
        words.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial_name))
    subject, root = x509.Name(words), issuer is None or authority
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(
            x509.BasicConstraints(ca=root, path_length=None if issuer is None or not root else 0), critical=True
        )
        .add_extension(_usage(root=root, stamps=stamps), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(signing, hashes.SHA256())


def read_issuer(path: Path) -> Issued:
    """Return an authority of the folder."""
    data = path.read_bytes()
    key = serialization.load_pem_private_key(data, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path.name} does not hold the key of a local authority")
    return Issued(key, x509.load_pem_x509_certificate(data))


def _usage(*, root: bool, stamps: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not root,
        content_commitment=not root and not stamps,
        key_cert_sign=root,
        crl_sign=root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _fill(folder: LocalFolder, at: datetime) -> None:
    ends = {years: at + years * YEAR for years in (ROOT_YEARS, SEAL_YEARS, STAMP_YEARS)}
    root = issue(None, "Local root of seal and stamp", until=ends[ROOT_YEARS])
    signers = issue(None, "Local root of signers", until=ends[ROOT_YEARS])
    seal = issue(root, "Platform seal", until=ends[SEAL_YEARS])
    stamp = issue(root, "Local time-stamping authority", until=ends[STAMP_YEARS], stamps=True)
    _write(folder.path / "root.pem", _written(root))
    _write(folder.seal, _written(seal) + root.certificate.public_bytes(serialization.Encoding.PEM))
    _write(folder.stamp, _written(stamp))
    _write(folder.signers, _written(signers))
    anchors = Anchors(seals=(root.plain(),), stamps=(root.plain(),), signers=(signers.plain(),))
    _write(folder.trust, anchors.dump())
    revoked = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(SINCE)
        .next_update(ends[ROOT_YEARS])
        .sign(root.key, hashes.SHA256())
    )
    _write(folder.revoked, revoked.public_bytes(serialization.Encoding.DER))


def _written(issued: Issued) -> bytes:
    key = issued.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return key + issued.certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)

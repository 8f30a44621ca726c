"""A seal key in a token: SoftHSM seals, and the private key can not be taken out of it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pkcs11
import pytest
from asn1crypto import core, x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11.util.ec import encode_named_curve_parameters

from smart_products.signing.seals.detached import check, check_raw
from smart_products.signing.seals.keys import KeyProblem, SealKey, read_key
from smart_products.signing.seals.local import YEAR, certify, read_issuer
from smart_products.signing.seals.sealing import Sealer
from smart_products.signing.seals.verifying import examine
from tests.signing import house
from tests.signing.seals.softhsm import PIN, SoftHsm, configure, installed

LABEL = "platform"


@pytest.fixture(scope="module")
def key(address: str) -> SealKey:
    """The key, opened once: a token is logged in to by the process."""
    return read_key(address)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A token with a key made inside it, and the certificate of that key."""
    folder = tmp_path_factory.mktemp("token")
    configure(folder)
    hsm = installed()
    pin = hsm.make_token(folder, "seals")
    _fill(hsm)
    return f"pkcs11:token=seals;object={LABEL}?module-path={hsm.library}&pin-source=file:{pin}"


def _fill(hsm: SoftHsm) -> None:
    token = pkcs11.lib(str(hsm.library)).get_token(token_label="seals")
    with token.open(rw=True, user_pin=PIN) as session:
        curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        parameters = session.create_domain_parameters(KeyType.EC, curve, local=True)
        public, _private = parameters.generate_keypair(store=True, label=LABEL)
        point = bytes(public[Attribute.EC_POINT])[2:]
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        root = read_issuer(house.folder().path / "root.pem")
        made = certify(key, "Seal in a token", signing=root.key, issuer=root.certificate.subject, until=house.AT + YEAR)
        certificate = x509.Certificate.load(made.public_bytes(serialization.Encoding.DER))
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.LABEL: LABEL,
                Attribute.SUBJECT: certificate.subject.dump(),
                Attribute.ISSUER: certificate.issuer.dump(),
                Attribute.SERIAL_NUMBER: core.Integer(certificate.serial_number).dump(),
                Attribute.VALUE: certificate.dump(),
            }
        )


def test_a_token_seals_papers_files_and_links(key: SealKey) -> None:
    sealer = Sealer(key, house.anchors(), house.sealer().authority)
    sealed = sealer.seal(house.paper(), reason="签约", at=house.AT)
    report = examine(sealed.pdf, anchors=house.anchors())
    assert (report.findings, report.level) == ((), "B-T")
    assert sealed.certificate_sha256 == hashlib.sha256(key.certificate.dump()).hexdigest()
    assert check(b"x", sealer.seal_file(b"x", at=house.AT).seal, house.anchors(), part="x").ok
    assert check_raw(b"x", sealer.sign_raw(b"x"), key.certificate.dump(), house.anchors(), house.AT, part="x").ok


def test_the_key_stays_in_the_token(address: str, key: SealKey) -> None:
    library = address.partition("module-path=")[2].partition("&")[0]
    with pkcs11.lib(library).get_token(token_label="seals").open() as session:
        private = session.get_key(ObjectClass.PRIVATE_KEY, label=LABEL)
        assert not private[Attribute.EXTRACTABLE]
        with pytest.raises(pkcs11.AttributeSensitive):
            _value = private[Attribute.VALUE]


@pytest.mark.parametrize("part", ["object", "token", "module-path", "pin-source"])
def test_an_address_that_lacks_something_is_refused(address: str, part: str) -> None:
    with pytest.raises(KeyProblem):
        read_key(address.replace(f"{part}=", f"no-{part}="))


def test_a_wrong_pin_is_refused(address: str, tmp_path: Path) -> None:
    wrong = tmp_path / "pin"
    wrong.write_text("9999")
    with pytest.raises(KeyProblem):
        read_key(f"{address.partition('&pin-source')[0]}&pin-source=file:{wrong}")

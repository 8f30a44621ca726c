"""Seals say what was done: levels, keys of each kind, stamps that come late or never, files with the right modes."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from django.utils import translation

from smart_products.signing.seals.detached import check, check_raw, check_token
from smart_products.signing.seals.keys import KeyProblem, SealKey, file_key, read_key
from smart_products.signing.seals.local import YEAR, Issued, certify, issue, local_folder, read_issuer
from smart_products.signing.seals.sealing import Sealer
from smart_products.signing.seals.signers import claim
from smart_products.signing.seals.stamping import HttpAuthority, LocalAuthority, NoStamp, complete
from smart_products.signing.seals.trust import Anchors, TrustError, read_anchors
from smart_products.signing.seals.verifying import examine
from smart_products.signing.signer import Signer
from tests.signing import house

LATER = house.AT + timedelta(days=400)


def test_levels_claim_what_is_inside() -> None:
    stamps = house.sealer().authority
    made = {
        "B-B": house.plain_sealer().seal(house.paper(), reason="签约", at=house.AT),
        "B-T": Sealer(house.sealer().key, house.anchors(), stamps).seal(house.paper(), reason="签约", at=house.AT),
        "B-LT": house.sealer().seal(house.paper(), reason="签约", at=house.AT),
    }
    for level, sealed in made.items():
        report = examine(sealed.pdf, anchors=house.anchors())
        assert (sealed.level, report.level, report.findings) == (level, level, ())
        assert sealed.time_stamped == (level != "B-B")
        assert report.marks[0].certificate_sha256 == sealed.certificate_sha256


def test_a_stamp_added_later_keeps_every_byte_before_it() -> None:
    bare = house.plain_sealer().seal(house.paper(), reason="签约", at=house.AT).pdf
    stamped = house.sealer().stamp_later(bare, at=LATER)
    assert stamped.startswith(bare)
    report = examine(stamped, anchors=house.anchors())
    assert (report.level, report.stamped_at, report.findings) == ("B-T", LATER, ())
    again = house.sealer().stamp_later(house.sealer().stamp_later(house.sealed(), at=LATER), at=LATER)
    report = examine(again, anchors=house.anchors())
    assert (report.level, report.findings, len(report.marks)) == ("B-LTA", (), 3)


def test_without_an_answer_a_paper_is_sealed_at_the_lower_level_and_says_so() -> None:
    silent = Sealer(
        house.sealer().key, house.anchors(), HttpAuthority("http://127.0.0.1:9/", house.anchors().stamps, 1)
    )
    sealed = silent.seal(house.paper(), reason="签约", at=house.AT)
    assert (sealed.level, sealed.time_stamped) == ("B-B", False)
    assert examine(sealed.pdf, anchors=house.anchors()).level == "B-B"
    with pytest.raises(NoStamp):
        silent.stamp_later(sealed.pdf, at=house.AT)
    file = silent.seal_file(b"data", at=house.AT)
    assert not file.time_stamped
    assert check(b"data", file.seal, house.anchors(), part="x").findings == ()
    with pytest.raises(NoStamp):
        house.plain_sealer().stamp_later(sealed.pdf, at=house.AT)


class _Answers(BaseHTTPRequestHandler):
    """A time-stamping authority that behaves, or not, by its path."""

    def do_POST(self) -> None:
        asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        media_type, status = "application/timestamp-reply", 200
        if self.path == "/other-digest":
            asked["message_imprint"]["hashed_message"] = b"\0" * 32
        if self.path == "/other-nonce":
            asked["nonce"] = 7
        authority = _strange() if self.path == "/stranger" else house.sealer().authority
        assert authority is not None
        answer = complete(authority.stamper(house.AT).async_request_tsa_response(asked)).dump()
        if self.path == "/refused":
            answer = tsp.TimeStampResp({"status": {"status": "rejection"}}).dump()
        if self.path == "/junk":
            answer = b"\x30\x03junk"
        if self.path == "/html":
            media_type = "text/html"
        if self.path == "/500":
            status = 500
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words: object) -> None:
        return


def _strange() -> LocalAuthority:
    root = issue(None, "Stranger", until=house.AT + YEAR)
    own = issue(root, "Stranger", until=house.AT + YEAR, stamps=True)
    return LocalAuthority(file_key(own.key, [own.plain()]))


@contextmanager
def _serving() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _remote(address: str) -> Sealer:
    return Sealer(house.sealer().key, house.anchors(), HttpAuthority(address, house.anchors().stamps, 5))


def test_an_authority_behind_an_address_stamps() -> None:
    with _serving() as address:
        sealed = _remote(address).seal(house.paper(), reason="签约", at=house.AT)
    assert sealed.level == "B-T"
    assert examine(sealed.pdf, anchors=house.anchors()).findings == ()


@pytest.mark.parametrize("path", ["other-digest", "other-nonce", "stranger", "refused", "junk", "html", "500"])
def test_an_answer_that_does_not_count_is_no_stamp(path: str) -> None:
    with _serving() as address:
        sealed = _remote(f"{address}/{path}").seal(house.paper(), reason="签约", at=house.AT)
        assert (sealed.level, sealed.time_stamped) == ("B-B", False)
    assert examine(sealed.pdf, anchors=house.anchors()).findings == ()


def _rsa() -> tuple[SealKey, rsa.RSAPrivateKey, Anchors]:
    root = read_issuer(house.folder().path / "root.pem")
    key = rsa.generate_private_key(65537, 2048)
    own = issue(root, "RSA seal", until=house.AT + YEAR, key=key)
    return file_key(key, [own.plain()]), key, house.anchors()


def test_an_rsa_key_seals_too() -> None:
    key, _private, anchors = _rsa()
    sealer = Sealer(key, anchors, house.sealer().authority)
    assert examine(sealer.seal(house.paper(), reason="签约", at=house.AT).pdf, anchors=anchors).findings == ()
    assert check(b"x", sealer.seal_file(b"x", at=house.AT).seal, anchors, part="x").findings == ()
    signature = sealer.sign_raw(b"x")
    assert check_raw(b"x", signature, key.certificate.dump(), anchors, house.AT, part="x").ok
    assert not check_raw(b"y", signature, key.certificate.dump(), anchors, house.AT, part="x").ok


def test_a_key_comes_from_pem_or_pkcs12_with_or_without_password(tmp_path: Path) -> None:
    issued = read_issuer(house.folder().seal)
    secret = serialization.BestAvailableEncryption(b"word")
    own = issued.certificate.public_bytes(serialization.Encoding.PEM)
    pem = issued.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secret) + own
    (tmp_path / "seal.pem").write_bytes(pem)
    (tmp_path / "seal.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(b"seal", issued.key, issued.certificate, None, secret)
    )
    for name in ("seal.pem", "seal.p12"):
        key = read_key(str(tmp_path / name), "word")
        assert key.certificate.dump() == house.sealer().key.certificate.dump()
        with pytest.raises(KeyProblem):
            read_key(str(tmp_path / name), "other")
    with pytest.raises(KeyProblem):
        read_key(str(tmp_path / "missing.pem"))
    (tmp_path / "bare.pem").write_bytes(own)
    with pytest.raises(KeyProblem):
        read_key(str(tmp_path / "bare.pem"))


def test_a_key_with_another_keys_certificate_is_refused() -> None:
    first, second = (read_issuer(path) for path in (house.folder().seal, house.folder().stamp))
    with pytest.raises(KeyProblem):
        file_key(first.key, [second.plain()])


def test_local_authorities_are_made_once_and_for_us_alone(tmp_path: Path) -> None:
    place = tmp_path / "secrets" / "seals"
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.append(local_folder(place, house.AT).trust.read_bytes())) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1
    assert {stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()} == {0o600}
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert [path.name for path in place.parent.iterdir()] == ["seals"]


def test_a_seal_beside_a_file_holds_for_that_file_alone() -> None:
    sealed = house.sealer().seal_file(b"data", at=house.AT)
    report = check(b"data", sealed.seal, house.anchors(), part="x")
    assert (report.findings, report.signed_at, report.stamped_at) == ((), house.AT, house.AT)
    assert report.stamp_expires == sealed.proof_until
    assert not check(b"date", sealed.seal, house.anchors(), part="x").ok
    assert not check(b"data", sealed.seal[:-1], house.anchors(), part="x").ok
    assert not check(b"data", b"", house.anchors(), part="x").ok


def test_what_we_write_is_what_pyhanko_would_write() -> None:
    """Also with a certificate between the key and its root, and after 2049."""
    root = issue(None, "Root", until=house.AT + 60 * YEAR)
    below = Issued(
        middle := issue(None, "x", until=house.AT).key,
        certify(
            middle.public_key(),
            "Middle",
            signing=root.key,
            issuer=root.certificate.subject,
            until=house.AT + 60 * YEAR,
            authority=True,
        ),
    )
    own = issue(below, "Seal", until=house.AT + 60 * YEAR)
    anchors = Anchors((root.plain(),), house.anchors().stamps)
    sealer = Sealer(file_key(own.key, [own.plain(), below.plain(), root.plain()]), anchors, house.sealer().authority)
    for at in (house.AT, house.AT + 30 * YEAR):
        sealed = Sealer(sealer.key, anchors).seal_file(b"data", at=at)
        assert check(b"data", sealed.seal, anchors, part="x").findings == ()
    sealed = sealer.seal_file(b"data", at=house.AT)
    assert check(b"data", sealed.seal, anchors, part="x").findings == ()
    assert not check(b"data", sealed.seal, house.anchors(), part="x").ok
    assert examine(sealer.seal(house.paper(), reason="签约", at=house.AT).pdf, anchors=anchors).findings == ()


def test_no_byte_of_a_seal_can_change() -> None:
    seal = house.plain_sealer().seal_file(b"data", at=house.AT).seal
    for place in range(0, len(seal), 2):
        changed = seal[:place] + bytes([seal[place] ^ 4]) + seal[place + 1 :]
        assert not check(b"data", changed, house.anchors(), part="x").ok, place


def test_a_token_holds_for_its_bytes_alone() -> None:
    stamp = house.sealer().stamp_file(b"data", at=LATER)
    report = check_token(b"data", stamp.token, house.anchors(), part="x")
    assert (report.findings, report.stamped_at, report.stamp_expires) == ((), LATER, stamp.proof_until)
    assert not check_token(b"date", stamp.token, house.anchors(), part="x").ok
    assert not check_token(b"data", stamp.token[:-1], house.anchors(), part="x").ok


def test_no_byte_of_a_token_can_change() -> None:
    token = house.sealer().stamp_file(b"data", at=LATER).token
    for place in range(0, len(token), 2):
        changed = token[:place] + bytes([token[place] ^ 2]) + token[place + 1 :]
        assert not check_token(b"data", changed, house.anchors(), part="x").ok, place
    for place in range(20, 45):
        changed = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
        assert not check_token(b"data", changed, house.anchors(), part="x").ok, place


def test_a_signers_certificate_says_no_more_than_it_is() -> None:
    signed = house.signers().sign(house.paper(), signer=Signer("名" * 80, "C1"), reason="签约", at=house.AT)
    assert (signed.licensed, signed.sole_control, signed.provider) == (False, False, "local")
    with translation.override("en"):
        assert "no licence" in claim("L2", licensed=False)
        assert "not claimed" in claim("L1", licensed=False)
        assert "licensed provider" in claim("L2", licensed=True)


def test_nothing_is_attached_after_the_signer_signed() -> None:
    signed = house.signers().sign(house.paper(), signer=Signer("欧阳娜", "C1"), reason="签约", at=house.AT)
    with pytest.raises(ValueError, match="first signature"):
        house.sealer().seal(signed.pdf, reason="签约", at=house.AT, attachments=[house.DECISION])


def test_the_file_of_trust_has_one_form() -> None:
    written = house.anchors().dump()
    assert read_anchors(written).dump() == written
    for wrong in (b"", b"[]", b"{}", written.replace(b"seals", b"sails"), written.replace(b"BEGIN", b"BEGYN")):
        with pytest.raises(TrustError):
            read_anchors(wrong)

"""Ways to tamper with the seal of a paper, and to bring one of somebody else's."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

from asn1crypto import algos, cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm

from smart_products.signing.seals.keys import file_key
from smart_products.signing.seals.local import YEAR, Issued, issue
from smart_products.signing.seals.sealing import SEAL_FIELD, STAMP_FIELD, Sealer, sign
from smart_products.signing.seals.stamping import LocalAuthority, complete
from tests.signing import house
from tests.signing.seals.tampering import another_page_content, kind, swapped, updated

GAP = re.compile(rb"/Contents <([0-9A-F]+)>")
RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]")


def regrafted(pdf: bytes, seal: bytes) -> bytes:
    """The file with another seal in its gap."""
    found = GAP.search(pdf)
    assert found is not None
    written = seal.hex().upper().encode().ljust(len(found[1]), b"0")
    return pdf[: found.start(1)] + written + pdf[found.end(1) :]


def seal_of(pdf: bytes) -> cms.ContentInfo:
    found = GAP.search(pdf)
    assert found is not None
    return cms.ContentInfo.load(bytes.fromhex(found[1].decode()))


def stranger(seal: Callable[[Issued], Issued]) -> Sealer:
    """Somebody else who seals exactly as we do."""
    root = issue(None, "Local root of seal and stamp", until=house.AT + YEAR)
    own = seal(root)
    return Sealer(file_key(own.key, [own.plain()]), house.anchors())


# ---- the seal itself


@kind
def seal_removed(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        del writer.root["/AcroForm"]
        del writer.root["/Perms"]
        writer.update_root()

    return updated(pdf, change)


@kind
def seal_emptied(pdf: bytes) -> bytes:
    return regrafted(pdf, b"")


@kind
def seal_of_another_paper(pdf: bytes) -> bytes:
    return regrafted(pdf, seal_of(house.sealed("SP-2026-000002")).dump())


@kind
def seal_with_one_bit_flipped(pdf: bytes) -> bytes:
    seal = seal_of(pdf)
    signature = bytes(seal["content"]["signer_infos"][0]["signature"].native)
    return regrafted(pdf, swapped(seal.dump(), signature, signature[:-1] + bytes([signature[-1] ^ 1])))


@kind
def seal_in_its_other_form(pdf: bytes) -> bytes:
    """The same signature with the larger of its two values: it verifies everywhere."""
    from_key = cms.ContentInfo.load(seal_of(pdf).dump())
    signer = from_key["content"]["signer_infos"][0]
    signer["signature"] = mirrored(signer["signature"].native)
    return regrafted(pdf, from_key.dump())


@kind
def certificate_added_to_the_seal(pdf: bytes) -> bytes:
    seal = seal_of(pdf)
    certificates = seal["content"]["certificates"]
    certificates.append(cms.CertificateChoices({"certificate": house.anchors().signers[0]}))
    seal["content"]["certificates"] = certificates
    return regrafted(pdf, seal.dump())


@kind
def stamp_of_another_seal(pdf: bytes) -> bytes:
    seal, other = seal_of(pdf), seal_of(house.sealed("SP-2026-000002"))
    seal["content"]["signer_infos"][0]["unsigned_attrs"] = other["content"]["signer_infos"][0]["unsigned_attrs"]
    return regrafted(pdf, seal.dump())


@kind
def stamp_of_a_stranger(pdf: bytes) -> bytes:
    root = issue(None, "Local root of seal and stamp", until=house.AT + YEAR)
    own = issue(root, "Local time-stamping authority", until=house.AT + YEAR, stamps=True)
    authority = LocalAuthority(file_key(own.key, [own.plain()]))
    return Sealer(house.sealer().key, house.anchors(), authority).seal(house.paper(), reason="签约", at=house.AT).pdf


@kind
def bytes_after_the_seal_in_the_gap(pdf: bytes) -> bytes:
    found = GAP.search(pdf)
    assert found is not None
    return pdf[: found.end(1) - 2] + b"01" + pdf[found.end(1) :]


@kind
def gap_in_small_letters(pdf: bytes) -> bytes:
    found = GAP.search(pdf)
    assert found is not None
    return pdf[: found.start(1)] + found[1].lower() + pdf[found.end(1) :]


@kind
def range_that_leaves_the_end_out(pdf: bytes) -> bytes:
    return _ranged(pdf + b"\n% more\n", lambda first, gap, after, rest: (first, gap, after, rest))


@kind
def range_with_a_wider_gap(pdf: bytes) -> bytes:
    return _ranged(pdf, lambda first, gap, after, rest: (first, gap, after + 10, rest - 10))


@kind
def range_that_starts_later(pdf: bytes) -> bytes:
    return _ranged(pdf, lambda first, gap, after, rest: (first + 9, gap - 9, after, rest))


@kind
def range_below_zero(pdf: bytes) -> bytes:
    found = RANGE.search(pdf)
    assert found is not None
    return pdf.replace(b"/ByteRange [0 ", b"/ByteRange [-1 ", 1)


# ---- seals of others


@kind
def sealed_by_a_stranger(pdf: bytes) -> bytes:
    other = stranger(lambda root: issue(root, "Platform seal", until=house.AT + YEAR))
    return other.seal(house.paper(), reason="签约", at=house.AT).pdf


@kind
def sealed_with_a_signers_certificate(pdf: bytes) -> bytes:
    own = issue(house.signers().authority, "Platform seal", until=house.AT + YEAR)
    return Sealer(file_key(own.key, [own.plain()]), house.anchors()).seal(house.paper(), reason="签约", at=house.AT).pdf


@kind
def sealed_with_the_stamps_certificate(pdf: bytes) -> bytes:
    authority = house.sealer().authority
    assert isinstance(authority, LocalAuthority)
    return Sealer(authority.key, house.anchors()).seal(house.paper(), reason="签约", at=house.AT).pdf


@kind
def sealed_after_the_certificate_expired(pdf: bytes) -> bytes:
    late = house.sealer().key.certificate.not_valid_after + timedelta(days=1)
    return house.plain_sealer().seal(house.paper(), reason="签约", at=late).pdf


@kind
def sealed_under_another_field_name(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(house.paper()))
    return complete(sign(writer, house.sealer().key, "Approval", "签约", house.AT, None, MDPPerm.NO_CHANGES))


@kind
def not_sealed_at_all(pdf: bytes) -> bytes:
    return house.paper()


@kind
def sealed_twice(pdf: bytes) -> bytes:
    return complete(sign(_unlocked(pdf), house.sealer().key, f"{SEAL_FIELD}2", "签约", house.AT, None, None))


@kind
def seal_of_a_stranger_as_a_stamp(pdf: bytes) -> bytes:
    root = issue(None, "Somebody", until=house.AT + YEAR)
    own = issue(root, "Somebody", until=house.AT + YEAR)
    key = file_key(own.key, [own.plain()])
    return complete(sign(_unlocked(pdf), key, f"{STAMP_FIELD}1", "签约", house.AT, None, None))


@kind
def later_stamp_of_a_stranger(pdf: bytes) -> bytes:
    root = issue(None, "Local root of seal and stamp", until=house.AT + YEAR)
    own = issue(root, "Local time-stamping authority", until=house.AT + YEAR, stamps=True)
    authority = LocalAuthority(file_key(own.key, [own.plain()]))
    return Sealer(house.sealer().key, house.anchors(), authority).stamp_later(pdf, at=house.AT)


@kind
def page_changed_under_a_later_stamp(pdf: bytes) -> bytes:
    """Changed by a revision that our own authority then stamps: a stamp proves a time, not that all is well."""
    return house.sealer().stamp_later(another_page_content(pdf), at=house.AT)


@kind
def stamp_that_swallows_its_padding(pdf: bytes) -> bytes:
    """A later stamp whose outer length reaches into the zeros behind it."""
    stamped = house.sealer().stamp_later(pdf, at=house.AT)
    place = stamped.rindex(b"/Contents <308204") + len(b"/Contents <308204")
    return stamped[:place] + b"FF" + stamped[place + 2 :]


@kind
def stamp_with_a_passenger(pdf: bytes) -> bytes:
    """A later stamp that carries one more value behind what it signs."""
    stamped = house.sealer().stamp_later(pdf, at=house.AT)
    place = stamped.rindex(b"/Contents <3082") + len(b"/Contents <3082")
    size = int(stamped[place : place + 4], 16)
    end = place + 4 + 2 * size
    grown = b"%04X" % (size + 4) + stamped[place + 4 : end] + b"04020102"
    return stamped[:place] + grown + stamped[place + len(grown) :]


def mirrored(signature: bytes) -> bytes:
    """The other of the two values of an ECDSA signature over P-256."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    found = algos.DSASignature.load(signature)
    return bytes(algos.DSASignature({"r": found["r"].native, "s": order - found["s"].native}).dump())


def _unlocked(pdf: bytes) -> IncrementalPdfFileWriter:
    """A writer to which the seal's prohibition of changes is gone."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root.pop("/Perms", None)
    writer.update_root()
    return writer


def _ranged(pdf: bytes, bent: Callable[[int, int, int, int], tuple[int, int, int, int]]) -> bytes:
    found = RANGE.search(pdf)
    assert found is not None
    numbers = [int(number) for number in found.groups()]
    written = b"/ByteRange [%d %d %d %d]" % bent(*numbers)
    rest = pdf[found.end() :]
    return pdf[: found.start()] + written + rest[len(written) - (found.end() - found.start()) :]

"""Ways to tamper with a sealed paper: each takes the sealed bytes and returns others.

They go from a flipped byte to files that a program would open without complaint: further revisions with other contents,
fonts, fields and metadata, replaced and grafted seals, seals of other people, ranges and gaps bent.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

from asn1crypto import algos, cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field
from pyhanko.sign.validation import DocumentSecurityStore

from smart_products.signing.seals.keys import file_key
from smart_products.signing.seals.local import YEAR, Issued, issue
from smart_products.signing.seals.sealing import SEAL_FIELD, STAMP_FIELD, Sealer, sign
from smart_products.signing.seals.stamping import LocalAuthority, complete
from tests.signing import house

Tamper = Callable[[bytes], bytes]
GAP = re.compile(rb"/Contents <([0-9A-F]+)>")
RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]")
KINDS: dict[str, Tamper] = {}


def kind(tamper: Tamper) -> Tamper:
    """Add a way to the list."""
    KINDS[tamper.__name__] = tamper
    return tamper


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The file with one more revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def swapped(pdf: bytes, old: bytes, new: bytes) -> bytes:
    """Other bytes of the same length, at their first place."""
    assert len(old) == len(new)
    assert old in pdf
    return pdf.replace(old, new, 1)


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


# ---- bytes


@kind
def one_bit_of_the_text(pdf: bytes) -> bytes:
    place = pdf.index(b"stream") + 40
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


@kind
def first_line(pdf: bytes) -> bytes:
    return swapped(pdf, b"%PDF-1.7", b"%PDF-1.6")


@kind
def last_byte_gone(pdf: bytes) -> bytes:
    return pdf[:-1]


@kind
def newline_behind(pdf: bytes) -> bytes:
    return pdf + b"\n"


@kind
def spaces_behind(pdf: bytes) -> bytes:
    return pdf + b" " * 40


@kind
def junk_in_front(pdf: bytes) -> bytes:
    return b"%junk\n" + pdf


@kind
def another_file_behind(pdf: bytes) -> bytes:
    return pdf + house.paper()


@kind
def title_in_metadata(pdf: bytes) -> bytes:
    return swapped(pdf, "网格".encode(), "网络".encode())


@kind
def creation_date(pdf: bytes) -> bytes:
    return swapped(pdf, b"D:20261122000000", b"D:20261121000000")


@kind
def reason_of_the_seal(pdf: bytes) -> bytes:
    found = re.search(rb"/Reason \(.{2}", pdf, re.DOTALL) or re.search(rb"/Reason <.{4}", pdf)
    assert found is not None
    place = found.end()
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


@kind
def time_of_the_seal(pdf: bytes) -> bytes:
    return swapped(pdf, rb"/M (D\0722026", rb"/M (D\0722025")


@kind
def permissions(pdf: bytes) -> bytes:
    return swapped(pdf, b"/P 1", b"/P 3")


# ---- revisions that any reader would show


@kind
def another_page_content(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
        writer.update_container(page)

    return updated(pdf, change)


@kind
def page_removed(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        pages["/Kids"] = generic.ArrayObject()
        pages["/Count"] = generic.NumberObject(0)
        writer.update_container(pages)

    return updated(pdf, change)


@kind
def page_twice(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        pages["/Kids"].append(pages["/Kids"].raw_get(0))
        pages["/Count"] = generic.NumberObject(2)
        writer.update_container(pages)

    return updated(pdf, change)


@kind
def shadow_font(pdf: bytes) -> bytes:
    """Shadow attack, replace: what a letter looks like."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        fonts = writer.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"]
        font = fonts[next(iter(fonts))]
        font["/BaseFont"] = pdf_name("/Helvetica")
        writer.update_container(font)

    return updated(pdf, change)


@kind
def shadow_overlay(pdf: bytes) -> bytes:
    """Shadow attack, hide: an annotation laid over the page."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        rectangle = generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800)))
        note = {"/Type": "/Annot", "/Subtype": "/Square"}
        drawn = generic.DictionaryObject({pdf_name(key): pdf_name(value) for key, value in note.items()})
        drawn["/Rect"] = rectangle
        page.setdefault("/Annots", generic.ArrayObject()).append(writer.add_object(drawn))
        writer.update_container(page)

    return updated(pdf, change)


@kind
def shadow_root(pdf: bytes) -> bytes:
    """Shadow attack, hide and replace: another catalogue of pages."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Pages"),
                pdf_name("/Kids"): generic.ArrayObject([writer.root["/Pages"]["/Kids"].raw_get(0)]),
                pdf_name("/Count"): generic.NumberObject(1),
            }
        )
        writer.root["/Pages"] = writer.add_object(pages)
        writer.update_root()

    return updated(pdf, change)


@kind
def form_field_added(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        field = {pdf_name("/FT"): pdf_name("/Tx"), pdf_name("/T"): generic.pdf_string("amount")}
        form["/Fields"].append(writer.add_object(generic.DictionaryObject(field)))
        writer.update_container(form)

    return updated(pdf, change)


@kind
def empty_signature_field(pdf: bytes) -> bytes:
    return updated(pdf, lambda writer: append_signature_field(writer, SigFieldSpec("Another")))


@kind
def attachment_replaced(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
        fresh = EmbeddedFileObject.from_file_data(writer, b'{"outcome": "refused"}\n')
        spec["/EF"]["/F"] = fresh.ef_stream_ref
        writer.update_container(spec)

    return updated(pdf, change)


@kind
def attachment_added(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        embed_file(writer, FileSpec("more.txt", embedded_data=EmbeddedFileObject.from_file_data(writer, b"more")))

    return updated(pdf, change)


@kind
def attachment_removed(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        del writer.root["/Names"]
        writer.update_root()

    return updated(pdf, change)


@kind
def script_added(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        action = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
        writer.root["/OpenAction"] = writer.add_object(generic.DictionaryObject(action))
        writer.update_root()

    return updated(pdf, change)


@kind
def metadata_updated(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.set_info(generic.DictionaryObject({pdf_name("/Title"): generic.pdf_string("另一份")}))

    return updated(pdf, change)


@kind
def empty_revision(pdf: bytes) -> bytes:
    return updated(pdf, lambda writer: writer.update_root())


@kind
def security_store_updated(pdf: bytes) -> bytes:
    """Harmless in other houses: certificates added for later proof. Ours come with the seal or not at all."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=list(house.anchors().signers))

    return updated(pdf, change)


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

"""Ways to tamper with a sealed paper: each takes the sealed bytes and returns others.

They go from a flipped byte to files that a program would open without complaint: further revisions with other contents,
fonts, fields and metadata. Those of the seal itself stand in grafting.py.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.validation import DocumentSecurityStore

from tests.signing import house

Tamper = Callable[[bytes], bytes]
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

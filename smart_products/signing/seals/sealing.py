"""Sealing: a PAdES seal on a paper, a seal beside a file, and a time stamp on either.

Owns the form of a seal, which verifying.py expects to the byte: one revision that covers the whole file, then at
most stamps of later days. A seal says its level: B-B without a time stamp, B-T with one, B-LT when what is needed to
judge it later (revocation lists of both authorities) is inside. Nothing is claimed that did not happen: without an
answer of the authority a paper is sealed at B-B, and `stamp_later` adds the stamp when there is one.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from asn1crypto import cms, crl
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.embed import EmbeddedFileObject, EmbeddedFileParams, FileSpec, embed_file
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import DocumentSecurityStore

from smart_products.signing.seals.keys import DIGEST, SealKey
from smart_products.signing.seals.stamping import NoStamp, StampAuthority, complete
from smart_products.signing.seals.trust import Anchors, fingerprint
from smart_products.signing.seals.writing import write_seal

Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
SEAL_FIELD, SIGNER_FIELD, STAMP_FIELD = "PlatformSeal", "ClientSignature", "TimeStamp"
STAMP_ATTRIBUTE = "signature_time_stamp_token"
RESERVED = 20_480
"""Hexadecimal digits kept free for a seal with its stamp."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside a paper and is sealed with it."""

    name: str
    media_type: str
    data: bytes
    description: str = ""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed paper, and what was really done."""

    pdf: bytes
    certificate_sha256: str
    time_stamped: bool
    signed_at: datetime
    level: Level


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A seal that stands beside its file (CMS, DER), and whether it is stamped."""

    seal: bytes
    certificate_sha256: str
    time_stamped: bool
    proof_until: datetime
    """When the certificate expires on which its time rests: the stamp's, else the seal's own."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time-stamp token (DER), and when its certificate expires."""

    token: bytes
    proof_until: datetime


class _Writer(IncrementalPdfFileWriter):
    """Adds to a PDF without touching what it says of itself: version, title, dates and PDF/A marks stay as rendered."""

    def _update_meta(self) -> None:
        return

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Stay at PDF 1.7, of which PDF/A-3 is made."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals with the platform's key; stamps when an authority is given and answers."""

    key: SealKey
    anchors: Anchors
    authority: StampAuthority | None = None
    revoked: tuple[bytes, ...] = ()
    """Revocation lists (DER) to put inside."""

    def seal(self, pdf: bytes, *, reason: str, at: datetime, attachments: Sequence[Attachment] = ()) -> Sealed:
        """Return the paper with its attachments, sealed as a whole at a time.

        What a signer has signed takes no more attachments (ValueError): they belong under the first signature.
        """
        made, stamped = self._stamped_or_not(at, lambda stamper: self._sealed(pdf, reason, at, attachments, stamper))
        level: Level = "B-B" if not stamped else "B-LT" if self._lasts() else "B-T"
        return Sealed(made, fingerprint(self.key.certificate), stamped, at, level)

    def stamp_later(self, pdf: bytes, *, at: datetime) -> bytes:
        """Return a sealed paper with a time stamp over the whole of it added; its bytes stay, more follow.

        Raises NoStamp.
        """
        if self.authority is None:
            raise NoStamp("no time-stamping authority is set")
        writer = _Writer(io.BytesIO(pdf))
        number = len(writer.prev.embedded_signatures)
        stamper = PdfTimeStamper(self.authority.stamper(at), field_name=f"{STAMP_FIELD}{number}")
        return _bytes(complete(stamper.async_timestamp_pdf(writer, DIGEST, bytes_reserved=RESERVED)))

    def seal_file(self, data: bytes, *, at: datetime, stamp: bool = True) -> SealedFile:
        """Return a seal to stand beside some bytes."""
        made, stamped = self._stamped_or_not(at, lambda stamper: self._beside(data, at, stamper), stamp=stamp)
        token = stamp_in(made)
        until = expiry(token) if token is not None else self.key.certificate.not_valid_after
        return SealedFile(made, fingerprint(self.key.certificate), stamped, until)

    def stamp_file(self, data: bytes, *, at: datetime) -> Stamp:
        """Return a time stamp over some bytes. Raises NoStamp."""
        if self.authority is None:
            raise NoStamp("no time-stamping authority is set")
        token = complete(self.authority.stamper(at).async_timestamp(hashlib.sha256(data).digest(), DIGEST))
        return Stamp(bytes(token.dump()), expiry(token["content"]))

    def _stamped_or_not(self, at: datetime, make: Any, *, stamp: bool = True) -> tuple[bytes, bool]:
        if stamp and self.authority is not None:
            try:
                return complete(make(self.authority.stamper(at))), True
            except NoStamp:
                pass
        return complete(make(None)), False

    async def _sealed(
        self, pdf: bytes, reason: str, at: datetime, attachments: Sequence[Attachment], stamper: TimeStamper | None
    ) -> bytes:
        writer = opened(pdf, attachments, at)
        if stamper is not None and self._lasts():
            DocumentSecurityStore.supply_dss_in_writer(
                writer,
                None,
                certs=[*self.anchors.seals, *self.anchors.stamps, *self.key.chain],
                crls=[crl.CertificateList.load(one) for one in self.revoked],
            )
        # The first signature in a file certifies it; after a signer's own, ours approves.
        first = not writer.prev.embedded_signatures
        return await sign(writer, self.key, SEAL_FIELD, reason, at, stamper, MDPPerm.NO_CHANGES if first else None)

    def sign_raw(self, data: bytes) -> bytes:
        """Return the bare signature over some bytes: for what is written often and read by us."""
        return complete(self.key.signer.async_sign_raw(data, DIGEST))

    async def _beside(self, data: bytes, at: datetime, stamper: TimeStamper | None) -> bytes:
        return await write_seal(self.key, data, at, stamper)

    def _lasts(self) -> bool:
        """Say whether the lists at hand are those of both authorities."""
        listed = {crl.CertificateList.load(one).issuer.dump() for one in self.revoked}
        issuers = {self.key.certificate.issuer.dump(), *(one.subject.dump() for one in self.anchors.stamps)}
        return issuers <= listed


async def sign(
    writer: IncrementalPdfFileWriter,
    key: SealKey,
    field: str,
    reason: str,
    at: datetime,
    stamper: TimeStamper | None,
    certify: MDPPerm | None,
) -> bytes:
    """Sign what a writer holds, as PAdES, in one revision that covers the whole file."""
    signer = PdfSigner(
        PdfSignatureMetadata(
            field_name=field,
            md_algorithm=DIGEST,
            reason=reason,
            subfilter=SigSeedSubFilter.PADES,
            certify=certify is not None,
            docmdp_permissions=certify or MDPPerm.FILL_FORMS,
        ),
        key.signer,
        timestamper=stamper,
    )
    session = signer.init_signing_session(writer)
    session.system_time = at
    prepared = session.prepare_tbs_document(None, RESERVED)
    digest, output = prepared.digest_tbs_document()
    done = await prepared.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=at))
    await done.post_signature_processing(output)
    return _bytes(output)


def opened(pdf: bytes, attachments: Sequence[Attachment], at: datetime) -> IncrementalPdfFileWriter:
    """Return a writer that adds to a PDF, with attachments added. Raises ValueError when it is signed already."""
    writer = _Writer(io.BytesIO(pdf))
    if attachments and writer.prev.embedded_signatures:
        raise ValueError("attachments belong under the first signature")
    for one in attachments:
        _attach(writer, one, at)
    return writer


def stamp_in(seal: bytes) -> Any | None:
    """Return the content of the stamp that a seal carries, when it carries one."""
    return token_of(cms.ContentInfo.load(seal)["content"]["signer_infos"][0])


def token_of(signer: Any) -> Any | None:
    """Return the content of the stamp in a signer's attributes, when there is one."""
    for attribute in signer["unsigned_attrs"]:
        if attribute["type"].native == STAMP_ATTRIBUTE:
            return attribute["values"][0]["content"]
    return None


def expiry(token: Any) -> datetime:
    """Return when the certificate of a stamp expires."""
    serial = token["signer_infos"][0]["sid"].chosen["serial_number"].native
    until: datetime = next(
        one.chosen.not_valid_after for one in token["certificates"] if one.chosen.serial_number == serial
    )
    return until


def _attach(writer: IncrementalPdfFileWriter, attachment: Attachment, at: datetime) -> None:
    """Attach a file as PDF/A-3 asks: with its kind, its dates and its relation to the paper."""
    content = EmbeddedFileObject.from_file_data(
        writer,
        attachment.data,
        params=EmbeddedFileParams(creation_date=at, modification_date=at),
        mime_type=attachment.media_type,
    )
    description = attachment.description or attachment.name
    spec = FileSpec(attachment.name, attachment.name, embedded_data=content, description=description)
    embed_file(writer, spec)
    # pyHanko would raise the file to PDF 2.0 for this relation, which PDF/A-3 does not know.
    reference = writer.root["/Names"]["/EmbeddedFiles"]["/Names"].raw_get(-1)
    reference.get_object()["/AFRelationship"] = generic.pdf_name("/Data")
    if "/AF" not in writer.root:
        writer.root["/AF"] = writer.add_object(generic.ArrayObject())
        writer.update_root()
    related = writer.root["/AF"]
    related.append(reference)
    writer.update_container(related)


def _bytes(output: Any) -> bytes:
    return bytes(output.getvalue())

"""Writing a pack: the core that is sealed at signing, and the whole that is handed out.

The core holds papers, steps, decision, proofs and the file of trust, listed in a manifest that the platform seals and
stamps; its bytes never change. The whole adds what comes later: its place in the chain, the sealed head, the stamps of
later years, and a seal over the list of all parts, so that none can be left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from smart_products.signing.evidence import canonical, container
from smart_products.signing.evidence.chain import Head, Link
from smart_products.signing.evidence.contents import Contents, DocumentPart

if TYPE_CHECKING:  # pyHanko takes a second to import, and who only hands a sealer on does not need it
    from smart_products.signing.seals.sealing import Sealer

FORMAT = "smart-products/evidence/1"
MANIFEST, MANIFEST_SEAL, TRUST = "manifest.json", "manifest.p7s", "trust.json"
SUBSCRIPTION, STEPS, DECISION = "subscription.json", "steps.json", "decision.json"
CODE, IDENTIFICATION, TERMS = "code-proof.json", "identification.json", "terms.json"
RECORD, RECORD_LINK, RECORD_CERTIFICATE = "chain/record.json", "chain/link.json", "chain/record.cer"
PATH, HEAD, HEAD_SEAL = "chain/path.json", "chain/head.json", "chain/head.p7s"
EXPORT, EXPORT_SEAL = "export.json", "export.p7s"
STAMPS = "stamps"


@dataclass(frozen=True, slots=True)
class Core:
    """The part of a pack that never changes."""

    data: bytes
    time_stamped: bool
    proof_until: datetime

    @property
    def sha256(self) -> str:
        """The digest that the chain keeps."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a core stands in the chain: its link, the certificate that signed it, and the way to a sealed head."""

    link: Link
    certificate: bytes
    path: tuple[str, ...] = ()
    head: Head | None = None
    head_seal: bytes = b""


def build(contents: Contents, *, sealer: Sealer, at: datetime) -> Core:
    """Return the sealed core of a pack."""
    papers = {paper_name(number, one): one for number, one in enumerate(contents.documents, 1)}
    parts: dict[str, bytes] = {name: one.pdf for name, one in papers.items()}
    values = {
        SUBSCRIPTION: {
            "subscription": contents.subscription,
            "contract": contents.contract,
            "client_reference": contents.client_reference,
            "signed_at": contents.signed_at,
            "level": contents.level,
            "licensed": contents.licensed,
            "documents": [
                {"part": name, "kind": one.kind, "sha256": one.sha256, "sealed": one.sealed}
                for name, one in papers.items()
            ],
        },
        STEPS: [asdict(step) for step in contents.steps],
        DECISION: contents.decision,
        CODE: contents.code_proof,
        IDENTIFICATION: contents.identification,
        TERMS: contents.terms,
    }
    parts |= {name: canonical.write(value) for name, value in values.items()}
    parts[TRUST] = sealer.anchors.dump()
    parts[MANIFEST] = canonical.write({"format": FORMAT, "parts": listed(parts)})
    seal = sealer.seal_file(parts[MANIFEST], at=at)
    parts[MANIFEST_SEAL] = seal.seal
    return Core(container.write(parts), seal.time_stamped, seal.proof_until)


def export(core: bytes, *, place: Place, stamps: Sequence[bytes], sealer: Sealer, at: datetime) -> bytes:
    """Return the whole pack: the core, its place in the chain, later stamps, and the seal over the list of all."""
    link = place.link
    parts = container.read(core) | {
        RECORD: link.record(),
        RECORD_LINK: canonical.write(
            {"previous": link.previous, "digest": link.digest, "signature": link.signature.hex()}
        ),
        RECORD_CERTIFICATE: place.certificate,
    }
    if place.head is not None:
        parts |= {PATH: canonical.write(place.path), HEAD: place.head.file(), HEAD_SEAL: place.head_seal}
    parts |= {stamp_name(number): token for number, token in enumerate(stamps, 1)}
    parts[EXPORT] = canonical.write({"format": FORMAT, "exported_at": at, "parts": listed(parts)})
    parts[EXPORT_SEAL] = sealer.seal_file(parts[EXPORT], at=at, stamp=False).seal
    return container.write(parts)


def stamped(core: bytes, stamps: Sequence[bytes]) -> bytes:
    """Return what the next stamp of later years covers: the core with all stamps so far."""
    return container.write(container.read(core) | {stamp_name(number): token for number, token in enumerate(stamps, 1)})


def paper_name(number: int, paper: DocumentPart) -> str:
    """Return the name of a paper's part."""
    return f"documents/{number:02d}-{paper.kind.replace('_', '-')}.pdf"


def stamp_name(number: int) -> str:
    """Return the name of a later stamp's part."""
    return f"{STAMPS}/{number:04d}.tst"


def listed(parts: Mapping[str, bytes]) -> dict[str, dict[str, str | int]]:
    """Return the list of some parts: digest and size by name."""
    return {name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in parts.items()}

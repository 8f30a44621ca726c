"""What tests of signing share: local authorities, a sealer of theirs and papers, each made once a run.

Everything is real: keys, certificates, seals. Nothing is written where an instance lives.
"""

from __future__ import annotations

import functools
import hashlib
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from smart_products.signing.evidence.contents import Contents, DocumentPart, StepPart
from smart_products.signing.papers import render
from smart_products.signing.seals.keys import read_key
from smart_products.signing.seals.local import LocalFolder, local_folder, read_issuer
from smart_products.signing.seals.sealing import Attachment, Sealer
from smart_products.signing.seals.signers import LocalSigners
from smart_products.signing.seals.stamping import LocalAuthority
from smart_products.signing.seals.trust import Anchors, read_anchors
from smart_products.signing.signer import Signer

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
DECISION = Attachment("decision.json", "application/json", b'{"outcome": "fit"}\n', "decision")
BODY = (
    "# 一、服务内容\n\n系统按客户设置的参数执行委托。市场有风险，投资需谨慎。\n\n- 客户可随时暂停。\n- 冷静期内可撤回。"
)


@functools.cache
def folder() -> LocalFolder:
    """The local authorities of this run."""
    return local_folder(Path(tempfile.mkdtemp(prefix="smart-seals-")) / "seals", AT)


@functools.cache
def anchors() -> Anchors:
    return read_anchors(folder().trust.read_bytes())


@functools.cache
def sealer() -> Sealer:
    """Seals and stamps with the local authorities; revocation lists inside."""
    made = folder()
    stamps = LocalAuthority(read_key(str(made.stamp)))
    return Sealer(read_key(str(made.seal)), anchors(), stamps, (made.revoked.read_bytes(),))


@functools.cache
def plain_sealer() -> Sealer:
    """Seals without stamps."""
    return Sealer(sealer().key, anchors())


@functools.cache
def signers() -> LocalSigners:
    return LocalSigners(read_issuer(folder().signers))


@functools.cache
def paper(kind: str = "agreement", reference: str = "SP-2026-000001") -> bytes:
    return render(
        kind=kind,  # type: ignore[arg-type]
        language="zh",
        paper_title="网格交易服务协议",
        body=BODY,
        fields={"client": "欧阳娜", "product": "网格交易", "contract": reference},
        reference=reference,
        on=date(2026, 11, 22),
    )


@functools.cache
def sealed(reference: str = "SP-2026-000001") -> bytes:
    return sealer().seal(paper(reference=reference), reason="签约", at=AT, attachments=[DECISION]).pdf


@functools.cache
def signed_and_sealed() -> bytes:
    """A paper of level 2: the client's own signature, then the seal."""
    signed = signers().sign(paper(), signer=Signer("欧阳娜", "C1"), reason="签约", at=AT, attachments=[DECISION])
    return sealer().seal(signed.pdf, reason="签约", at=AT).pdf


def contents(subscription: str = "S1", agreement: Callable[[], bytes] = sealed, level: str = "L1") -> Contents:
    """A whole signing: a disclosure that is not sealed, an agreement that is, two steps."""
    disclosure, signed = paper("risk_disclosure"), agreement()
    return Contents(
        subscription=subscription,
        contract="SP-2026-000001",
        client_reference="C1",
        signed_at=AT,
        documents=(_part("risk_disclosure", disclosure, sealed=False), _part("agreement", signed, sealed=True)),
        steps=(
            StepPart(
                "risk_disclosure",
                AT.replace(minute=1),
                AT.replace(minute=0),
                60,
                _digest(disclosure),
                "已阅读",
                "s1",
                "d1",
            ),
            StepPart("agreement", AT.replace(minute=3), AT.replace(minute=2), 60, _digest(signed), "同意", "s1", "d1"),
        ),
        decision={"outcome": "fit", "rules": 1, "inputs": {"risk_class": "C3", "risk_level": "R3"}},
        code_proof={"channel": "sms", "sent_at": AT, "confirmed_at": AT},
        identification={"method": "password", "at": AT},
        level=level,  # type: ignore[arg-type]
        terms={"name": "网格交易", "version": 3},
    )


def _part(kind: str, pdf: bytes, *, sealed: bool) -> DocumentPart:
    return DocumentPart(kind, _digest(pdf), pdf, sealed)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

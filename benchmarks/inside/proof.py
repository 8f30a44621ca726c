"""Papers, seals, stamps and evidence: what each takes alone, and a whole proof against the sum of its parts.

Owns the sizes of a usual signing: an agreement of four pages, a disclosure, one seal with its stamp, one pack. The
stamps are the local authority's, so no network is in any figure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime

from benchmarks.figures import Figure, against, reported
from benchmarks.sizes import Sizes
from benchmarks.timing import median_of, timed
from core import clock
from core.actor import system
from smart_products.signing.evidence import packing
from smart_products.signing.evidence.contents import Contents, DocumentPart, StepPart
from smart_products.signing.evidence.verifying import verify
from smart_products.signing.operations import append_evidence, export_evidence
from smart_products.signing.papers import render
from smart_products.signing.seals.configured import sealer
from smart_products.signing.seals.sealing import Sealer
from smart_products.signing.seals.verifying import examine

PARAGRAPH = "本产品由客户自行设置参数，系统按客户的参数执行委托。市场有风险，投资需谨慎。" * 6
BODY = "\n\n".join(
    f"# 第{number}条\n\n{PARAGRAPH}\n\n- 客户可随时暂停。\n- 冷静期内可撤回。" for number in range(1, 15)
)
BY = system("bench")
TARGET = 1.3
"""A signing's proof may take at most this times the sum of its parts (design: *Figures to reach*)."""


def measure(sizes: Sizes) -> list[Figure]:
    """Return milliseconds of each part, of the whole, and the packs a second that are judged."""
    at = clock.now()
    platform = sealer(at)
    bare = Sealer(platform.key, platform.anchors)
    paper = _paper(0)
    sealed = platform.seal(paper, reason="签约", at=at).pdf

    def middle(run: Callable[[int], object]) -> float:
        numbers = iter(range(1, sizes.packs + 1))
        return median_of(lambda: run(next(numbers)), sizes.packs) * 1e3

    render_ms = middle(_paper)
    seal_ms = middle(lambda _number: bare.seal(paper, reason="签约", at=at))
    stamp_ms = middle(lambda _number: platform.stamp_file(paper, at=at))
    both_ms = middle(lambda _number: platform.seal(paper, reason="签约", at=at))
    pack_ms = middle(lambda number: packing.build(_contents(f"P{number}", paper, sealed, at), sealer=platform, at=at))
    whole_ms = middle(lambda number: _proof(f"S{number}", platform, at))
    packs = [
        export_evidence(subscription_code=f"S{number}", sealer=platform, by=BY, at=at)
        for number in range(1, sizes.packs + 1)
    ]
    judged = timed(lambda: [verify(pack) for pack in packs])
    parts = render_ms + both_ms
    return [
        reported("render an agreement", render_ms, "ms"),
        reported("seal it, without stamp", seal_ms, "ms"),
        reported("stamp alone, local authority", stamp_ms, "ms"),
        reported("seal and stamp it", both_ms, "ms"),
        reported("build a pack, its seal and stamp included", pack_ms, "ms"),
        against("one proof: rendered, sealed, packed, chained, committed", whole_ms, "ms", parts, TARGET),
        reported("judge a sealed paper", median_of(lambda: examine(sealed, anchors=platform.anchors), 9) * 1e3, "ms"),
        reported("packs judged", len(packs) / judged, "a second"),
    ]


def _paper(number: int) -> bytes:
    return render(
        kind="agreement",
        language="zh",
        paper_title="网格交易服务协议",
        body=f"{BODY}\n\n{number}",
        fields={"client": "张三", "product": "网格交易", "contract": f"SP-{number}"},
        reference=f"SP-{number}",
        on=date(2026, 11, 22),
    )


def _contents(code: str, disclosure: bytes, agreement: bytes, at: datetime) -> Contents:
    parts = (("risk_disclosure", disclosure, False), ("agreement", agreement, True))
    documents = tuple(DocumentPart(kind, hashlib.sha256(pdf).hexdigest(), pdf, sealed) for kind, pdf, sealed in parts)
    steps = tuple(StepPart(one.kind, at, at, 20, one.sha256, "ok", "s", "d") for one in documents)
    return Contents(
        code, code, "C1", at, documents, steps, {"outcome": "fit"}, {"channel": "sms"}, {"method": "password"}, "L1"
    )


def _proof(code: str, platform: Sealer, at: datetime) -> None:
    paper = _paper(hash(code))
    sealed = platform.seal(paper, reason="签约", at=at).pdf
    contents = _contents(code, paper, sealed, at)
    append_evidence(subscription_code=code, contents=contents, sealer=platform, by=BY, at=at)

"""Whole signings on one core, against the least that their proof costs; and packs judged by themselves.

Ours is all of it: begin, papers shown and acknowledged, decision, code, signature, evidence. The limit is to render
one agreement, to seal and stamp it, and to seal and stamp one pack: no database, no step, no chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from benchmarks.figures import Figure, against, reported
from benchmarks.inside.parts import Parts
from benchmarks.sizes import Sizes
from benchmarks.timing import median_of, paired, timed
from core import clock
from core.actor import system
from demo.plan import SOURCE
from smart_products.catalogue.queries import read_terms, terms_in_force
from smart_products.catalogue.rules import PaperKind
from smart_products.catalogue.terms import Paper
from smart_products.signing.evidence.verifying import verify
from smart_products.signing.models import Contract, EvidenceRecord
from smart_products.signing.operations import export_evidence
from smart_products.signing.papers import render
from smart_products.signing.queries import read_document
from smart_products.signing.seals.configured import anchors, sealer
from tasks.generated_signers import Ready, chosen, prepare, walk

BY = system("bench")
TARGET = 1.3


def measure(sizes: Sizes) -> list[Figure]:
    """Return milliseconds of a signing beside the limit and by its parts, signings and packs judged a second."""
    waiting = islice(_ready(sizes), sizes.signings)
    first = next(waiting)
    walk(first, sealer(clock.now()), clock.now())
    people = list(waiting)
    least = _least()

    parts = Parts()

    def sign_next() -> None:
        walk(people.pop(), sealer(clock.now()), clock.now())

    with parts.watched():
        pair = paired(lambda: parts.run(sign_next), lambda: timed(least), len(people))
    pack = _pack()
    trust = anchors(clock.now())
    seconds = median_of(lambda: verify(pack, trust=trust), sizes.repeats)
    return [
        against("a signing with all its proof", pair.ours * 1e3, "ms", pair.theirs * 1e3, TARGET, pair.ratio),
        *parts.figures(),
        reported("signings, one core", 1 / pair.ours, "a second"),
        reported("packs of evidence judged, one core", 1 / seconds, "a second"),
    ]


def _ready(sizes: Sizes) -> Iterator[Ready]:
    """Yield clients who are registered and tested, and have not signed."""
    signed = set(Contract.objects.values_list("client_id", flat=True))
    for client in chosen(SOURCE, 2 * sizes.signings + 20, clock.shanghai_today()):
        found = None if client.pk in signed else prepare(client, clock.now())
        if found is not None:
            yield found


def _least() -> Callable[[], None]:
    """Return what renders, seals and stamps one agreement, and seals and stamps one pack."""
    terms = read_terms(terms_in_force(clock.shanghai_today())[0])
    paper: Paper = terms.paper(PaperKind.AGREEMENT)
    pack = read_document(EvidenceRecord.objects.order_by("-position")[0].pack_id)

    def run() -> None:
        at = clock.now()
        pdf = render(
            kind="agreement", language="zh", paper_title=paper.title.zh, body=paper.body.zh, fields={},
            reference=at.isoformat(), on=at.date(),
        )  # fmt: skip
        sealer(at).seal(pdf, reason="bench", at=at)
        sealer(at).seal_file(pack, at=at)

    return run


def _pack() -> bytes:
    """Return the last pack as it is handed out."""
    at = clock.now()
    code = EvidenceRecord.objects.order_by("-position")[0].subscription_code
    return export_evidence(subscription_code=code, sealer=sealer(at), by=BY, at=at)

"""A stranger's PDF is judged apart: as here, within limits, and nobody else waits for it."""

from __future__ import annotations

import threading
import time

import pytest

from smart_products.signing.judging import apart
from smart_products.signing.judging.apart import Busy, JudgeFailed, TooCostly, examine_apart
from smart_products.signing.seals.verifying import PaperReport, examine
from tests.signing import house
from tests.signing.seals.hostile import endless


def judged(pdf: bytes, language: str = "zh-hans") -> PaperReport:
    return examine_apart(pdf, anchors=house.anchors(), language=language)


@pytest.mark.parametrize("paper", [house.sealed, house.signed_and_sealed])
def test_what_is_judged_apart_is_judged_as_here(paper: object) -> None:
    pdf = paper() if callable(paper) else b""
    report = judged(pdf)
    assert report.ours
    assert report == examine(pdf, anchors=house.anchors())


def test_findings_come_in_the_language_of_who_asks() -> None:
    words = [judged(b"no paper", language).findings[0].words for language in ("en", "zh-hans")]
    assert words[0].startswith("this is no PDF")
    assert words[1].startswith("不是可读取的 PDF")


def test_a_file_that_would_take_for_ever_ends_and_others_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PROCESSOR_SECONDS", 3)
    monkeypatch.setattr(apart, "SECONDS", 300)
    ended: list[BaseException] = []

    def shown() -> None:
        try:
            judged(endless())
        except TooCostly as error:
            ended.append(error)

    stranger = threading.Thread(target=shown)
    stranger.start()
    time.sleep(0.5)
    assert judged(house.sealed()).ours
    assert stranger.is_alive()
    stranger.join(120)
    assert len(ended) == 1


def test_the_clock_ends_what_the_processor_did_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PROCESSOR_SECONDS", 600)
    monkeypatch.setattr(apart, "SECONDS", 2)
    with pytest.raises(TooCostly):
        judged(endless())


def test_memory_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MEMORY", 1024 * 1024)
    with pytest.raises(TooCostly):
        judged(house.sealed())


def test_only_so_many_are_judged_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 0)
    with apart._place(), apart._place(), pytest.raises(Busy):
        judged(house.sealed())
    assert judged(house.sealed()).ours


def test_a_judge_that_does_not_start_blames_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "ROOT", apart.ROOT / "docs")
    with pytest.raises(JudgeFailed, match="smart_products"):
        judged(house.sealed())

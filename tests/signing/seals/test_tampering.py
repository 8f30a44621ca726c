"""Every kind of tampering we know changes the file and is found; what was not tampered with passes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smart_products.signing.seals.verifying import PaperReport, as_issued, examine
from smart_products.signing.signer import Signer
from tests.effort import examples
from tests.signing import house
from tests.signing.seals.grafting import regrafted, seal_of
from tests.signing.seals.tampering import KINDS


def _examined(pdf: bytes) -> PaperReport:
    return examine(pdf, anchors=house.anchors())


def test_what_was_not_tampered_with_passes() -> None:
    report = _examined(house.sealed())
    assert (report.ours, report.level, report.findings) == (True, "B-LT", ())
    assert (report.stamped_at, report.marks[0].signed_at) == (house.AT, house.AT)


def test_a_paper_of_level_2_passes_and_names_both() -> None:
    report = _examined(house.signed_and_sealed())
    assert (report.ours, report.findings) == (True, ())
    assert [mark.role for mark in report.marks] == ["signer", "platform"]
    assert "欧阳娜" in report.marks[0].name


def test_there_are_at_least_thirty_kinds() -> None:
    assert len(KINDS) >= 30


@pytest.mark.parametrize("name", sorted(KINDS))
def test_tampering_is_found(name: str) -> None:
    tampered = KINDS[name](house.sealed())
    assert tampered != house.sealed()
    report = _examined(tampered)
    assert not report.ours
    assert report.findings


@pytest.mark.parametrize("name", sorted(KINDS))
def test_tampering_with_a_paper_of_level_2_is_found(name: str) -> None:
    tampered = KINDS[name](house.signed_and_sealed())
    assert tampered != house.signed_and_sealed()
    assert not _examined(tampered).ours


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("newline_behind", "coverage"),
        ("empty_revision", "revisions"),
        ("form_field_added", "revisions"),
        ("not_sealed_at_all", "no_seal"),
        ("bytes_after_the_seal_in_the_gap", "gap"),
        ("gap_in_small_letters", "gap"),
        ("range_below_zero", "byte_range"),
        ("seal_in_its_other_form", "seal_form"),
        ("certificate_added_to_the_seal", "seal_form"),
        ("seal_of_another_paper", "seal_broken"),
        ("attachment_replaced", "revisions"),
        ("stamp_of_another_seal", "stamp_broken"),
        ("stamp_of_a_stranger", "stamp_broken"),
        ("sealed_by_a_stranger", "not_trusted"),
        ("sealed_with_a_signers_certificate", "not_trusted"),
        ("sealed_with_the_stamps_certificate", "not_trusted"),
        ("sealed_after_the_certificate_expired", "not_trusted"),
        ("sealed_under_another_field_name", "order"),
        ("later_stamp_of_a_stranger", "stamp_broken"),
    ],
)
def test_the_finding_names_what_was_done(name: str, rule: str) -> None:
    assert rule in {finding.rule for finding in _examined(KINDS[name](house.sealed())).findings}


def test_a_stamp_taken_off_is_seen_by_the_register_of_what_was_handed_out() -> None:
    """Without its stamp a paper is whole at a lower level: only who kept the bytes can tell."""
    seal = seal_of(house.sealed())
    del seal["content"]["signer_infos"][0]["unsigned_attrs"]
    bare = regrafted(house.sealed(), seal.dump(force=True))
    assert bare != house.sealed()
    assert _examined(bare).level == "B-B"
    known = {house.sealed()}
    report = as_issued(examine(bare, anchors=house.anchors()), bare, known.__contains__)
    assert not report.ours
    assert report.findings[0].rule == "not_issued"
    assert as_issued(examine(house.sealed(), anchors=house.anchors()), house.sealed(), known.__contains__).ours


def test_each_signature_of_level_2_is_needed() -> None:
    alone = house.signers().sign(house.paper(), signer=Signer("欧阳娜", "C1"), reason="签约", at=house.AT)
    assert _examined(alone.pdf).findings[0].rule == "order"


def test_single_bytes_anywhere_are_found() -> None:
    whole, dice = house.sealed(), random.Random(7)
    for place in dice.sample(range(len(whole)), 60):
        changed = whole[:place] + bytes([whole[place] ^ (1 << dice.randrange(8))]) + whole[place + 1 :]
        assert not _examined(changed).ours, place


@pytest.mark.slow
@pytest.mark.parametrize("later", [False, True], ids=["sealed", "stamped again"])
def test_every_byte_around_and_in_the_seal_is_found(later: bool) -> None:
    whole = house.sealer().stamp_later(house.sealed(), at=house.AT) if later else house.sealed()
    start = (whole.rindex if later else whole.index)(b"/Contents <") - 300
    held = whole.index(b"0" * 200, start)  # where the padding begins, of which a sample will do
    for place in (*range(start, held + 100), *range(held, len(whole), 400), *range(len(whole) - 900, len(whole))):
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        assert not _examined(changed).ours, place


@examples(60)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    for pdf in (data, b"%PDF-1.7\n" + data, house.sealed()[:-200] + data):
        assert not _examined(pdf).ours

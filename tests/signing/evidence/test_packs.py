"""A pack answers from itself alone, and every byte, field and part that is not as it was is found and named."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smart_products.signing.evidence import canonical, container, packing
from smart_products.signing.evidence.contents import DocumentPart
from smart_products.signing.evidence.verifying import verify
from smart_products.signing.seals.keys import file_key
from smart_products.signing.seals.local import YEAR, issue
from smart_products.signing.seals.sealing import Sealer
from smart_products.signing.seals.trust import Anchors
from tests.signing import house
from tests.signing.evidence import packs
from tests.signing.evidence.packs import Parts, rewritten

FIELDS = packs.fields()
SAMPLE = random.Random(11).sample(FIELDS, 24)


def test_an_untouched_pack_passes_and_says_what_it_proves() -> None:
    report = verify(packs.whole())
    assert (report.ok, report.findings, report.trust) == (True, (), "inside")
    assert (report.subscription, report.level, report.position, report.head_day) == ("S1", "L1", 3, house.AT.date())
    assert (report.sealed_at, report.stamped_at) == (house.AT, house.AT)
    assert report.fingerprints == house.anchors().fingerprints()
    assert report.proof_until is not None
    assert report.proof_until > house.AT + timedelta(days=6 * 365)


def test_the_core_alone_passes_as_core_and_not_as_a_whole() -> None:
    assert verify(packs.core("S1").data, whole=False).ok
    assert {finding.part for finding in verify(packs.core("S1").data).findings} == {"export.json", "export.p7s"}


def test_a_pack_of_level_2_holds_the_signers_own_signature() -> None:
    report = verify(packs.core("S2", "L2").data, whole=False)
    assert (report.ok, report.level, report.licensed) == (True, "L2", False)


def test_any_program_opens_it() -> None:
    with zipfile.ZipFile(io.BytesIO(packs.whole())) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == sorted(opened.namelist())
        assert json.loads(opened.read("subscription.json"))["subscription"] == "S1"
        assert opened.read("documents/02-agreement.pdf") == house.sealed()


def _one_byte(place: int) -> bytes:
    whole = packs.whole()
    return whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :]


def test_bytes_anywhere_are_found_and_the_part_named() -> None:
    dice = random.Random(3)
    size = len(packs.whole())
    directory = packs.whole().index(b"PK\x01\x02")
    places = {*dice.sample(range(size), 300), *range(40), *dice.sample(range(directory, size), 300)}
    assert all(not verify(_one_byte(place)).ok for place in places)
    inside = packs.whole().index(house.sealed()) + 500
    assert verify(_one_byte(inside)).findings[0].part == "documents/02-agreement.pdf"
    assert verify(_one_byte(size - 1)).findings[0].part == "container"


@pytest.mark.slow
def test_every_byte_is_found() -> None:
    assert all(not verify(_one_byte(place)).ok for place in range(len(packs.whole())))


@pytest.mark.parametrize(
    "change",
    [
        lambda pack: pack + b"\0",
        lambda pack: pack + b"\n",
        lambda pack: b"\0" + pack,
        lambda pack: pack[:-1],
        lambda pack: pack[:-2] + b"\x01\x00!",
        lambda pack: pack[:100] + b"\0" + pack[100:],
        lambda pack: pack + pack,
        lambda pack: pack[:0],
        lambda pack: b"PK\x05\x06" + bytes(18) + pack[:0],
        lambda pack: pack[: len(pack) // 2],
    ],
)
def test_padding_and_cuts_are_found(change: Callable[[bytes], bytes]) -> None:
    assert verify(change(packs.whole())).findings[0].rule == "container"


@pytest.mark.parametrize("way", ["deflated", "dated", "commented", "reordered", "twice", "directory", "renamed"])
def test_the_same_parts_in_another_container_are_found(way: str) -> None:
    parts = container.read(packs.whole())
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED if way == "deflated" else zipfile.ZIP_STORED) as made:
        for name in sorted(parts, reverse=way == "reordered"):
            given = zipfile.ZipInfo(f"./{name}" if way == "renamed" else name, (2026, 1, 1, 0, 0, 0))
            made.writestr(name if way == "deflated" else given, parts[name])
        if way == "twice":
            with pytest.warns(UserWarning, match="Duplicate"):
                made.writestr("trust.json", parts["trust.json"])
        if way == "directory":
            made.mkdir("documents")
        if way == "commented":
            made.comment = b"a comment"
    assert verify(output.getvalue()).findings[0].rule == "container"


def _changed(name: str, path: tuple[Any, ...]) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        parts[name] = canonical.write(packs.with_other(canonical.read(parts[name]), path))

    return change


def _found(pack: bytes, name: str) -> bool:
    """Whether the pack is broken, and the part that was changed, or the list that holds it, is named."""
    report = verify(pack)
    named = {finding.part for finding in report.findings}
    return not report.ok and bool(named & {name, name.replace(".json", ".p7s"), "manifest.json", "export.json"})


@pytest.mark.parametrize(("name", "path"), SAMPLE, ids=str)
def test_a_field_that_changes_is_found_and_its_part_named(name: str, path: tuple[Any, ...]) -> None:
    assert _found(rewritten(_changed(name, path)), name)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "path"), FIELDS, ids=str)
def test_every_field_that_changes_is_found_also_when_the_lists_are_made_anew(name: str, path: tuple[Any, ...]) -> None:
    assert _found(rewritten(_changed(name, path)), name)
    if name not in {"manifest.json", "export.json"}:
        report = verify(rewritten(_changed(name, path), relisted=True))
        assert {"manifest.p7s", "export.p7s", "trust.json"} & {finding.part for finding in report.findings}


def test_there_is_much_to_change() -> None:
    assert len(FIELDS) > 100
    assert {name for name, _path in FIELDS} >= {"steps.json", "decision.json", "code-proof.json", "chain/record.json"}


NAMES = sorted(container.read(packs.whole()))


@pytest.mark.parametrize("name", NAMES)
def test_a_part_that_is_left_out_is_found(name: str) -> None:
    report = verify(rewritten(lambda parts: parts.__delitem__(name)))
    assert name in {finding.part for finding in report.findings}


@pytest.mark.parametrize("name", ["documents/03-more.pdf", "notes.txt", "stamps/0003.tst", "chain/more.json"])
def test_a_part_that_is_added_is_found(name: str) -> None:
    report = verify(rewritten(lambda parts: parts.update({name: b"{}\n"})))
    assert name in {finding.part for finding in report.findings}
    assert not verify(rewritten(lambda parts: parts.update({name: b"{}\n"}), relisted=True)).ok


def test_parts_that_change_places_are_found() -> None:
    def swap(parts: Parts) -> None:
        one, two = "documents/01-risk-disclosure.pdf", "documents/02-agreement.pdf"
        parts[one], parts[two] = parts[two], parts[one]

    assert {"documents/01-risk-disclosure.pdf", "documents/02-agreement.pdf"} <= {
        finding.part for finding in verify(rewritten(swap)).findings
    }


def test_a_forger_with_his_own_key_is_told_apart_by_trust_alone() -> None:
    """Sealed wholly anew by somebody else, a pack is whole in itself: whose it is, only fingerprints tell."""
    root = issue(None, "Local root of seal and stamp", until=house.AT + YEAR)
    own = issue(root, "Platform seal", until=house.AT + YEAR)
    theirs = Anchors((root.plain(),), (root.plain(),), ())
    forger = Sealer(file_key(own.key, [own.plain()]), theirs)
    agreement = lambda: forger.seal(house.paper(), reason="签约", at=house.AT).pdf  # noqa: E731 - one use
    made = packing.build(house.contents("S1", agreement), sealer=forger, at=house.AT)
    report = verify(made.data, whole=False)
    assert (report.ok, report.trust) == (True, "inside")
    assert report.fingerprints["seals"] != house.anchors().fingerprints()["seals"]
    given = verify(made.data, trust=house.anchors(), whole=False)
    assert "manifest.p7s" in {finding.part for finding in given.findings if finding.rule == "not_trusted"}
    assert verify(packs.whole(), trust=house.anchors()).ok


def _built(**other: Any) -> bytes:
    values = {name: getattr(house.contents(), name) for name in house.contents().__slots__} | other
    return packing.build(type(house.contents())(**values), sealer=house.sealer(), at=house.AT).data


def test_what_was_sealed_must_make_sense() -> None:
    usual = house.contents()
    first, second = usual.steps
    elsewhere = DocumentPart("agreement", _sha(house.sealed("SP-2026-000002")), house.sealed("SP-2026-000002"))
    wrong: dict[str, bytes] = {
        "steps out of order": _built(steps=(second, first)),
        "a step of another paper": _built(documents=(usual.documents[0], elsewhere)),
        "level 2 without the signer's signature": _built(level="L2"),
        "a licence without a certificate": _built(licensed=True),
        "no code": _built(code_proof={}),
        "an agreement without its seal": _built(
            documents=(usual.documents[0], DocumentPart("agreement", _sha(house.paper()), house.paper()))
        ),
    }
    for what, pack in wrong.items():
        assert not verify(pack, whole=False).ok, what
    assert verify(_built(), whole=False).ok


def test_level_1_with_a_signers_signature_is_no_level_1() -> None:
    made = packing.build(house.contents("S1", house.signed_and_sealed, "L1"), sealer=house.sealer(), at=house.AT)
    assert "level" in {finding.rule for finding in verify(made.data, whole=False).findings}


def test_a_pack_keeps_its_place() -> None:
    other = packs.place("S9")
    pack = packing.export(packs.core("S1").data, place=other, stamps=(), sealer=house.sealer(), at=house.AT)
    assert "other_pack" in {finding.rule for finding in verify(pack).findings}


def test_stamps_of_later_years_must_follow_each_other_in_time() -> None:
    expired = verify(packs.core("S1").data, whole=False).proof_until
    assert expired is not None
    late = house.sealer().stamp_file(packing.stamped(packs.core("S1").data, []), at=expired - timedelta(days=1))
    for stamps, fits in (((late.token,), True), ((packs.stamps()[1],), False)):
        pack = packing.export(
            packs.core("S1").data, place=packs.place("S1"), stamps=stamps, sealer=house.sealer(), at=house.AT
        )
        assert verify(pack).ok == fits


def test_a_document_with_another_digest_is_refused() -> None:
    with pytest.raises(ValueError, match="digest"):
        DocumentPart("agreement", "0" * 64, b"x")


@pytest.mark.parametrize("value", [1.5, {1: "x"}, object(), b"x", house.AT.replace(tzinfo=None)])
def test_what_has_no_one_way_to_be_written_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical.write({"value": value})


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(st.characters(codec="utf-8")), inside),
)


@given(PLAIN)
def test_the_one_way_is_that_of_the_standard_encoder(value: Any) -> None:
    written = canonical.write(value)
    assert written == f"{json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2)}\n".encode()
    assert canonical.read(written) == value


@pytest.mark.parametrize("data", [b"{}", b'{"a": 1}\n', b'{\n  "b": 1,\n  "a": 1\n}\n', b"[1.0]\n", b"NaN\n", b"\xff"])
def test_json_written_another_way_is_no_evidence(data: bytes) -> None:
    with pytest.raises(canonical.NotCanonical):
        canonical.read(data)


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "a/b/c", "A", "a b", "", "a\\b", "é"])
def test_a_part_has_a_plain_name(name: str) -> None:
    with pytest.raises(container.ContainerError):
        container.write({name: b""})


def _sha(data: bytes) -> str:
    return packing.listed({"x": data})["x"]["sha256"]  # type: ignore[return-value]

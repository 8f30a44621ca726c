"""A chain of evidence that was tampered with: what was done is found and located, whoever can write the rows."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from core.chaining import extend
from core.files import path_of
from smart_products.signing.evidence.chain import START
from smart_products.signing.models import EvidenceRecord
from smart_products.signing.queries import evidence_list, read_document
from smart_products.signing.queries.chain import verify_chain
from smart_products.signing.queries.evidence import DamagedDocument, link_of
from tests.signing import house
from tests.signing.evidence.chains import FIRST, SECOND, as_owner, found, six_links_under_two_heads

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, list[EvidenceRecord]]]:
    """One chain for all tests here, in a transaction around theirs, with its folders."""
    place = tmp_path_factory.mktemp("chain")
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        # As Django's own TestCase does, so that operations may ask for a transaction of their own.
        outer._from_testcase = True  # type: ignore[attr-defined]
        with outer, override_settings(DOCUMENTS_DIR=place / "documents", ANCHOR_DIR=place / "anchors"):
            yield place, six_links_under_two_heads()
            transaction.set_rollback(True)


@pytest.fixture
def chain(kept: tuple[Path, list[EvidenceRecord]], settings: Settings, tmp_path: Path) -> list[EvidenceRecord]:
    """The chain, with folders that the test may spoil."""
    place, rows = kept
    shutil.copytree(place, tmp_path / "chain")
    settings.DOCUMENTS_DIR, settings.ANCHOR_DIR = tmp_path / "chain" / "documents", tmp_path / "chain" / "anchors"
    return rows


def test_an_untouched_chain_is_whole(chain: list[EvidenceRecord]) -> None:
    assert verify_chain(anchors=house.anchors(), packs=True) == []
    assert [row.position for row in chain] == [1, 2, 3, 4, 5, 6]
    assert chain[0].previous == START
    assert [one.head_day for one in evidence_list()] == [FIRST] * 4 + [SECOND] * 2


EDITS = [
    "subscription_code = 'other'",
    "at = at + interval '1 second'",
    "previous = repeat('a', 64)",
    "digest = repeat('a', 64)",
    "signature = '\\x00'",
    "position = 9",
]


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_located(chain: list[EvidenceRecord], edit: str) -> None:
    as_owner(f"UPDATE signing_evidencerecord SET {edit} WHERE position = 3")
    assert "position 3" in {part for part, _rule in found()}


def test_another_pack_in_a_link_is_located(chain: list[EvidenceRecord]) -> None:
    as_owner(
        "UPDATE signing_evidencerecord SET pack_id = (SELECT pack_id FROM signing_evidencerecord"
        " WHERE position = 1) WHERE position = 4"
    )
    assert found() == {("position 4", "edited")}


def test_a_deleted_link_is_located(chain: list[EvidenceRecord]) -> None:
    as_owner("DELETE FROM signing_evidencerecord WHERE position = 3")
    assert {("position 3", "deleted"), ("position 4", "unlinked")} <= found()


def test_a_deleted_link_whose_followers_move_up_is_located(chain: list[EvidenceRecord]) -> None:
    as_owner(
        "DELETE FROM signing_evidencerecord WHERE position = 3",
        *(f"UPDATE signing_evidencerecord SET position = {to - 1} WHERE position = {to}" for to in (4, 5, 6)),
    )
    assert {("position 3", "unlinked"), ("position 3", "edited")} <= found()
    assert ("position 6", "truncated") in found()


def test_an_inserted_link_is_located(chain: list[EvidenceRecord]) -> None:
    columns = "pack_id, certificate_id, signature, at, time_stamped, proof_until"
    as_owner(
        *(f"UPDATE signing_evidencerecord SET position = {to + 1} WHERE position = {to}" for to in (6, 5, 4)),
        "INSERT INTO signing_evidencerecord (position, subscription_code, previous, digest, " + columns + ")"
        " SELECT 4, 'S99', digest, repeat('b', 64), " + columns + " FROM signing_evidencerecord WHERE position = 3",
    )
    assert {("position 4", "edited"), ("position 5", "unlinked")} <= found()


def test_links_that_change_places_are_located(chain: list[EvidenceRecord]) -> None:
    as_owner(
        "UPDATE signing_evidencerecord SET position = 90 WHERE position = 2",
        "UPDATE signing_evidencerecord SET position = 2 WHERE position = 3",
        "UPDATE signing_evidencerecord SET position = 3 WHERE position = 90",
    )
    assert {("position 2", "unlinked"), ("position 3", "unlinked")} <= found()


def test_a_chain_cut_short_is_located_by_its_head(chain: list[EvidenceRecord]) -> None:
    as_owner("DELETE FROM signing_evidencerecord WHERE position > 4")
    assert found() == {("position 5", "truncated")}
    as_owner("DELETE FROM signing_evidencehead WHERE position > 4", table="signing_evidencehead")
    assert ("position 5", "truncated") in found()
    as_owner("DELETE FROM signing_evidencerecord")
    assert ("position 1", "truncated") in found()


def _written_anew(sign: Callable[[str], bytes]) -> None:
    """Change link 3 and make every later digest fit again."""
    previous = START
    for row in EvidenceRecord.objects.order_by("position"):
        code = "forged" if row.position == 3 else row.subscription_code
        link = replace(link_of(row), subscription=code, previous=previous)
        digest = extend(previous, link.leaf())
        signature = bytes(row.signature) if digest == row.digest else sign(digest)
        as_owner(
            f"UPDATE signing_evidencerecord SET subscription_code = '{code}', previous = '{previous}',"
            f" digest = '{digest}', signature = '\\x{signature.hex()}' WHERE position = {row.position}"
        )
        previous = digest


def test_who_makes_all_later_digests_anew_still_lacks_the_key(chain: list[EvidenceRecord]) -> None:
    _written_anew(lambda _digest: b"\x30\x06\x02\x01\x01\x02\x01\x01")
    told = found()
    assert {(f"position {number}", "signature_broken") for number in (3, 4, 5, 6)} <= told
    assert not {part for part, rule in told if rule in {"edited", "unlinked"}}


def test_who_has_the_key_as_well_meets_the_sealed_heads(chain: list[EvidenceRecord]) -> None:
    _written_anew(lambda digest: house.sealer().sign_raw(digest.encode()))
    assert found() == {("position 1", "rewritten")}


def test_what_was_written_anew_lies_between_two_heads(chain: list[EvidenceRecord]) -> None:
    """Only links after the first head are forged: the finding says where to look."""
    row = EvidenceRecord.objects.get(position=6)
    link = replace(link_of(row), subscription="forged")
    digest = extend(row.previous, link.leaf())
    as_owner(
        f"UPDATE signing_evidencerecord SET subscription_code = 'forged', digest = '{digest}',"
        f" signature = '\\x{house.sealer().sign_raw(digest.encode()).hex()}' WHERE position = 6"
    )
    assert found() == {("position 5", "rewritten")}


def test_heads_that_are_gone_or_changed_are_found(chain: list[EvidenceRecord], settings: Settings) -> None:
    folder: Path = settings.ANCHOR_DIR
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / f"{FIRST}.json").unlink()
    assert {(f"head {FIRST}", "head_missing"), (f"head {SECOND}", "head_missing")} == found()
    for name, data in kept.items():
        (folder / name).write_bytes(data)
    changed = kept[f"{FIRST}.json"].replace(b'"position": 4', b'"position": 3')
    (folder / f"{FIRST}.json").write_bytes(changed)
    assert {(f"head {FIRST}", "seal_broken"), (f"head {FIRST}", "head_row")} <= found()
    (folder / f"{FIRST}.json").write_bytes(b"{}\n")
    assert (f"head {FIRST}", "head_unreadable") in found()
    shutil.rmtree(folder)
    assert {(f"head {FIRST}", "head_missing"), (f"head {SECOND}", "head_missing")} == found()


def test_bytes_of_a_pack_that_change_or_go_are_found(chain: list[EvidenceRecord], settings: Settings) -> None:
    path = path_of(settings.DOCUMENTS_DIR, chain[2].pack_id)
    path.write_bytes(path.read_bytes()[:-1])
    found = verify_chain(anchors=house.anchors(), packs=True)
    assert [(one.part, one.rule) for one in found] == [("position 3", "pack")]
    with pytest.raises(DamagedDocument):
        read_document(chain[2].pack_id)
    path.unlink()
    with pytest.raises(DamagedDocument):
        read_document(chain[2].pack_id)

"""The survey of bytes: what it counts does not depend on where blocks are cut, and it never calls plain what is not."""

from __future__ import annotations

import csv
import hashlib
import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smart_products.holdings.reading import dialect, survey
from smart_products.holdings.reading.faults import FeedError
from smart_products.holdings.reading.manifest import FileEntry
from tests.effort import examples

ENTRY = FileEntry("units.csv", "units", "csv", "utf-8", "full", 0, "", {}, None)


def _survey(path: Path, content: bytes, encoding: str = "utf-8") -> survey.Survey:
    path.write_bytes(content)
    return survey.survey(path, encoding)


@pytest.mark.parametrize("chunk", [1 << 10, 4096, survey.CHUNK])
def test_counts_do_not_depend_on_the_blocks(chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "CHUNK", chunk)
    line = 'a,"x,\r\n""y"",中",1.50\n'
    content = ("h,i,j\n" + line * 2_000).encode()
    found = _survey(tmp_path / "f.csv", content)
    assert (found.records, found.commas, found.quotes) == (2_000, 4_002, 12_000)
    assert (found.returns, found.blank_lines, found.bad_text_line) == (0, False, None)
    assert found.even_ends
    assert not dialect.suspicious(found, 3)
    assert (found.sha256, found.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert survey.digest(tmp_path / "f.csv") == (found.sha256, found.size)


@pytest.mark.parametrize("chunk", [1 << 10, survey.CHUNK])
@pytest.mark.parametrize(
    ("bad", "line"), [(b"\xff", 1_502), (b"\x00", 1_502), ("中".encode()[:2], 1_502)], ids=["ff", "nul", "half"]
)
def test_the_line_of_a_bad_byte(
    bad: bytes, line: int, chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "CHUNK", chunk)
    lines = [b"h,i\n", *["中,2\n".encode()] * 3_000]
    lines[line - 1] = b"x" + bad + b",2\n"
    found = _survey(tmp_path / "f.csv", b"".join(lines))
    assert line in {found.nul_line, found.bad_text_line}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a,b\nX,1.50\n", True),
        ("a,b\nX,1.5\n", True),
        ("a,b\nX,1.5", True),
        ("a,b\nX,150\n", True),
        ("a,b\r\nX,1.50\r\n", True),
        ("a,b\nX,1.505\n", False),
        ("a,b\nX,.50\n", False),
        ("a,b\nX,-.50\n", False),
        ("a,b\nX,5.\n", False),
        ("a,b\nX,5.", False),
        ("a,b\n.5,X\n", False),
        ("a,b\nX.Y,1.50\n", False),
        ('a,b\n"X",1.50\n', False),
        ("a,b\n\nX,1.50\n", False),
        ("\na,b\nX,1.50\n", False),
        ("a,b\nX,1.50\n\n", False),
        ("a,b\nX,１.50\n", False),
        ("a,b\nX,1.50\rY\n", False),
        ("\ufeffa,b\nX,1.50\n", False),
    ],
)
def test_plain_is_what_leaves_no_room(text: str, plain: bool, tmp_path: Path) -> None:
    assert _survey(tmp_path / "f.csv", text.encode()).plain is plain


def test_suspect_bytes_are_counted_after_the_header(tmp_path: Path) -> None:
    found = _survey(tmp_path / "f.csv", b"the value,e\nA e,1e5\nE_,+1\n")
    assert found.suspects == {ord(" "): 1, ord("e"): 2, ord("E"): 1, ord("_"): 1, ord("+"): 1}


AMOUNT = st.one_of(
    st.decimals(-(10**13), 10**13, places=2).map(str),
    st.text("0123456789.-", min_size=1, max_size=8),
)


@examples(300)
@given(amounts=st.lists(AMOUNT, min_size=1, max_size=6))
def test_no_point_of_a_plain_file_can_be_misread(amounts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "points.csv"
    found = _survey(path, ("n,v\n" + "".join(f"A,{amount}\n" for amount in amounts)).encode())
    for amount in amounts:
        whole, point, part = amount.partition(".")
        if found.plain and point and "." not in part:
            assert whole[-1:].isdigit()
            assert len(part) in {1, 2}
            assert part.isdigit()
    if all(_right(amount) for amount in amounts):
        assert found.plain


def _right(amount: str) -> bool:
    whole, point, part = amount.removeprefix("-").partition(".")
    return whole.isdigit() and (not point or (part.isdigit() and len(part) <= 2)) and bool(Decimal(amount) + 1)


FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=8)


@examples(150)
@given(rows=st.lists(st.lists(FIELD, min_size=2, max_size=4), min_size=1, max_size=8))
def test_the_exact_pass_names_physical_lines(rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    lines = []
    writer.writerow(["h", "i", "j"])
    for row in rows:
        lines.append(out.getvalue().count("\n") + 1)
        writer.writerow(row)
    (folder / "exact.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    found = dialect.exact(folder / "exact.csv", ENTRY, 3, folder)
    with (
        found.path.open(encoding="utf-8", newline="") as kept,
        found.refused.open(encoding="utf-8", newline="") as wrong,
    ):
        right = {int(line): fields for line, *fields in csv.reader(kept)}
        refused = [int(line) for line, _ in csv.reader(wrong)]
    expected = dict(zip(lines, rows, strict=True))
    assert right == {line: row for line, row in expected.items() if len(row) == 3}
    assert refused == [line for line, row in expected.items() if len(row) != 3]
    assert found.records == len(rows)


def test_a_file_that_vanishes_or_changes_while_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(FeedError) as caught:
        dialect.check_integrity(ENTRY, "0" * 64, rows=3)
    assert [refusal.rule for refusal in caught.value.refusals] == ["hash_differs", "row_count_differs"]

"""From bytes to records: encoding, header and the CSV dialect, strictly.

Owns what makes a file readable at all, and the slow exact pass that names the line of a
structural fault. Never looks at what a field means; a file that cannot be trusted is
refused whole, because a lost quote or a wrong encoding may hide rows.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from smart_products.holdings.reading.columns import KINDS
from smart_products.holdings.reading.faults import FeedError, Refusal, refuse
from smart_products.holdings.reading.manifest import FileEntry
from smart_products.holdings.reading.survey import Survey
from smart_products.holdings.reading.totals import row_count

FIELD_LIMIT = 64 << 10
"""Characters of a field."""
ROW_LIMIT = 200_000
"""Characters of a row: in UTF-8, with every quote doubled, still below the longest line that DuckDB takes."""
HEADER_LIMIT = 64 << 10
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file in their own order, and what was remarked about them."""

    names: tuple[str, ...]
    warnings: tuple[Refusal, ...] = ()

    @property
    def unknown(self) -> tuple[str, ...]:
        return tuple(warning.column for warning in self.warnings if warning.rule == "unknown_column")


@dataclass(slots=True)
class Exact:
    """What the exact pass wrote: records with their line, and those of a wrong number of fields."""

    path: Path
    refused: Path
    records: int = 0
    wrong: int = 0


def check_integrity(entry: FileEntry, sha256: str, *, rows: int | None) -> None:
    """Raise FeedError for another hash than declared, naming another number of rows too if it is known."""
    if sha256 != entry.sha256:
        refusals = [Refusal(entry.name, None, "", "hash_differs", sha256)]
        if rows is not None and rows != entry.rows:
            refusals.append(row_count(entry, rows))
        raise FeedError(refusals)


def promising(path: Path) -> bool:
    """Whether the start of a file lets hope that its survey will find it plain."""
    with path.open("rb") as file:
        head = file.read(HEADER_LIMIT)
    return head.isascii() and b'"' not in head and b"\0" not in head


def check_bytes(path: Path, entry: FileEntry, found: Survey) -> None:
    """Raise FeedError for bytes that are no text of the declared encoding, or of no single dialect."""
    if found.size == 0:
        raise refuse(entry.name, "empty_file")
    if found.wide:
        raise refuse(entry.name, "utf16", line=1)
    if found.bad_text_line is not None:
        raise refuse(entry.name, "wrong_encoding", line=found.bad_text_line, value=entry.encoding)
    if found.nul_line is not None:
        raise refuse(entry.name, "nul_byte", line=found.nul_line)
    if entry.encoding == "gb18030" and found.cjk_utf8:
        # GB18030 decodes nearly anything; Chinese text throughout, read as UTF-8, is no accident.
        raise refuse(entry.name, "wrong_encoding", line=_first_wide_line(path), value="utf-8")
    if not found.even_ends:
        raise refuse(entry.name, "mixed_line_ends", line=_odd_line(path))


def _first_wide_line(path: Path) -> int | None:
    with path.open("rb") as file:
        return next((number for number, line in enumerate(file, 1) if not line.isascii()), None)


def _odd_line(path: Path) -> int | None:
    """Return the first line, outside quotes, that ends otherwise than the first one or holds a lone CR."""
    inside = False
    wanted: bool | None = None
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            bare = line.removesuffix(b"\n").removesuffix(b"\r")
            ends_inside = inside ^ (line.count(b'"') % 2 == 1)
            if b"\r" in b"".join(bare.split(b'"')[1 if inside else 0 :: 2]):
                return number
            if line.endswith(b"\n") and not ends_inside:
                crlf = line.endswith(b"\r\n")
                wanted = crlf if wanted is None else wanted
                if crlf != wanted:
                    return number
            inside = ends_inside
    return None


def as_utf8(path: Path, entry: FileEntry, found: Survey, scratch: Path) -> Path:
    """Return a path to the same text in UTF-8; a GB18030 file is transcoded strictly into `scratch`."""
    if entry.encoding == "utf-8" or found.ascii:
        return path
    target = scratch / f"{entry.kind}.utf8.csv"
    decoder = codecs.getincrementaldecoder("gb18030")("strict")
    with path.open("rb") as source, target.open("wb") as out:
        first = True
        while block := source.read(_BLOCK):
            text = decoder.decode(block)
            out.write((text.removeprefix("\ufeff") if first else text).encode())
            first = False
        out.write(decoder.decode(b"", True).encode())
    return target


def header(path: Path, entry: FileEntry) -> Header:
    """Read the header of a CSV file in UTF-8; raise FeedError as check_header does."""
    with path.open("rb") as file:
        start = file.read(HEADER_LIMIT).decode("utf-8-sig", errors="ignore")
    try:
        names = next(csv.reader(io.StringIO(start, newline=""), strict=True), [])
    except csv.Error as error:
        raise refuse(entry.name, "bad_quote", line=1) from error
    return check_header(names, entry, line=1)


def check_header(names: Sequence[str], entry: FileEntry, *, line: int | None) -> Header:
    """Compare column names with the format.

    Raises FeedError (duplicate_column, missing_column) with every such column; unknown ones are warnings.
    """
    known = {column.name: column for column in KINDS[entry.kind]}
    twice = sorted({name for name in names if names.count(name) > 1})
    missing = [name for name, column in known.items() if column.required and name not in names]
    refusals = [Refusal(entry.name, line, name, "duplicate_column") for name in twice]
    refusals += [Refusal(entry.name, line, name, "missing_column") for name in missing]
    if refusals:
        raise FeedError(refusals)
    unknown = [Refusal(entry.name, line, name, "unknown_column") for name in names if name not in known]
    return Header(tuple(names), tuple(unknown))


def suspicious(found: Survey, width: int) -> bool:
    """Whether the structure needs the exact pass: odd commas, blank lines, an open quote, a very long line."""
    return (
        found.blank_lines
        or found.long_run
        or found.quotes % 2 == 1
        or found.commas != (width - 1) * (found.records + 1)
    )


def exact(path: Path, entry: FileEntry, width: int, scratch: Path) -> Exact:
    """Read every record with its physical line and write them to `scratch`, the line as first field.

    Records of a wrong number of fields go to a second file (line, text). Blank lines at the end of
    the file are no records. Raises FeedError for a quote that is wrong or open, and an over-long field.
    """
    result = Exact(scratch / f"{entry.kind}.exact.csv", scratch / f"{entry.kind}.refused.csv")
    with (
        path.open(encoding="utf-8-sig", newline="\n") as source,
        result.path.open("w", encoding="utf-8", newline="") as kept,
        result.refused.open("w", encoding="utf-8", newline="") as wrong,
    ):
        keep, refuse_row = csv.writer(kept, lineterminator="\n"), csv.writer(wrong, lineterminator="\n")
        reader = csv.reader(source, strict=True)
        blank: list[int] = []
        line = 1
        try:
            for number, fields in enumerate(reader):
                start, line = line, reader.line_num + 1
                if number == 0:
                    continue
                if not fields:
                    blank.append(start)
                    continue
                for blank_line in blank:
                    refuse_row.writerow((blank_line, ""))
                result.wrong += len(blank)
                result.records += len(blank) + 1
                blank.clear()
                _measure(entry, fields, start)
                if len(fields) == width:
                    keep.writerow((start, *fields))
                else:
                    refuse_row.writerow((start, ",".join(fields)[:200]))
                    result.wrong += 1
        except csv.Error as error:
            raise refuse(entry.name, _quote_rule(str(error)), line=line) from error
    return result


def _measure(entry: FileEntry, fields: Sequence[str], line: int) -> None:
    sizes = [len(field) for field in fields]
    if max(sizes) > FIELD_LIMIT:
        raise refuse(entry.name, "field_too_long", line=line, value=f"{max(sizes)} > {FIELD_LIMIT}")
    if sum(sizes) > ROW_LIMIT:
        raise refuse(entry.name, "row_too_long", line=line, value=f"{sum(sizes)} > {ROW_LIMIT}")


def _quote_rule(message: str) -> str:
    if "field larger" in message:
        return "field_too_long"
    return "unclosed_quote" if "unexpected end" in message else "bad_quote"

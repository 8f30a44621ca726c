"""One pass over the bytes of a file: its hash, its records, and what makes it unsafe to read.

Owns what can be said of bytes before they are rows: hash, size, encoding, line ends, quotes,
NUL, over-long fields, and whether amounts stand so plainly that a typed reader cannot misread
them. Never interprets a column; numpy does the counting because a file may have gigabytes.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

CHUNK = 96 << 10
"""Bytes surveyed at once: below the size from which malloc maps fresh pages, which doubled the time."""
LONG = 1 << 15
"""Bytes without a line end after which fields must be measured one by one."""

# What a typed reader would take for part of a number and our format refuses: blanks, signs, exponents.
SUSPECTS = b" \t\v\fEe+_"

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Survey:
    """What one pass over a CSV file saw; counts leave out what stands inside quotes."""

    size: int = 0
    sha256: str = ""
    line_ends: int = 0
    returns: int = 0
    """CR outside quotes."""
    pairs: int = 0
    """CR LF outside quotes."""
    commas: int = 0
    quotes: int = 0
    blank_lines: bool = False
    ends_with_line_end: bool = True
    long_run: bool = False
    nul_line: int | None = None
    bad_text_line: int | None = None
    ascii: bool = True
    cjk_utf8: bool = False
    """Not ASCII, and all of it Chinese text when read as UTF-8."""
    mark: bool = False
    """Starts with a byte order mark."""
    wide: bool = False
    """Looks like UTF-16 or UTF-32."""
    exact_points: bool = True
    """Each point has a digit before it and one or two, then a separator, after it."""
    suspects: dict[int, int] = field(default_factory=dict)
    """How often each of SUSPECTS stands after the header."""

    @property
    def records(self) -> int:
        """Records after the header, if the file has neither blank lines nor an open quote."""
        return max(self.line_ends + (not self.ends_with_line_end) - 1, 0)

    @property
    def even_ends(self) -> bool:
        """All LF, or all CR LF."""
        return self.returns == self.pairs and self.pairs in {0, self.line_ends}

    @property
    def plain(self) -> bool:
        """Rows and lines are the same, and no amount can be misread by a typed reader."""
        return (
            self.ascii
            and self.exact_points
            and not (self.quotes or self.mark or self.blank_lines or self.long_run)
            and self.nul_line is None
            and self.even_ends
        )


def digest(path: Path) -> tuple[str, int]:
    """Return SHA-256 and size in bytes of a file."""
    total = hashlib.sha256()
    size = 0
    with path.open("rb", buffering=0) as file:
        while block := file.read(CHUNK):
            total.update(block)
            size += len(block)
    return total.hexdigest(), size


def survey(path: Path, encoding: str) -> Survey:
    """Read a CSV file once; `encoding` is `utf-8` or `gb18030`. Never raises for what the bytes hold."""
    found = Survey()
    total = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        scan = _Scan(found, encoding)
        for block in _blocks(file, total):
            scan.block(block)
        scan.close()
    found.sha256 = total.hexdigest()
    return found


def _blocks(file: BinaryIO, total: hashlib._Hash) -> Iterator[bytes]:
    """Yield whole lines of about CHUNK bytes each, so that no number is cut; a longer line comes in parts."""
    rest = b""
    while block := file.read(CHUNK):
        total.update(block)
        cut = block.rfind(b"\n") + 1
        if cut == 0 and len(rest) < 4 * CHUNK:
            rest += block
            continue
        yield rest + block[:cut]
        rest = block[cut:]
    if rest:
        yield rest


class _Scan:
    """The state that passes from block to block."""

    def __init__(self, found: Survey, encoding: str) -> None:
        self.found = found
        self.lines_before = 0
        self.inside = 0
        self.previous = b""
        self.decoder = codecs.getincrementaldecoder(encoding)("strict")
        self.as_utf8: codecs.IncrementalDecoder | None = None
        if encoding == "gb18030":
            self.as_utf8 = codecs.getincrementaldecoder("utf-8")("strict")
        self.header_done = False

    def block(self, block: bytes) -> None:
        found = self.found
        if found.size == 0:
            self._opening(block)
        found.size += len(block)
        self._text(block)
        if found.nul_line is None and b"\0" in block:
            found.nul_line = self.lines_before + block.count(b"\n", 0, block.index(b"\0")) + 1
        array = np.frombuffer(block, np.uint8)
        ends: Mask = array == 10
        lines = int(np.count_nonzero(ends))
        if self.inside or b'"' in block:
            self._quoted(array)
        else:
            found.line_ends += lines
            self._unquoted(block, array, ends)
        if found.plain:
            self._amounts(block, array)
        self._runs(block)
        self.lines_before += lines
        self.previous = block[-2:]

    def close(self) -> None:
        found = self.found
        found.ends_with_line_end = self.previous.endswith(b"\n")
        if self.inside:
            found.quotes |= 1
        if found.bad_text_line is None:
            self._decoded(b"", final=True)

    def _opening(self, block: bytes) -> None:
        head = block[:64]
        found = self.found
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or (
            len(head) >= 4 and (not any(head[1::2]) or not any(head[0::2]))
        ):
            found.wide = True
        found.mark = head.startswith((codecs.BOM_UTF8, b"\x84\x31\x95\x33"))

    def _text(self, block: bytes) -> None:
        if block.isascii():
            return
        self.found.ascii = False
        if self.found.bad_text_line is None:
            self._decoded(block)

    def _decoded(self, block: bytes, *, final: bool = False) -> None:
        found = self.found
        try:
            text = self.decoder.decode(block, final)
        except UnicodeDecodeError as error:
            found.bad_text_line = self.lines_before + error.object.count(b"\n", 0, error.start) + 1
            return
        if "\ufffe" in text:
            found.wide = True
        if self.as_utf8:
            try:
                wide = {char for char in self.as_utf8.decode(block, final) if not char.isascii()}
            except UnicodeDecodeError:
                self.as_utf8, found.cjk_utf8 = None, False
            else:
                chinese = all("\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef" for char in wide)
                found.cjk_utf8 = (found.cjk_utf8 or bool(wide)) and chinese
                if not chinese:
                    self.as_utf8 = None

    def _unquoted(self, block: bytes, array: Bytes, ends: Mask) -> None:
        found = self.found
        found.commas += int(np.count_nonzero(array == 44))
        if b"\r" in block or self.previous.endswith(b"\r"):
            found.returns += block.count(b"\r")
            found.pairs += block.count(b"\r\n")
            found.blank_lines |= b"\n\r\n" in block
        found.blank_lines |= block.startswith((b"\n", b"\r\n")) or bool((ends[1:] & ends[:-1]).any())

    def _quoted(self, array: Bytes) -> None:
        """Count what stands outside quotes; a doubled quote closes and opens again, which keeps the parity."""
        found = self.found
        quote = array == 34
        inside = ((np.cumsum(quote, dtype=np.uint8) + np.uint8(self.inside)) & 1).astype(bool)
        outside = array[~inside]
        found.quotes += int(np.count_nonzero(quote))
        self.inside = int(inside[-1])
        # A closing quote is among what is kept, so that a line of one empty quoted field is no blank line.
        kept = outside.tobytes()
        found.line_ends += int(np.count_nonzero(outside == 10))
        found.commas += int(np.count_nonzero(outside == 44))
        found.returns += int(np.count_nonzero(outside == 13))
        found.pairs += kept.count(b"\r\n")
        seam = self.previous[-1:] + kept
        found.blank_lines |= b"\n\n" in seam or b"\n\r\n" in seam

    def _amounts(self, block: bytes, array: Bytes) -> None:
        found = self.found
        start = 0 if self.header_done else block.find(b"\n") + 1
        self.header_done = True
        for suspect in SUSPECTS:
            if block.find(suspect, start) >= 0:
                count = int(np.count_nonzero(array[start:] == suspect))
                found.suspects[suspect] = found.suspects.get(suspect, 0) + count
        found.exact_points &= _points_exact(np.concatenate((array[start:], _PADDING)))

    def _runs(self, block: bytes) -> None:
        """Notice a stretch without a line end, in which a field could be over-long."""
        if self.found.long_run:
            return
        for start in range(0, len(block) - LONG + 1, LONG):
            if block.find(b"\n", start, start + LONG) < 0:
                self.found.long_run = True
                return


_PADDING = np.array([10, 10, 10, 10], np.uint8)


def _points_exact(array: Bytes) -> bool:
    """Whether each point is followed by one or two digits and a separator, and preceded by a digit."""
    digit: Mask = (array - np.uint8(48)) < 10
    ends: Mask = (array == 44) | (array == 10) | (array == 13)
    point: Mask = array == 46
    if point[0]:
        return False
    right = digit[2:-2] & (ends[3:-1] | (digit[3:-1] & ends[4:]))
    return not bool((point[1:-3] & ~(right & digit[:-4])).any())

"""The characters that a paper can show: those that both fonts have and that act in no hidden way.

Any other is printed as its number, so that what is stored is what is read.
"""

from __future__ import annotations

import functools
import struct
import unicodedata
from pathlib import Path

from pylopdf_fonts_zh_cn import sans_path, serif_path

_FORMAT_12 = 12
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_ALLOWED = {"\t", "\n"}


def readable(text: str) -> str:
    """Return the text with every character that can not be printed shown by its number, as in `[U+20BB7]`."""
    known = _printable()
    return "".join(
        letter
        if letter in _ALLOWED or (ord(letter) in known and unicodedata.category(letter) not in _UNSEEN)
        else f"[U+{ord(letter):04X}]"
        for letter in text
    )


@functools.cache
def _printable() -> frozenset[int]:
    """Return the characters that both fonts have."""
    return frozenset(_characters(sans_path()) & _characters(serif_path()))


def _characters(font: Path) -> set[int]:
    """Return the characters an OpenType font maps to a glyph, by its table `cmap` of format 12."""
    data = font.read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    records = [struct.unpack_from(">4sIII", data, 12 + 16 * index) for index in range(tables)]
    start = next(offset for tag, _check, offset, _length in records if tag == b"cmap")
    (maps,) = struct.unpack_from(">H", data, start + 2)
    found: set[int] = set()
    for index in range(maps):
        _platform, _encoding, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * index)
        (form,) = struct.unpack_from(">H", data, start + offset)
        if form != _FORMAT_12:
            continue
        (groups,) = struct.unpack_from(">I", data, start + offset + 12)
        for group in range(groups):
            first, last, _glyph = struct.unpack_from(">III", data, start + offset + 16 + 12 * group)
            found.update(range(first, last + 1))
    return found

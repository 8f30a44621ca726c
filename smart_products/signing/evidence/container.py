"""The container of a pack: a ZIP file that has exactly one way to be written.

Names sorted, nothing compressed, fixed dates, no comments, no extra fields, no gaps. Reading writes the parts again
and compares every byte, so that nothing can hide between, before or behind them, and nothing can differ unnoticed.
Any ZIP program opens it.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping

from django.utils.translation import gettext as _

LOCAL, CENTRAL, END = 0x04034B50, 0x02014B50, 0x06054B50
VERSION = 20
DATE, TIME = 0x21, 0
"""1 January 1980, 00:00: the first date a ZIP file knows."""
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)?")
CONTAINER = "container"
LARGEST = 2**31 - 1
MOST = 5_000
BLOCK = 4_096


class ContainerError(ValueError):
    """The bytes are not a container as we write it; `part` is where that shows."""

    def __init__(self, part: str, words: str) -> None:
        super().__init__(words)
        self.part = part


def write(parts: Mapping[str, bytes]) -> bytes:
    """Return the container of some parts. Raises ContainerError for a name or size it can not hold."""
    if len(parts) > MOST or sum(map(len, parts.values())) > LARGEST:
        raise ContainerError(CONTAINER, _("there are too many or too large parts"))
    local, central = bytearray(), bytearray()
    for name in sorted(parts):
        if not _NAME.fullmatch(name):
            raise ContainerError(CONTAINER, _("not a name of a part: %s") % ascii(name[:60]))
        data, written = parts[name], name.encode("ascii")
        fixed = (VERSION, 0, 0, TIME, DATE, zlib.crc32(data), len(data), len(data), len(written), 0)
        central += _CENTRAL.pack(CENTRAL, VERSION, *fixed, 0, 0, 0, 0, len(local)) + written
        local += _LOCAL.pack(LOCAL, *fixed) + written + data
    end = _END.pack(END, 0, 0, len(parts), len(parts), len(central), len(local), 0)
    return bytes(local + central + end)


def read(container: bytes) -> dict[str, bytes]:
    """Return the parts of a container. Raises ContainerError when a single byte is not as `write` would put it."""
    parts: dict[str, bytes] = {}
    ends: dict[str, int] = {}
    place = 0
    while container[place : place + 4] == LOCAL.to_bytes(4, "little"):
        if place + _LOCAL.size > len(container):
            raise ContainerError(CONTAINER, _("the container is cut off"))
        *_fixed, size, _same, name_size, _extra = _LOCAL.unpack_from(container, place)
        start = place + _LOCAL.size + name_size
        name = container[place + _LOCAL.size : start].decode("ascii", "replace")
        if name in parts or start + size > len(container):
            raise ContainerError(name, _("a part stands twice, or the container is cut off"))
        parts[name] = container[start : start + size]
        place = ends[name] = start + size
    if not parts:
        raise ContainerError(CONTAINER, _("it is no pack"))
    if (written := write(parts)) != container:
        first = _first_difference(written, container)
        part = next((name for name, end in ends.items() if first < end), CONTAINER)
        raise ContainerError(part, _("bytes were changed, added or removed, the first at %s") % first)
    return parts


def _first_difference(one: bytes, other: bytes) -> int:
    """Return where two byte strings part ways."""
    start = 0
    while one[start : start + BLOCK] == other[start : start + BLOCK] and start < len(one):
        start += BLOCK
    pairs = zip(one[start : start + BLOCK], other[start : start + BLOCK], strict=False)
    return next((start + at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))

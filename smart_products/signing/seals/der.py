"""The one way to write a value in DER: lengths as short as they can be, sets in order, nothing left over.

Owns the bytes themselves: how a value is written, and whether one is so written. A parser accepts many spellings of
one value; who could choose among them could change a seal without breaking it.
"""

from __future__ import annotations

SET = 0x31
CONSTRUCTED = 0x20
LONG_TAG = 0x1F
DEEPEST = 40


class NotDer(ValueError):
    """The bytes are not written in DER."""


def value(tag: int, *parts: bytes) -> bytes:
    """Return a value in DER, made of the parts of its content."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    written = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 + len(written))) + written + content


def value_size(data: bytes) -> int:
    """Return how many bytes the first value takes. Raises NotDer."""
    start, end = _content(data, 0, len(data))
    return end if start else 0


def is_der(data: bytes) -> bool:
    """Say whether the bytes are exactly one value in DER."""
    try:
        return _walk(data, 0, len(data), 0) == [(0, len(data))]
    except NotDer:
        return False


def _walk(data: bytes, place: int, end: int, depth: int) -> list[tuple[int, int]]:
    """Return where the values between two places lie, each walked to its leaves."""
    if depth > DEEPEST:
        raise NotDer("too deep")
    found = []
    while place < end:
        start, stop = _content(data, place, end)
        if data[place] & CONSTRUCTED:
            parts = _walk(data, start, stop, depth + 1)
            written = [data[first:last] for first, last in parts]
            if data[place] == SET and written != sorted(written):
                raise NotDer("a set is not in order")
        found.append((place, stop))
        place = stop
    return found


def _content(data: bytes, place: int, end: int) -> tuple[int, int]:
    """Return where the content of the value at a place begins and ends."""
    if place + 2 > end or data[place] == 0 or data[place] & LONG_TAG == LONG_TAG:
        raise NotDer("a value is cut off or has a tag we never use")
    first = data[place + 1]
    start = place + 2
    size = first
    if first >= 0x80:
        count = first - 0x80
        start += count
        written = data[place + 2 : start]
        size = int.from_bytes(written, "big")
        if not 1 <= count <= 4 or start > end or size < 0x80 or written[0] == 0:
            raise NotDer("a length is not as short as it can be")
    if start + size > end:
        raise NotDer("a value is cut off")
    return start, start + size

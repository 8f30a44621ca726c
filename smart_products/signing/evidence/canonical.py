"""Values written as JSON in exactly one way, and read back only when they are written so.

Owns that one way: keys sorted, two spaces, UTF-8, a newline at the end, no fractions of binary kind. Times are UTC,
dates and amounts are text. Two equal values have equal bytes, so their digest means something.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring as quoted
from typing import Any

_WORDS = {None: "null", True: "true", False: "false"}


class NotCanonical(ValueError):
    """The bytes are not JSON written in its one way."""


def write(value: Any) -> bytes:
    """Return a value as canonical JSON. Raises TypeError for what has no one way to be written."""
    return f"{_written(value, chr(10))}\n".encode()


def read(data: bytes) -> Any:
    """Return the value of canonical JSON. Raises NotCanonical."""
    try:
        value = json.loads(data)
        written = write(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error
    if written != data:
        raise NotCanonical("it is written in another way than the one it has")
    return value


def _written(value: Any, line: str) -> str:
    """Return a value as text; `line` begins a line as deep as the value stands.

    Written here, since the standard encoder takes four times as long once it is to indent.
    """
    if isinstance(value, str):
        return quoted(value)
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, Mapping):
        inner = f"{line}  "
        return _between("{", [f"{quoted(key)}: {_written(value[key], inner)}" for key in _keys(value)], "}", line)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        inner = f"{line}  "
        return _between("[", [_written(part, inner) for part in value], "]", line)
    return quoted(_scalar(value))


def _between(opening: str, parts: list[str], closing: str, line: str) -> str:
    """Return parts one a line between two brackets; an empty pair stands together."""
    if not parts:
        return opening + closing
    inner = f"{line}  "
    return f"{opening}{inner}{f',{inner}'.join(parts)}{line}{closing}"


def _keys(value: Mapping[Any, Any]) -> list[str]:
    if not all(isinstance(key, str) for key in value):
        raise TypeError("keys are text")
    return sorted(value)


def _scalar(value: Any) -> str:
    """Return a time, a day or an amount as text."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a time needs a zone")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} has no one way to be written")

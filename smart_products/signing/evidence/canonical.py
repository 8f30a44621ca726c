"""Values written as JSON in exactly one way, and read back only when they are written so.

Owns that one way: keys sorted, two spaces, UTF-8, a newline at the end, no fractions of binary kind. Times are UTC,
dates and amounts are text. Two equal values have equal bytes, so their digest means something.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any


class NotCanonical(ValueError):
    """The bytes are not JSON written in its one way."""


def write(value: Any) -> bytes:
    """Return a value as canonical JSON. Raises TypeError for what has no one way to be written."""
    plain = _plain(value)
    return f"{json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)}\n".encode()


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


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a time needs a zone")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("keys are text")
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_plain(part) for part in value]
    raise TypeError(f"{type(value).__name__} has no one way to be written")

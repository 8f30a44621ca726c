"""Tables for a terminal: columns that stay aligned where Chinese and Latin letters meet.

Owns widths and padding; a wide character takes two places. Never words anything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

GAP = "  "


def width(text: str) -> int:
    """Return how many places a text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def pad(text: str, places: int, *, left: bool = False) -> str:
    """Fill a text with spaces up to so many places, on the right, or on the left for figures."""
    space = " " * max(0, places - width(text))
    return f"{space}{text}" if left else f"{text}{space}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, text_columns: int = 1) -> list[str]:
    """Return the lines of a table with its head underlined; the first `text_columns` are text, the rest figures."""
    places = [max(width(cell) for cell in column) for column in zip(head, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        return GAP.join(
            pad(cell, size, left=number >= text_columns)
            for number, (cell, size) in enumerate(zip(cells, places, strict=True))
        ).rstrip()

    return [line(head), GAP.join("-" * size for size in places), *(line(row) for row in rows)]

"""What a breach of a rule looks like, and the error that refuses a file or a delivery.

Owns the value objects alone. Never decides whether something is a breach, and never
words it: the words stand in rules.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

VALUE_LIMIT = 200
"""Characters of an offending value that are kept."""
NAME_LIMIT = 200
"""Characters of an escaped folder name that are kept."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One breach: where it stands, which rule of rules.RULES it breaks, and the value found.

    `line` is the physical line on which the record starts, counted from 1 (the header is line 1);
    in a Parquet file it is the number of the row, counted from 1. None where no line applies.
    What neither UTF-8 nor PostgreSQL can hold of a name or value (half a surrogate pair, NUL) is written escaped.
    """

    file: str
    line: int | None
    column: str
    rule: str
    value: str = ""

    def __post_init__(self) -> None:
        for name in ("file", "column", "value"):
            object.__setattr__(self, name, storable(getattr(self, name)[:VALUE_LIMIT]))

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        column = f" [{self.column}]" if self.column else ""
        value = f": {self.value}" if self.value else ""
        return f"{place}{column} {self.rule}{value}"


class FeedError(Exception):
    """A file or a delivery that is refused whole; nothing of it may be used.

    `refusals` holds at least one breach, the gravest first; `quarantine` the refused rows when the
    file was refused for their number (rule `too_many_refused`).
    """

    def __init__(self, refusals: Sequence[Refusal], quarantine: Sequence[Refusal] = ()) -> None:
        super().__init__("; ".join(str(refusal) for refusal in refusals[:3]))
        self.refusals = tuple(refusals)
        self.quarantine = tuple(quarantine)

    @property
    def rule(self) -> str:
        return self.refusals[0].rule

    @property
    def file(self) -> str:
        return self.refusals[0].file

    @property
    def line(self) -> int | None:
        return self.refusals[0].line

    @property
    def column(self) -> str:
        return self.refusals[0].column

    @property
    def value(self) -> str:
        return self.refusals[0].value


def storable(text: str) -> str:
    """Return a text as every store and screen can hold it: NUL and what is no UTF-8 escaped by a backslash."""
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()


def storable_name(name: str) -> str:
    """Return the name of a folder as every store and disk can hold it: escapes are longer than what they stand for."""
    kept = storable(name)
    return kept if kept == name else kept[:NAME_LIMIT]


def refuse(file: str, rule: str, *, line: int | None = None, column: str = "", value: object = "") -> FeedError:
    """Return (not raise) the error that refuses a file for one rule."""
    return FeedError([Refusal(file, line, column, rule, str(value))])

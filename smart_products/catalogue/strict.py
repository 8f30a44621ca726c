"""Reading a mapping part by part, strictly: every part is there, of its kind and in its range, and nothing else is.

Owns the paths of faults, such as `papers.1.body.zh`, and reports all of them at once, since a person mends a form at
one sitting. Knows no terms: `terms.py` says which parts there are. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from smart_products.catalogue.rules import TermsRule

CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Categories of characters that show nothing, turn the direction of a text, or are no text at all."""

ABSENT = object()


class Fault(NamedTuple):
    """A part and the rule that it breaks."""

    path: str
    rule: TermsRule


class TermsError(ValueError):
    """A mapping is no terms: `path` and `rule` name the first fault, `faults` all of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        self.path, self.rule = self.faults[0]
        super().__init__("; ".join(f"{path}: {rule.value}" for path, rule in self.faults))


@dataclass
class Parts:
    """A mapping that is being read; each part is asked for once, and `end` refuses what nobody asked for."""

    value: Any
    path: str = ""
    faults: list[Fault] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Refuse anything but a mapping."""
        if not isinstance(self.value, Mapping):
            self.fault("", TermsRule.KIND)

    def place(self, key: str) -> str:
        """Return the path of a part."""
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def fault(self, key: str, rule: TermsRule) -> None:
        """Note that a part breaks a rule."""
        self.faults.append(Fault(self.place(key), rule))

    def take(self, key: str) -> Any:
        """Return a part as it came, or ABSENT."""
        self.asked.add(key)
        if not isinstance(self.value, Mapping):
            return ABSENT
        if key not in self.value:
            self.fault(key, TermsRule.MISSING)
            return ABSENT
        return self.value[key]

    def end(self) -> None:
        """Refuse what was not asked for."""
        if isinstance(self.value, Mapping):
            for key in sorted(str(key) for key in self.value if key not in self.asked):
                self.fault(key, TermsRule.UNKNOWN)

    def text(self, key: str, longest: int, *, one_line: bool) -> str:
        """Return a text that is not empty, shows every character, and has no loose edges."""
        found = self.take(key)
        if not isinstance(found, str):
            if found is not ABSENT:
                self.fault(key, TermsRule.KIND)
            return ""
        rule = _broken(found, longest, one_line=one_line)
        if rule is not None:
            self.fault(key, rule)
        return found

    def whole(self, key: str, low: int, high: int) -> int:
        """Return a whole number between two limits, both included."""
        return self.maybe_whole(key, low, high, required=True) or 0

    def maybe_whole(self, key: str, low: int, high: int, *, required: bool = False) -> int | None:
        """Return a whole number between two limits, or None."""
        found = self.take(key)
        if found is ABSENT or (found is None and not required):
            return None
        # A bool is an int to Python, and 1.0 is 1: neither is a whole number here.
        if type(found) is not int:
            self.fault(key, TermsRule.KIND)
            return None
        if not low <= found <= high:
            self.fault(key, TermsRule.RANGE)
        return found

    def flag(self, key: str) -> bool:
        """Return yes or no."""
        found = self.take(key)
        if not isinstance(found, bool):
            if found is not ABSENT:
                self.fault(key, TermsRule.KIND)
            return False
        return found

    def choice(self, key: str, choices: Collection[str]) -> str:
        """Return one of the choices."""
        found = self.take(key)
        if not isinstance(found, str) or found not in choices:
            if found is not ABSENT:
                self.fault(key, TermsRule.CHOICE)
            return ""
        return str(found)

    def code(self, key: str) -> str:
        """Return a code: small letters, digits and underscores."""
        found = self.take(key)
        if not isinstance(found, str) or not CODE.fullmatch(found):
            if found is not ABSENT:
                self.fault(key, TermsRule.CODE)
            return ""
        return found

    def inside(self, key: str) -> Parts:
        """Return a part that is a mapping itself."""
        found = self.take(key)
        if found is ABSENT:  # told already: what would stand in it is not asked for
            return Parts({}, self.place(key))
        return Parts(found, self.place(key), self.faults)

    def entries(self, key: str, low: int, high: int) -> list[Parts]:
        """Return the entries of a part that is a list, between so many and so many."""
        found = self.take(key)
        if found is ABSENT:
            return []
        if not isinstance(found, list | tuple):
            self.fault(key, TermsRule.KIND)
            return []
        if not low <= len(found) <= high:
            self.fault(key, TermsRule.COUNT)
            return []
        return [Parts(entry, self.place(f"{key}.{number}"), self.faults) for number, entry in enumerate(found)]


def _broken(text: str, longest: int, *, one_line: bool) -> TermsRule | None:
    """Return the first rule that a text breaks."""
    if not text.strip():
        return TermsRule.EMPTY
    if len(text) > longest:
        return TermsRule.TOO_LONG
    shown = text.replace("\n", "")
    if not shown.isprintable() and any(unicodedata.category(char) in INVISIBLE for char in shown):
        return TermsRule.CHARACTER
    if one_line and "\n" in text:
        return TermsRule.ONE_LINE
    return TermsRule.EDGES if text != text.strip() else None

"""Content that staff write as data: how it is read, what is wrong with it and where, and its digest.

Owns the small grammar that questionnaires and matching rules share: texts in both languages, codes, whole numbers.
All faults of a content are found at once, each with its path and its rule. Never knows what the content is for.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from smart_products.catalogue.terms import Text

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
LANGUAGES = ("zh", "en")
LONGEST_TEXT = 2_000
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of characters: no page shows them, no table keeps them all."""


class Rule(models.TextChoices):
    """What content must keep to, in words for those who write it."""

    MAPPING = "mapping", _("must be an object with named values")
    LIST = "list", _("must be a list that is not empty")
    MISSING = "missing", _("must be given")
    UNKNOWN = "unknown", _("is not a value this content can have")
    TEXT = "text", _("must be a text that is not empty, of 2,000 characters at most")
    CODE = "code", _("must be a code of small letters, digits and underscores, at most 40")
    TWICE = "twice", _("must not come twice")
    WHOLE = "whole", _("must be a whole number within its limits")
    FLAG = "flag", _("must be true or false")
    CHOICE = "choice", _("must be one of the values allowed here")
    SCHEMA = "schema", _("must be a schema that this software can read")
    TWO_OPTIONS = "two_options", _("needs at least two options")
    NO_SUCH_QUESTION = "no_such_question", _("names a question that is not there")
    NO_SUCH_OPTION = "no_such_option", _("names an option that the question does not have")
    BANDS = "bands", _("must name C1 to C5 in order, from 0 points on, each above the one before")
    OUT_OF_REACH = "out_of_reach", _("lies above the most points that can be had")
    NOBODY_PROTECTED = "nobody_protected", _("must say at least once who belongs to the protected lowest class")
    CLASS_WORSE = "class_worse", _("treats a higher class worse than a lower one")
    LEVEL_BETTER = "level_better", _("treats a riskier product better than a less risky one")
    PROFESSIONAL_WORSE = "professional_worse", _("treats a professional investor worse than an ordinary one")
    YEAR_BELOW_DAY = "year_below_day", _("allows fewer a year than a day")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a content: where (`questions[2].options[0].points`) and against which rule."""

    path: str
    rule: Rule

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.path or '.'}: {self.rule.label}"


class ContentError(ValueError):
    """The content breaks rules; `faults` names all of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, faults)))


def texts(content: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a content with its path."""
    if isinstance(content, Mapping):
        for key, inner in content.items():
            if key in LANGUAGES and isinstance(inner, str):
                yield joined(path, key), inner
            else:
                yield from texts(inner, joined(path, key))
    elif isinstance(content, list):
        for place, inner in enumerate(content):
            yield from texts(inner, f"{path}[{place}]")


def canonical(content: Any) -> bytes:
    """Return the one form of a JSON value that equal values share: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest_of(content: Any) -> str:
    """Return the SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(content)).hexdigest()


class Reading:
    """One reading of a content: takes values apart and gathers what is wrong with them.

    Every method returns a value of its kind, a stand-in when there is a fault; `close` raises if there was any.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, rule: Rule) -> None:
        """Note that a value breaks a rule."""
        self.faults.append(Fault(path, rule))

    def close(self) -> None:
        """Raise ContentError unless everything was right."""
        if self.faults:
            raise ContentError(self.faults)

    def mapping(self, value: Any, path: str, needed: Collection[str], optional: Collection[str] = ()) -> dict[str, Any]:
        """Return an object that has every needed key; an unknown key is a fault, a missing one is None."""
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            self.fault(path, Rule.MAPPING)
            return dict.fromkeys([*needed, *optional])
        for key in value:
            if key not in needed and key not in optional:
                self.fault(joined(path, key), Rule.UNKNOWN)
        for key in needed:
            if key not in value:
                self.fault(joined(path, key), Rule.MISSING)
        return {key: value.get(key) for key in [*needed, *optional]}

    def rows(self, value: Any, path: str) -> list[tuple[str, Any]]:
        """Return the values of a list, each with its path."""
        if not isinstance(value, list) or not value:
            self.fault(path, Rule.LIST)
            return []
        return [(f"{path}[{place}]", one) for place, one in enumerate(value)]

    def text(self, value: Any, path: str) -> Text:
        """Return a text in both languages."""
        told = self.mapping(value, path, LANGUAGES)
        for language, words in told.items():
            if not isinstance(words, str) or not words.strip() or len(words) > LONGEST_TEXT or UNWRITABLE.search(words):
                self.fault(joined(path, language), Rule.TEXT)
        return Text(zh=str(told["zh"]), en=str(told["en"]))

    def code(self, value: Any, path: str, taken: Collection[str] = ()) -> str:
        """Return a code that is not taken yet."""
        if not isinstance(value, str) or CODE.fullmatch(value) is None:
            self.fault(path, Rule.CODE)
        elif value in taken:
            self.fault(path, Rule.TWICE)
        return str(value)

    def whole(self, value: Any, path: str, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`."""
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fault(path, Rule.WHOLE)
            return low
        return value

    def flag(self, value: Any, path: str) -> bool:
        """Return true or false."""
        if not isinstance(value, bool):
            self.fault(path, Rule.FLAG)
        return value is True

    def choice(self, value: Any, path: str, allowed: Sequence[str]) -> str:
        """Return one of the values allowed."""
        if not isinstance(value, str) or value not in allowed:
            self.fault(path, Rule.CHOICE)
            return allowed[0]
        return str(value)


def joined(path: str, key: str) -> str:
    """Return the path of a key below a path."""
    return f"{path}.{key}" if path else key

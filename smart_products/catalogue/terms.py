"""Terms of a product as one frozen value: what it does, for whom, what it costs, what can go wrong, its papers.

Owns their rules, their canonical bytes and digest, and what two of them say differently. A mapping becomes terms by
`Terms.read` alone, so that whatever was read has kept every rule. Pure: reads no table and no clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from smart_products.catalogue.rules import (
    Charged,
    FeeBasis,
    FeePeriod,
    Language,
    PaperKind,
    RegulatoryClass,
    Renewal,
    RiskLevel,
    TermsRule,
)
from smart_products.catalogue.strict import Parts, TermsError

Leaf = str | int | bool | None

LONGEST_NAME, LONGEST_LINE, LONGEST_TEXT, LONGEST_BODY = 60, 200, 2_000, 40_000
MOST_RISKS, MOST_FEES = 20, 12
MOST_FEN = 10_000_000_00
"""Ten million yuan: no fee of one period is larger."""
MOST_PPM = 100_000
"""A tenth of the assets in a period."""
MOST_DAYS, MOST_HOURS, MOST_SECONDS, MOST_MONTHS = 366, 240, 3_600, 120
PAID_ADVICE_COOLING_OFF = 5
"""Working days in which a contract on advice that is paid for can be left, by law."""


@dataclass(frozen=True, slots=True)
class Text:
    """The same text in Chinese and in English."""

    zh: str
    en: str

    @classmethod
    def read(cls, parts: Parts, longest: int, *, one_line: bool = False) -> Self:
        """Read both languages."""
        zh, en = (parts.text(language, longest, one_line=one_line) for language in Language.values)
        parts.end()
        return cls(zh, en)

    def in_language(self, language: str) -> str:
        """Return the text for a language code such as `zh-hans` or `en`."""
        return self.zh if language.lower().startswith(Language.ZH) else self.en


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that is read before signing; `body` is written as `bodies.py` tells."""

    kind: str
    title: Text
    body: Text
    reading_seconds: int

    @classmethod
    def read(cls, parts: Parts) -> Self:
        """Read a paper."""
        paper = cls(
            kind=parts.choice("kind", PaperKind.values),
            title=Text.read(parts.inside("title"), LONGEST_LINE, one_line=True),
            body=Text.read(parts.inside("body"), LONGEST_BODY),
            reading_seconds=parts.whole("reading_seconds", 0, MOST_SECONDS),
        )
        parts.end()
        return paper


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee: nothing, a fixed amount in fen, or a share of assets in parts per million, for each period."""

    code: str
    name: Text
    basis: str
    amount_fen: int | None
    rate_ppm: int | None
    period: str
    charged: str

    @classmethod
    def read(cls, parts: Parts) -> Self:
        """Read a fee; what is charged and its basis must fit."""
        fee = cls(
            code=parts.code("code"),
            name=Text.read(parts.inside("name"), LONGEST_LINE, one_line=True),
            basis=parts.choice("basis", FeeBasis.values),
            amount_fen=parts.maybe_whole("amount_fen", 1, MOST_FEN),
            rate_ppm=parts.maybe_whole("rate_ppm", 1, MOST_PPM),
            period=parts.choice("period", FeePeriod.values),
            charged=parts.choice("charged", Charged.values),
        )
        if (fee.amount_fen is not None) != (fee.basis == FeeBasis.FIXED):
            parts.fault("amount_fen", TermsRule.BASIS)
        if (fee.rate_ppm is not None) != (fee.basis == FeeBasis.SHARE_OF_ASSETS):
            parts.fault("rate_ppm", TermsRule.BASIS)
        parts.end()
        return fee

    @property
    def paid(self) -> bool:
        """Tell whether anything is charged."""
        return self.basis != FeeBasis.FREE


@dataclass(frozen=True, slots=True)
class Pause:
    """Whether, how long and how often a client may pause."""

    allowed: bool
    longest_days: int
    times_a_year: int

    @classmethod
    def read(cls, parts: Parts) -> Self:
        """Read the rules of a pause; without one there are no days and no times."""
        pause = cls(
            allowed=parts.flag("allowed"),
            longest_days=parts.whole("longest_days", 0, MOST_DAYS),
            times_a_year=parts.whole("times_a_year", 0, MOST_DAYS),
        )
        for key in ("longest_days", "times_a_year"):
            if bool(getattr(pause, key)) != pause.allowed:
                parts.fault(key, TermsRule.PAUSE)
        parts.end()
        return pause


@dataclass(frozen=True, slots=True)
class Duration:
    """How long a contract runs; without months it has no end."""

    months: int | None
    renewal: str

    @classmethod
    def read(cls, parts: Parts) -> Self:
        """Read a duration; only one that ends can be renewed."""
        duration = cls(
            months=parts.maybe_whole("months", 1, MOST_MONTHS),
            renewal=parts.choice("renewal", Renewal.values),
        )
        if duration.months is None and duration.renewal not in {Renewal.NONE, ""}:
            parts.fault("renewal", TermsRule.RENEWAL)
        parts.end()
        return duration


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a product. `cooling_off_days` are working days, `thinking_hours` lie between reading and signing."""

    name: Text
    summary: Text
    does: Text
    suits: Text
    leaving: Text
    risks: tuple[Text, ...]
    fees: tuple[Fee, ...]
    risk_level: str
    regulatory_class: str
    papers: tuple[Paper, ...]
    cooling_off_days: int
    thinking_hours: int
    pause: Pause
    duration: Duration

    @classmethod
    def read(cls, value: Any) -> Self:
        """Return the terms that a mapping of JSON values says. Raises TermsError with every fault."""
        parts = Parts(value)
        terms = cls(
            name=Text.read(parts.inside("name"), LONGEST_NAME, one_line=True),
            summary=Text.read(parts.inside("summary"), LONGEST_LINE, one_line=True),
            does=Text.read(parts.inside("does"), LONGEST_TEXT),
            suits=Text.read(parts.inside("suits"), LONGEST_TEXT),
            leaving=Text.read(parts.inside("leaving"), LONGEST_TEXT),
            risks=tuple(Text.read(entry, LONGEST_TEXT) for entry in parts.entries("risks", 1, MOST_RISKS)),
            fees=tuple(Fee.read(entry) for entry in parts.entries("fees", 1, MOST_FEES)),
            risk_level=parts.choice("risk_level", RiskLevel.values),
            regulatory_class=parts.choice("regulatory_class", RegulatoryClass.values),
            papers=tuple(Paper.read(entry) for entry in parts.entries("papers", 1, len(PaperKind))),
            cooling_off_days=parts.whole("cooling_off_days", 0, MOST_DAYS),
            thinking_hours=parts.whole("thinking_hours", 0, MOST_HOURS),
            pause=Pause.read(parts.inside("pause")),
            duration=Duration.read(parts.inside("duration")),
        )
        parts.end()
        _look_at_the_whole(terms, parts)
        if parts.faults:
            raise TermsError(parts.faults)
        return terms

    @property
    def paid(self) -> bool:
        """Tell whether anything is charged."""
        return any(fee.paid for fee in self.fees)

    def paper(self, kind: str) -> Paper:
        """Return the paper of a kind."""
        return next(paper for paper in self.papers if paper.kind == kind)

    def plain(self) -> dict[str, Any]:
        """Return the terms as JSON values."""
        found: dict[str, Any] = json.loads(self.canonical())
        return found

    def canonical(self) -> bytes:
        """Return the one JSON form of these terms: keys in order, no spaces, UTF-8."""
        return canonical(asdict(self))

    def digest(self) -> str:
        """Return the SHA-256 of the canonical form, in hexadecimal."""
        return hashlib.sha256(self.canonical()).hexdigest()


def canonical(value: Any) -> bytes:
    """Return the one JSON form of plain values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _look_at_the_whole(terms: Terms, parts: Parts) -> None:
    """Note what only several parts together can break."""
    seen: set[str] = set()
    for number, fee in enumerate(terms.fees):
        if fee.code and fee.code in seen:
            parts.fault(f"fees.{number}.code", TermsRule.TWICE)
        seen.add(fee.code)
    kinds = [paper.kind for paper in terms.papers]
    if kinds and kinds != PaperKind.values and not any(path.startswith("papers") for path, _ in parts.faults):
        parts.fault("papers", TermsRule.PAPERS)
    paid_advice = terms.paid and terms.regulatory_class == RegulatoryClass.ADVICE
    if paid_advice and terms.cooling_off_days < PAID_ADVICE_COOLING_OFF:
        parts.fault("cooling_off_days", TermsRule.COOLING_OFF)


@dataclass(frozen=True, slots=True)
class Change:
    """One part that two terms say differently; None where one of them does not have it."""

    path: str
    before: Leaf
    after: Leaf


def texts(terms: Terms) -> Iterator[tuple[str, str]]:
    """Yield (path, text) of every text that a client reads, Chinese and English: `papers.1.body.zh`."""
    languages = set(Language.values)
    for path, value in leaves(asdict(terms)):
        if path.rpartition(".")[2] in languages and isinstance(value, str):
            yield path, value


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Yield (path, value) of every leaf, in the order in which the value holds them."""
    if isinstance(value, Mapping):
        inside = [(str(key), part) for key, part in value.items()]
    elif isinstance(value, list | tuple):
        inside = [(str(number), part) for number, part in enumerate(value)]
    else:
        yield path, value
        return
    for key, part in inside:
        yield from leaves(part, f"{path}.{key}" if path else key)


def differences(before: Terms, after: Terms) -> list[Change]:
    """Return what two terms say differently, part by part, in the order of the parts."""
    old, new = dict(leaves(asdict(before))), dict(leaves(asdict(after)))
    parts = {name: number for number, name in enumerate(asdict(after))}

    def place(path: str) -> tuple[int, int]:
        head, _, rest = path.partition(".")
        entry = rest.partition(".")[0]
        return parts[head], int(entry) if entry.isdecimal() else 0

    paths = sorted([*new, *(path for path in old if path not in new)], key=place)
    return [Change(path, old.get(path), new.get(path)) for path in paths if _differs(old, new, path)]


def _differs(old: Mapping[str, Leaf], new: Mapping[str, Leaf], path: str) -> bool:
    return (path in old) != (path in new) or old.get(path) != new.get(path)

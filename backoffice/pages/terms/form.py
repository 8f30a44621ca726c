"""The form of a draft: every part of terms as a field in both languages, with what is wrong beside it.

Owns the order, the words and the hints; `posted.py` owns what a field stands for. Needs no script: more rows are asked
for with a button.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.pages.terms import words
from backoffice.pages.terms.posted import LANGUAGES, Typed, rows
from smart_products.catalogue.rules import (
    Charged,
    FeeBasis,
    FeePeriod,
    Language,
    PaperKind,
    RegulatoryClass,
    Renewal,
    RiskLevel,
)
from smart_products.catalogue.strict import Fault
from smart_products.catalogue.terms import MOST_FEES, MOST_RISKS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SPARE_RISKS, SPARE_FEES = 1, 0
MORE = 3
"""Empty rows that the button for more adds."""
SHORT, LONG = 3, 16
"""Lines of a text area."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field: `kind` is line, area, select, number or check."""

    name: str
    label: str
    kind: str
    value: str
    error: str
    choices: tuple[tuple[str, str], ...] = ()
    lines: int = SHORT
    language: str = ""

    @property
    def id(self) -> str:
        return "f-" + self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together; those of `pairs` stand side by side, the Chinese first."""

    title: str
    pairs: tuple[Field, ...] = ()
    small: tuple[Field, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form with a heading."""

    name: str
    title: str
    hint: str
    groups: tuple[Group, ...]
    more: str = ""
    """The words of the button that adds rows."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The whole form and how many of its fields are wrong."""

    sections: tuple[Section, ...]
    errors: tuple[tuple[str, str, str], ...]
    """(id of the field, its words, the rule) of each fault."""


class Maker:
    """Makes fields of what was typed, each with the fault that stands at its path."""

    def __init__(self, fields: Typed, faults: Iterable[Fault]) -> None:
        """Take what stands in the fields and what is wrong with it."""
        self.fields = fields
        self.faults = {path: str(rule.label) for path, rule in reversed(tuple(faults))}

    def field(
        self,
        path: str,
        kind: str,
        *,
        label: str = "",
        choices: Sequence[tuple[str, StrOrPromise]] = (),
        lines: int = SHORT,
    ) -> Field:
        """Return a field by its path."""
        return Field(
            name=path,
            label=label or words.part(path.rpartition(".")[2]),
            kind=kind,
            value=self.fields.get(path, ""),
            error=self.faults.get(path, ""),
            choices=tuple((code, str(text)) for code, text in choices),
        )

    def pair(self, path: str, kind: str, *, lines: int = SHORT) -> tuple[Field, ...]:
        """Return the fields of a text in both languages."""
        name = words.part(path.rpartition(".")[2]) if not path.rpartition(".")[2].isdecimal() else words.label(path)
        return tuple(
            Field(
                name=f"{path}.{language}",
                label=f"{name} · {Language(language).label}",
                kind=kind,
                value=self.fields.get(f"{path}.{language}", ""),
                error=self.faults.get(f"{path}.{language}", ""),
                lines=lines,
                language="zh-CN" if language == Language.ZH else "en",
            )
            for language in LANGUAGES
        )


def form(fields: Typed, faults: Sequence[Fault] = (), *, more: str = "") -> Form:
    """Return the form for what stands in its fields; `more` names the list that gets further rows."""
    make = Maker(fields, faults)
    extra = {"risks": SPARE_RISKS, "fees": SPARE_FEES} | ({more: MORE} if more else {})
    risks = max(1, min(MOST_RISKS, rows(fields, "risks") + extra["risks"]))
    fees = max(1, min(MOST_FEES, rows(fields, "fees") + extra["fees"]))
    sections = (
        Section("what", _("What it is"), "", _what(make)),
        Section(
            "risks",
            words.part("risks"),
            _("One a field, the worst first. A field left empty in both languages is dropped."),
            tuple(Group("", make.pair(f"risks.{number}", "area")) for number in range(risks)),
            _("More fields for what can go wrong"),
            make.faults.get("risks", ""),
        ),
        Section(
            "fees",
            words.part("fees"),
            _("What is free is said as well. Trading commission is no fee of the product."),
            tuple(_fee(make, number) for number in range(fees)),
            _("More fields for what it costs"),
            make.faults.get("fees", ""),
        ),
        Section("rules", _("Rules"), "", _rules(make)),
        Section(
            "papers",
            words.part("papers"),
            _("An empty line parts paragraphs, “# ” opens a heading, “- ” an entry of a list."),
            tuple(_paper(make, number, PaperKind(kind)) for number, kind in enumerate(PaperKind.values)),
            "",
            make.faults.get("papers", ""),
        ),
    )
    return Form(sections, tuple((_id(one.path), words.label(one.path), str(one.rule.label)) for one in faults))


def _id(path: str) -> str:
    """Return the anchor of a field, or of the section of a list."""
    return path if path in {"risks", "fees", "papers"} else "f-" + path.replace(".", "-")


def _what(make: Maker) -> tuple[Group, ...]:
    texts = (("name", "line"), ("summary", "line"), ("does", "area"), ("suits", "area"), ("leaving", "area"))
    return (
        *(Group("", make.pair(path, kind)) for path, kind in texts),
        Group(
            "",
            small=(
                make.field("risk_level", "select", choices=RiskLevel.choices),
                make.field("regulatory_class", "select", choices=RegulatoryClass.choices),
            ),
        ),
    )


def _fee(make: Maker, number: int) -> Group:
    path = f"fees.{number}"
    return Group(
        _("Fee %(number)s") % {"number": number + 1},
        make.pair(f"{path}.name", "line"),
        (
            make.field(f"{path}.code", "line"),
            make.field(f"{path}.basis", "select", choices=FeeBasis.choices),
            make.field(f"{path}.amount_fen", "number"),
            make.field(f"{path}.rate_ppm", "number"),
            make.field(f"{path}.period", "select", choices=FeePeriod.choices),
            make.field(f"{path}.charged", "select", choices=Charged.choices),
        ),
    )


def _rules(make: Maker) -> tuple[Group, ...]:
    return (
        Group("", small=(make.field("cooling_off_days", "number"), make.field("thinking_hours", "number"))),
        Group(
            words.part("pause"),
            small=(
                make.field("pause.allowed", "check"),
                make.field("pause.longest_days", "number"),
                make.field("pause.times_a_year", "number"),
            ),
        ),
        Group(
            words.part("duration"),
            small=(
                make.field("duration.months", "number", label=_("Months, empty for no end")),
                make.field("duration.renewal", "select", choices=Renewal.choices),
            ),
        ),
    )


def _paper(make: Maker, number: int, kind: PaperKind) -> Group:
    path = f"papers.{number}"
    return Group(
        str(kind.label),
        (*make.pair(f"{path}.title", "line"), *make.pair(f"{path}.body", "area", lines=LONG)),
        (make.field(f"{path}.reading_seconds", "number"),),
    )

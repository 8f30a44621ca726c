"""The words for parts of terms, by their paths: what a form, a comparison or a fault calls them.

Also puts values into words: a code of a choice into its label, fen into yuan, parts per million into percent.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from screens import formats
from screens.terms import percent
from smart_products.catalogue.rules import (
    Charged,
    FeeBasis,
    FeePeriod,
    Language,
    PaperKind,
    RegulatoryClass,
    Renewal,
)
from smart_products.catalogue.terms import Leaf

CHOICES = {
    "regulatory_class": RegulatoryClass,
    "basis": FeeBasis,
    "period": FeePeriod,
    "charged": Charged,
    "renewal": Renewal,
    "kind": PaperKind,
}


def part(name: str) -> str:
    """Return the words for one step of a path."""
    words = {
        "name": _("Name"),
        "summary": _("In one sentence"),
        "does": _("What it does"),
        "suits": _("Whom it suits"),
        "leaving": _("How to leave"),
        "risks": _("What can go wrong"),
        "fees": _("What it costs"),
        "papers": _("Papers"),
        "risk_level": _("Risk level"),
        "regulatory_class": _("Regulatory class"),
        "cooling_off_days": _("Cooling-off, in working days"),
        "thinking_hours": _("Time to think, in hours"),
        "pause": _("Pause"),
        "duration": _("Duration"),
        "code": _("Code"),
        "basis": _("Measured by"),
        "amount_fen": _("Amount in yuan"),
        "rate_ppm": _("Rate in percent"),
        "period": _("Due"),
        "charged": _("Charged"),
        "kind": _("Kind"),
        "title": _("Title"),
        "body": _("Text"),
        "reading_seconds": _("Shortest reading, in seconds"),
        "allowed": _("Allowed"),
        "longest_days": _("Longest, in days"),
        "times_a_year": _("Times a year"),
        "months": _("Months"),
        "renewal": _("Afterwards"),
    }
    return words.get(name, name)


def label(path: str) -> str:
    """Return a path in words: `Risk disclosure · Text · Chinese`."""
    steps = path.split(".") if path else []
    said: list[str] = []
    for before, step in zip(["", *steps], steps, strict=False):
        if not step.isdecimal():
            said.append(str(Language(step).label) if step in Language.values else part(step))
        elif before == "papers" and int(step) < len(PaperKind):
            said[-1] = str(list(PaperKind)[int(step)].label)
        else:
            said[-1] = f"{said[-1]} {int(step) + 1}"
    return " · ".join(said) or _("Terms")


def value(path: str, leaf: Leaf) -> str:
    """Return a value in words; a dash for what is not there."""
    name = path.rpartition(".")[2]
    if leaf is None:
        return formats.DASH
    if isinstance(leaf, bool):
        return _("yes") if leaf else _("no")
    if name == "amount_fen" and isinstance(leaf, int):
        return formats.exact(leaf)
    if name == "rate_ppm" and isinstance(leaf, int):
        return percent(leaf)
    if name in CHOICES:
        return str(CHOICES[name](leaf).label)
    return str(leaf)

"""Breaches of the feed's rules for a terminal: each rule once in every language, and below it where it was broken.

Owns order and layout. Never words a rule (holdings.reading.rules) and never decides what a breach leads to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from smart_products.holdings.queries import Refusal
from smart_products.holdings.reading import rules

PLACES = 10
"""Places told of a rule."""


def told(breaches: Sequence[Refusal]) -> Iterator[str]:
    """Yield lines: by rule, in the order in which they come, its words in all languages and its first places."""
    groups: dict[str, list[Refusal]] = {}
    for one in breaches:
        groups.setdefault(one.rule, []).append(one)
    for rule, found in groups.items():
        yield f"[{rule}]"
        for language, _name in settings.LANGUAGES:
            with override(language):
                yield f"  {rules.title(rule)} - {rules.explanation(rule)}"
        for one in found[:PLACES]:
            yield f"    {place(one)}"
        if len(found) > PLACES:
            yield "    " + _("and others: the page of the feed lists them")


def place(one: Refusal) -> str:
    """Return where a rule was broken and by what: file, line, column, value, as far as they are known."""
    where = one.file if one.line is None else f"{one.file}:{one.line}"
    value = f"'{_printable(one.value)}'" if one.value else ""
    return " ".join(part for part in (where, _printable(one.column), value) if part)


def _printable(text: str) -> str:
    """Escape what would move a terminal's cursor or colour it: names and values are a stranger's."""
    return text if text.isprintable() else repr(text)[1:-1]

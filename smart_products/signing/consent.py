"""What a client must be asked before other terms of the same product may apply to his contract.

Pure: part by part of what two versions say differently. Nothing that binds or costs more, or says what is done, moves
without a new signature; nothing that reads differently moves without a word; what is left can not be to anybody's
disadvantage. A person may ask for more than this, never for less.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from smart_products.catalogue.rules import PaperKind
from smart_products.catalogue.terms import Change, Fee, Leaf, Terms, differences


class Consent(models.TextChoices):
    """What moving to other terms asks of the client, from the least to the most."""

    SILENT = "silent", _("nothing is asked: no word differs, and nothing is worse")
    NOTICE = "notice", _("told beforehand, and free to leave without cost")
    SIGN_AGAIN = "sign_again", _("only with a new signature")


STRICTNESS: Mapping[str, int] = {consent: number for number, consent in enumerate(Consent.values)}
OF_SIGNING = frozenset({"thinking_hours", "reading_seconds"})
"""They speak of the way to a signature, which lies behind who has signed."""


class MilderConsent(ValueError):
    """Less was to be asked of clients than the difference between the versions asks for."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A part that two versions say differently, and what that asks for."""

    path: str
    consent: Consent


def causes(before: Terms, after: Terms) -> tuple[Cause, ...]:
    """Return what differs between two versions, each with what it asks for; fees by their code."""
    rest = [one for one in differences(before, after) if not one.path.startswith("fees.")]
    found = [*_fees(before, after), *(Cause(one.path, _asks(one, after)) for one in rest)]
    return tuple(sorted(found, key=lambda one: (-STRICTNESS[one.consent], one.path)))


def asked(found: tuple[Cause, ...]) -> Consent:
    """Return the most that any of the causes asks for."""
    return max((one.consent for one in found), key=lambda one: STRICTNESS[one], default=Consent.SILENT)


def chosen(needed: Consent, wish: Consent | None) -> Consent:
    """Return what a person wishes to ask for instead. Raises MilderConsent for less than is needed."""
    if wish is None:
        return needed
    if STRICTNESS[wish] < STRICTNESS[needed]:
        raise MilderConsent(f"{wish} is less than {needed}")
    return wish


def _fees(before: Terms, after: Terms) -> Iterator[Cause]:
    """Yield what differs between two schedules. A fee that is lower, dropped or free is nobody's loss."""
    old, new = ({fee.code: fee for fee in terms.fees} for terms in (before, after))
    for code in sorted({**old, **new}):
        was, now = old.get(code), new.get(code)
        if was == now:
            continue
        if now is not None and now.paid and not (was is not None and _at_most(now, was)):
            yield Cause(f"fees.{code}", Consent.SIGN_AGAIN)
        elif was is None or now is None or _same_words(was, now):
            yield Cause(f"fees.{code}", Consent.SILENT)
        else:
            yield Cause(f"fees.{code}", Consent.NOTICE)


def _at_most(now: Fee, was: Fee) -> bool:
    """Tell whether a fee is measured and charged as before, and is not higher."""
    if (now.basis, now.period, now.charged) != (was.basis, was.period, was.charged):
        return False
    return (now.amount_fen or 0) <= (was.amount_fen or 0) and (now.rate_ppm or 0) <= (was.rate_ppm or 0)


def _same_words(was: Fee, now: Fee) -> bool:
    return all(_corrected(getattr(was.name, name), getattr(now.name, name)) for name in ("zh", "en"))


def _asks(change: Change, after: Terms) -> Consent:
    """Return what a difference outside the fees asks for."""
    head, _dot, rest = change.path.partition(".")
    last = change.path.rpartition(".")[2]
    if last in OF_SIGNING:
        return Consent.SILENT
    if isinstance(change.before, str) and isinstance(change.after, str) and _corrected(change.before, change.after):
        return Consent.SILENT
    if head in {"duration", "regulatory_class", "does"} or (head == "papers" and _is_agreement(rest, after)):
        return Consent.SIGN_AGAIN
    if head == "risk_level":
        return Consent.SIGN_AGAIN if str(change.after) > str(change.before) else Consent.NOTICE
    if head in {"cooling_off_days", "pause"}:
        return Consent.NOTICE if _number(change.after) < _number(change.before) else Consent.SILENT
    return Consent.NOTICE


def _is_agreement(rest: str, after: Terms) -> bool:
    """Tell whether a path inside the papers is the text of the agreement, where the duties stand."""
    number, _dot, part = rest.partition(".")
    return after.papers[int(number)].kind == PaperKind.AGREEMENT and part.startswith("body")


def _number(leaf: Leaf) -> int:
    return int(leaf or 0)


def _corrected(before: str, after: str) -> bool:
    """Tell whether a text differs in white space and in the width of its characters alone: every word stands."""
    return _folded(before) == _folded(after)


def _folded(text: Any) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())

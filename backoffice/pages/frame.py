"""What every part of the matrix page needs in order to write a figure: days, unit of money, language.

Also the small pieces that recur in templates: a change with its direction, a dash with its reason.
Never reads a table; holds no sentence that belongs to one part of the page alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from screens import formats
from screens.formats import Money, Scale


@dataclass(frozen=True, slots=True)
class Frame:
    """The days that are compared, the unit of money of the page, and the language."""

    language: str
    as_of: date
    since: date
    yearly: bool
    """Whether `since` is the day that year-on-year figures compare with."""
    scale: Scale
    opening: bool = False

    def money(self, fen: int, *, signed: bool = False) -> Money:
        """Return an amount in the unit of the page."""
        return formats.money(fen, self.language, scale=self.scale, signed=signed)

    def sized(self, fen: int, *, signed: bool = False) -> Money:
        """Return an amount in the unit that suits its own size."""
        return formats.money(fen, self.language, signed=signed)

    def sentences(self, *parts: str) -> str:
        """Return whole sentences one after the other; only languages with spaces put one between them."""
        return ("" if formats.is_chinese(self.language) else " ").join(part for part in parts if part)

    def clauses(self, *parts: str) -> tuple[str, ...]:
        """Return the parts of a title, each but the last with the comma of the language."""
        comma = "，" if formats.is_chinese(self.language) else ","
        return (*(f"{part}{comma}" for part in parts[:-1]), parts[-1])

    @property
    def over(self) -> str:
        """Return the words for the period within a sentence."""
        return _("in a year") if self.yearly else _("since %(day)s") % {"day": self.since.isoformat()}


@dataclass(frozen=True, slots=True)
class Change:
    """A signed figure: its text, and `up`, `down` or nothing for the colour and the arrow."""

    text: str
    direction: str
    exact: str = ""
    reason: str = ""
    """Why there is no figure; the text is then a dash."""

    @property
    def arrow(self) -> str:
        return {"up": "▲", "down": "▼"}.get(self.direction, "")


def direction(number: float) -> str:
    """Return `up`, `down` or nothing."""
    return "up" if number > 0 else "down" if number < 0 else ""


def missing(reason: str) -> Change:
    """Return a dash that says why."""
    return Change(formats.DASH, "", reason=reason)


def money_change(frame: Frame, fen: int) -> Change:
    """Return a change of money in the unit of the page."""
    written = frame.money(fen, signed=True)
    return Change(written.text, direction(fen), written.exact)


def rate_change(fraction: float | None, reason: str) -> Change:
    """Return a growth rate, or a dash with its reason."""
    if fraction is None:
        return missing(reason)
    exact_rate = formats.rate(fraction, signed=True, digits=4)
    return Change(formats.rate(fraction, signed=True), direction(round(fraction, 3)), exact_rate)


def no_growth_reason(frame: Frame) -> str:
    """Return why a growth rate can not be told: there was nothing to grow from."""
    return _("No signed assets on %(day)s, so there is no growth rate.") % {"day": frame.since.isoformat()}

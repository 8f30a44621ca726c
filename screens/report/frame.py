"""How figures of one report are written: its language, its unit of money, its days.

Never reads a table; what is missing is a dash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from screens import formats
from screens.formats import Money, Scale
from smart_products.reports.figures import Figures, Place
from smart_products.statistics.figures import Assets


@dataclass(frozen=True, slots=True)
class Frame:
    """A report's figures with the way they are written."""

    figures: Figures
    language: str
    scale: Scale

    @property
    def chinese(self) -> bool:
        return formats.is_chinese(self.language)

    @property
    def monthly(self) -> bool:
        return self.figures.frequency == "monthly"

    def name(self, place: Place) -> str:
        """Return a unit's name in the report's language; the Chinese one stands in for a missing English one."""
        return place.name if self.chinese else place.name_en or place.name

    def money(self, fen: int, *, signed: bool = False) -> str:
        """Return an amount in the unit of the report, without its word."""
        return formats.amount(fen, self.scale, signed=signed)

    def sized(self, fen: int, *, signed: bool = False) -> Money:
        """Return an amount in the unit that suits its own size."""
        return formats.money(fen, self.language, signed=signed)

    def sentences(self, *parts: str) -> str:
        """Return whole sentences one after the other."""
        return ("" if self.chinese else " ").join(part for part in parts if part)

    def over(self, since: date | None) -> str:
        """Return the words for a span within a sentence."""
        if self.figures.yearly and since == self.figures.year.since:
            return _("in a year")
        return _("since %(day)s") % {"day": since.isoformat() if since else formats.DASH}


def frame_of(figures: Figures, language: str) -> Frame:
    """Return the frame in which a report is written: its unit of money suits the unit's signed assets."""
    return Frame(figures, language, formats.scale_for(figures.year.total.assets.now, language))


def own(assets: Assets) -> int:
    """Return the change that clients and money brought: all of it but the market, in fen."""
    return assets.change - assets.market


def rate(fraction: float | None, *, signed: bool = False) -> str:
    """Return a share or a growth as a percentage, or a dash."""
    return formats.DASH if fraction is None else formats.rate(fraction, signed=signed)


def points(fen: int, before: int) -> str:
    """Return what an amount adds to growth in percentage points, or a dash."""
    return formats.points(fen, before) or formats.DASH


def way(number: float) -> str:
    """Return `up`, `down` or nothing."""
    return "up" if number > 0 else "down" if number < 0 else ""

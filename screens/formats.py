"""How a figure is written on a screen: money by size, rates, points, heads, days.

Pure: takes numbers and a language code, gives text; reads no table, no clock, no request.
Money comes in as an integer number of fen and is never turned into a float; it is rounded once, half up.
The words for sizes are part of the number format of a language, as grouping marks are, and so stand here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from core import clock

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EM DASH}"


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit in which money is shown: its word, how many fen it holds, and how both stand in a sentence."""

    word: str
    fen: int
    pattern: str


CHINESE_SCALES = (
    Scale("亿元", 10**10, "{} 亿元"),
    Scale("万元", 10**6, "{} 万元"),
    Scale("元", 100, "{} 元"),
)
ENGLISH_SCALES = (
    Scale("CNY bn", 10**11, "CNY {} bn"),
    Scale("CNY m", 10**8, "CNY {} m"),
    Scale("CNY k", 10**5, "CNY {} k"),
    Scale("CNY", 100, "CNY {}"),
)
CHINESE_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
ENGLISH_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as it is shown: the number, its unit, both in a sentence, and the exact amount for the
    hover.
    """

    text: str
    unit: str
    full: str
    exact: str

    def __str__(self) -> str:
        return self.full


def is_chinese(language: str | None) -> bool:
    """Return whether a language code (`zh-hans`, `en`, None) reads Chinese."""
    return (language or "").lower().startswith("zh")


def scales(language: str | None) -> tuple[Scale, ...]:
    """Return the units of money of a language, largest first."""
    return CHINESE_SCALES if is_chinese(language) else ENGLISH_SCALES


def scale_for(fen: int, language: str | None) -> Scale:
    """Return the largest unit of which the amount, in either direction, holds at least one."""
    table = scales(language)
    return next((scale for scale in table if abs(fen) >= scale.fen), table[-1])


def sign_of(number: Decimal | int | float) -> str:
    """Return `+`, the true minus sign, or nothing for zero."""
    if number > 0:
        return "+"
    return MINUS if number < 0 else ""


def _written(number: Decimal, digits: int, signed: bool) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    sign = sign_of(rounded) if signed or rounded < 0 else ""
    return f"{sign}{abs(rounded):,.{digits}f}"


def amount(fen: int, scale: Scale, *, signed: bool = False) -> str:
    """Return an amount in the given unit with two decimals, rounded half up: `40.00`, `+18.02`."""
    return _written(Decimal(fen) / Decimal(scale.fen), 2, signed)


def exact(fen: int, *, signed: bool = False) -> str:
    """Return an amount in yuan to the fen, with grouping marks: `4,000,095,215.61`."""
    return _written(Decimal(fen).scaleb(-2), 2, signed)


def money(fen: int, language: str | None, *, scale: Scale | None = None, signed: bool = False) -> Money:
    """Return an amount in the unit that suits its size, or in the given one."""
    unit = scale or scale_for(fen, language)
    text = amount(fen, unit, signed=signed)
    smallest = scales(language)[-1]
    return Money(text, unit.word, unit.pattern.format(text), smallest.pattern.format(exact(fen, signed=signed)))


def percent(fraction: float, *, signed: bool = False, digits: int = 1) -> str:
    """Return a fraction as a percentage without its mark: 0.82 becomes `82.0`, signed `+82.0`."""
    return _written(Decimal(repr(fraction)) * 100, digits, signed)


def rate(fraction: float, *, signed: bool = False, digits: int = 1) -> str:
    """Return a fraction as a percentage: 0.7 becomes `70.0%`."""
    return f"{percent(fraction, signed=signed, digits=digits)}%"


def points(fen: int, before: int) -> str | None:
    """Return what an amount adds to growth, in percentage points of the assets before, or None without
    any.
    """
    if before <= 0:
        return None
    return _written(Decimal(fen) * 100 / Decimal(before), 1, True)


def heads(count: int, *, signed: bool = False) -> str:
    """Return a count with grouping marks: `180,000`, signed `+67,520`."""
    return _written(Decimal(count), 0, signed)


def decimal(number: float, digits: int = 2) -> str:
    """Return a plain number with the given decimals: products per client, mean days."""
    return _written(Decimal(repr(number)), digits, False)


def weekday(day: date, language: str | None) -> str:
    """Return the short name of the weekday: `周二`, `Tue`."""
    return (CHINESE_WEEKDAYS if is_chinese(language) else ENGLISH_WEEKDAYS)[day.weekday()]


def day_with_weekday(day: date, language: str | None) -> str:
    """Return an ISO day with its weekday: `2024-12-31 周二`."""
    return f"{day.isoformat()} {weekday(day, language)}"


def month(day: date) -> str:
    """Return the month of a day: `2024-12`."""
    return f"{day:%Y-%m}"


def moment(at: datetime) -> str:
    """Return an aware time as the minute on the clock in Shanghai: `2025-01-06 02:10`."""
    return clock.shanghai_minute(at)

"""What fees come to: the periods of a schedule, the days on which the service ran, and the amount of each.

Pure. A fee is due for days of service alone; what is charged in advance is due when its days begin, what is charged in
arrears when they are over. Never knows what was charged already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from smart_products.signing.agreed import AgreedFee, ends_before

MONTHS_IN: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}
MILLION = 1_000_000

Span = tuple[date, date | None]
"""Days on which a service ran: from, until before (None: still)."""

ALWAYS: Span = (date.min, None)


@dataclass(frozen=True, slots=True)
class Due:
    """A fee for the days `first` until before `until`, which are part of the period of the schedule `whole`."""

    fee: AgreedFee
    first: date
    until: date
    whole: tuple[date, date]


def due(
    fees: Sequence[AgreedFee], spans: Sequence[Span], expires_on: date | None, on: date, within: Span = ALWAYS
) -> Iterator[Due]:
    """Yield what is due by a day of the fees of a contract whose service ran on these spans.

    `within` are the days on which this schedule applies; its periods count from the first day of service all the same.
    """
    if not spans:
        return
    start = min(since for since, _ in spans)
    for fee in fees:
        for whole in () if fee.basis == "free" else _periods(fee, start, on):
            for since, stop in spans:
                first = max(whole[0], since, within[0])
                until = min(whole[1], stop or whole[1], expires_on or whole[1], within[1] or whole[1])
                begun = first if fee.charged == "in_advance" else until
                if first < until and begun <= on:
                    yield Due(fee, first, until, whole)


def amount_of(one: Due, assets_fen: int) -> int:
    """Return what a fee comes to, in fen.

    The schedule says what a whole period costs, as an amount or as a share of assets; a part of it costs its part by
    days. `assets_fen` is the mean value of the account over the days, which nothing else needs. Rounded down.
    """
    days, whole = (one.until - one.first).days, (one.whole[1] - one.whole[0]).days
    if one.fee.basis == "share_of_assets":
        return max(0, assets_fen) * (one.fee.rate_ppm or 0) * days // (MILLION * whole)
    return (one.fee.amount_fen or 0) * days // whole


def _periods(fee: AgreedFee, start: date, on: date) -> Iterator[tuple[date, date]]:
    """Yield the half-open periods of a fee that have begun by `on`."""
    if fee.period == "once":
        yield start, start + timedelta(days=1)
        return
    number, begins = 1, start
    while begins <= on:
        follows = ends_before(start, MONTHS_IN[fee.period] * number)
        yield begins, follows
        begins, number = follows, number + 1

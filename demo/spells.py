"""Who signs when and for how long: the spells of the clients in the matrix.

Owns the draws of first signings, spell lengths and returns, and the trimming to exactly the
retained clients that were asked for. The first spell's uniform numbers form a Kronecker
sequence over clients in order of signing, so that shares come out as planted with little
noise. A spell holds on days start <= t < end; an end after the last day is open (NEVER).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from demo import plan, tenure
from demo.period import NEVER, Days, Period

GOLDEN = 0.6180339887498949
SILVER = 0.41421356237309515
ROUNDS = 12
"""Most spells of one client; the chance of more is below one in a million million."""


@dataclass(frozen=True, slots=True)
class Spells:
    """Spells sorted by client and start; `client` counts signing clients from 0."""

    client: NDArray[np.int64]
    start: Days
    end: Days
    final: NDArray[np.bool_]
    """Whether the client's last spell: nobody knows yet of a return."""
    clients: int

    def first_starts(self) -> Days:
        """Return the day of the first signing of each client."""
        return self.start[np.searchsorted(self.client, np.arange(self.clients))]

    def retained(self) -> NDArray[np.bool_]:
        """Return for each client whether a spell is open after the last day."""
        return np.bincount(self.client, self.end == NEVER, self.clients) > 0


def intensity(period: Period) -> NDArray[np.float64]:
    """Return the relative number of first signings on each calendar day from the launch to the last day.

    Nobody signs on the days without trading just before the first-sign window, so that the
    window holds the same clients whether it is counted by calendar or by fact days.
    """
    days = np.arange(period.launch, period.last + 1)
    weight: NDArray[np.float64] = np.exp(plan.SIGNING_GROWTH * (days - period.last) / 365.0)
    known = days >= period.first
    weekend = (days + 3) % 7 >= 5
    rest = np.where(known, ~np.isin(days, period.days), weekend)
    weight[rest] *= plan.REST_DAY_WEIGHT
    before = period.days[period.days < period.window]
    eve = int(before[-1]) if len(before) else period.window - 1
    weight[(days > eve) & (days < period.window)] = 0.0
    weight /= weight.sum()
    return weight


def draw(clients: int, period: Period, rng: np.random.Generator) -> tuple[Spells, tenure.Tenure]:
    """Return spells that leave exactly `clients` retained on the last day, and the tenure they came from."""
    share = intensity(period)
    ago = period.last - np.arange(period.launch, period.last + 1)
    inside = ago <= period.last - period.window
    planted, chance = tenure.calibrate(ago[inside], share[inside], int(ago[0]) + 1)
    expected = float(share @ chance[ago])
    margin = 6.0 + 4.0 * np.sqrt(0.03 * clients)
    while True:
        spells = _draw_all(round((clients + margin) / expected), share, period, planted, rng)
        trimmed = _trim(spells, clients, period, rng)
        if trimmed is not None:
            return trimmed, planted
        margin *= 1.5


def _draw_all(
    clients: int,
    share: NDArray[np.float64],
    period: Period,
    planted: tenure.Tenure,
    rng: np.random.Generator,
) -> Spells:
    """Return the spells of so many signing clients."""
    rank = (np.arange(clients) + 0.5) / clients
    start = period.launch + np.searchsorted(np.cumsum(share), rank, side="left")
    start = np.minimum(start, period.last)
    number = np.arange(clients)
    shifts = rng.random(2)
    length = planted.lengths((shifts[0] + number * GOLDEN) % 1.0)
    waiting = tenure.return_days((shifts[1] + number * SILVER) % 1.0)
    same_day = rng.random(clients) < plan.SAME_DAY_SHARE
    length[same_day], waiting[same_day] = 0, -1
    parts: list[tuple[Days, Days, Days]] = []
    for _ in range(ROUNDS):
        end = start + length
        end[end > period.last] = NEVER
        parts.append((number, start, end))
        again = (end < NEVER) & (waiting >= 0) & (end + waiting <= period.last)
        if not again.any():
            break
        number, start = number[again], (end + waiting)[again]
        length = planted.lengths(rng.random(len(number)))
        waiting = tenure.return_days(rng.random(len(number)))
    client, start, end = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((start, client))
    client, start, end = client[order], start[order], end[order]
    return Spells(client, start, end, np.append(client[1:] != client[:-1], True), clients)


def _trim(spells: Spells, clients: int, period: Period, rng: np.random.Generator) -> Spells | None:
    """Return the spells of fewer clients, so that both headline counts are exact; None when too few.

    Clients leave at random: from the window the surplus over a rate of exactly
    FIRST_SIGN_RATE, then from the others until `clients` retained remain.
    """
    retained = spells.retained()
    recent = spells.first_starts() >= period.window
    order = rng.permutation(spells.clients)
    dropped = np.zeros(spells.clients, dtype=np.bool_)
    stayed, gone = order[(recent & retained)[order]], order[(recent & ~retained)[order]]
    tens = min(len(stayed) // 7, len(gone) // 3)
    dropped[stayed[7 * tens :]] = True
    dropped[gone[3 * tens :]] = True
    surplus = int(retained[~dropped].sum()) - clients
    if surplus < 0:
        return None
    if surplus:
        older = order[~recent[order]]
        cut = int(np.searchsorted(np.cumsum(retained[older]), surplus, side="left")) + 1
        dropped[older[:cut]] = True
    number = np.cumsum(~dropped) - 1
    kept = ~dropped[spells.client]
    return replace(
        spells,
        client=number[spells.client[kept]],
        start=spells.start[kept],
        end=spells.end[kept],
        final=spells.final[kept],
        clients=int((~dropped).sum()),
    )

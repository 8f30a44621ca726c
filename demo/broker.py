"""Generate a broker: a feed of deliveries from a seed, and truth.json beside them.

Owns the order of the steps. The same clients, days and seed give the same files. The folder
receives `history/` (masters and Parquet holdings up to the last day, or up to the daily
deliveries), `moves-<day>/` for each day on which clients changed outlet, one `<day>/` for
each daily delivery, and `truth.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from demo import (
    calibration,
    holdings,
    ledger,
    market,
    masters,
    people,
    period,
    spells,
    subscriptions,
    tenure,
    truth,
    units,
    writing,
)

Progress = Callable[[int, int], object]
"""Called with days done and days in all."""

MOVES_SEQUENCE = 2
"""Moves come after the history load and stand above it; they carry no holdings."""

PARTS = ("units", "spells", "people", "subscriptions", "market", "traits", "flows", "noise", "trades")


@dataclass(frozen=True, slots=True)
class _Plot:
    """Everything drawn before the first day is simulated."""

    days: period.Period
    broker: masters.Broker
    spells: spells.Spells
    tenure: tenure.Tenure
    returns: market.Floats
    traits: market.Traits
    flows: market.Flows
    rows: tuple[period.Days, period.Days]
    noise: market.Noise
    trades: np.random.Generator


def generate(
    *,
    folder: Path,
    clients: int,
    trading_days: Sequence[date],
    seed: int,
    daily: int = 0,
    progress: Progress | None = None,
) -> truth.Truth:
    """Write a generated broker below `folder` and return its truth.

    `clients` are retained on the last of `trading_days`; the last `daily` days come as
    deliveries of their own. Raises ValueError for impossible arguments and FileExistsError
    when the folder holds something already.
    """
    if clients < 10:
        raise ValueError("a generated broker has at least 10 clients")
    if not 0 <= daily <= len(trading_days) - 1:
        raise ValueError("the history needs at least one day before the daily deliveries")
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    plot = _draw(clients, period.build(trading_days), seed)
    book = ledger.Ledger(
        plot.broker.subscriptions,
        plot.broker.accounts,
        len(plot.broker.clients),
        plot.returns,
        plot.traits,
        plot.days,
    )
    entries = _write(folder, plot, book, len(trading_days) - daily, progress)
    result = truth.Truth(
        truth.describe(plot.broker, plot.days, book.since, clients, seed),
        truth.planted(plot.tenure, book, clients, plot.days),
        truth.realised(plot.broker, book, plot.days, plot.spells, entries),
    )
    result.write(folder / "truth.json")
    return result


def _draw(clients: int, days: period.Period, seed: int) -> _Plot:
    """Draw all that is known before the days are simulated."""
    seeds = np.random.SeedSequence(seed).spawn(len(PARTS))
    rng = {part: np.random.default_rng(own) for part, own in zip(PARTS, seeds, strict=True)}
    organisation = units.build(clients, rng["units"])
    drawn, planted = spells.draw(clients, days, rng["spells"])
    people_rng, subs_rng = rng["people"], rng["subscriptions"]
    everyone, drawn = people.build(drawn, clients, organisation, days, people_rng)
    held = people.accounts(everyone, days, people_rng)
    reason = subscriptions.end_reasons(drawn, subs_rng)
    closing = subscriptions.closing_days(drawn, reason, len(everyone))
    held = people.close(held, everyone, drawn, closing, days, people_rng)
    signed = subscriptions.build(drawn, reason, everyone.wealth, held, days, subs_rng)
    moved = people.moves(everyone, held, organisation, days, people_rng)
    rows = days.position(held.opened), days.position(held.closed)
    returns = market.path(days, rng["market"])
    traits = market.traits(held, everyone.wealth, signed, days, rng["traits"])
    hull = _signed_hull(drawn, held, days)
    flows = market.flows(*rows, hull, len(days.days), rng["flows"])
    noise = market.noise(len(days.days), len(held), rng["noise"])
    traits = calibration.calibrate(traits, flows, returns, signed, days, clients, noise)
    broker = masters.Broker(organisation, everyone, held, moved, signed)
    return _Plot(days, broker, drawn, planted, returns, traits, flows, rows, noise, rng["trades"])


def _signed_hull(drawn: spells.Spells, held: people.Accounts, days: period.Period) -> tuple[period.Days, period.Days]:
    """Return for each account the positions of its owner's first signing and last end."""
    count = int(held.client[-1]) + 1
    first, last = np.full(count, period.NEVER), np.full(count, -period.NEVER)
    np.minimum.at(first, drawn.client, drawn.start)
    np.maximum.at(last, drawn.client, drawn.end)
    return days.position(first)[held.client], days.position(last)[held.client]


def _write(
    folder: Path, plot: _Plot, book: ledger.Ledger, history: int, progress: Progress | None
) -> list[writing.Entry]:
    """Simulate the days, count them in the book and write every delivery; `history` days come as one."""
    codes = masters.account_codes(plot.broker.accounts)
    count = len(plot.days.days)
    missing = holdings.gaps(*plot.rows, plot.flows, count, plot.trades)
    load = folder / "history"
    entries = writing.write_tables(load, masters.full(plot.broker, int(plot.days.days[history - 1])), "full")
    parquet = writing.History(load / "holdings.parquet", codes, plot.days)
    written: list[writing.Entry] = []
    days = holdings.simulate(plot.traits, plot.flows, missing, plot.returns, plot.rows, plot.noise, plot.trades)
    for day in days:
        book.take(day)
        if day.position < history:
            parquet.take(day)
        else:
            written.append(_write_daily(folder, plot, day, codes))
        if day.position == history - 1:
            written.append(parquet.close())
        if progress is not None:
            progress(day.position + 1, count)
    first, last = plot.days.date(0), plot.days.date(history - 1)
    writing.write_manifest(load, first, last, 1, [*entries, written[0]])
    _write_moves(folder, plot, int(plot.days.days[history - 1]))
    return written


def _write_daily(folder: Path, plot: _Plot, day: holdings.Day, codes: pa.Array) -> writing.Entry:
    """Write the delivery of one day: its holdings and what changed since the day before."""
    before, number = (int(plot.days.days[at]) for at in (day.position - 1, day.position))
    when = plot.days.date(day.position)
    target = folder / when.isoformat()
    entries = writing.write_tables(target, masters.changes(plot.broker, before, number), "changes")
    holding = writing.write_day(target, day, codes, when)
    writing.write_manifest(target, when, when, 1, [*entries, holding])
    return holding


def _write_moves(folder: Path, plot: _Plot, last: int) -> None:
    """Write a delivery for each day of the history on which clients moved; it holds no holdings."""
    moved = plot.broker.moves.day
    for number in np.unique(moved[moved <= last]).tolist():
        when = period.to_date(number)
        target = folder / f"moves-{when.isoformat()}"
        entries = writing.write_tables(target, masters.move_files(plot.broker, number), "changes")
        writing.write_manifest(target, when, when, MOVES_SEQUENCE, entries)

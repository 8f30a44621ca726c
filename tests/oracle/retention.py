"""Retention as metrics.md defines it, in loops over the judge's subscriptions: first signings, N days, cohorts, spells.

Owns one question at a time: a node, a slice, a day, a basis. These figures read subscriptions alone; facts matter only
for the tier of a slice and for what cohorts are worth. Curves are exact fractions.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from tests.oracle.broker import trading_days
from tests.oracle.judge import MATRIX, TIERS, Judge, Where, fits
from tests.oracle.world import REASONS, Subscription

N_DAYS = (7, 30, 90, 180, 365)
DAY = timedelta(days=1)
Z = 1.959963984540054
EVERYWHERE = Where()
Figures = dict[str, Any]


@dataclass(frozen=True)
class Spell:
    """A client's unbroken stretch on a node: its length in days up to its end, or up to when it was last seen."""

    client: str
    start: date
    length: int
    ended: bool


@dataclass(frozen=True)
class Question:
    """Retention of a node in a slice as of a day; `known_from` is the day from which ended subscriptions are listed."""

    judge: Judge
    node: str = MATRIX
    as_of: date = date.max
    where: Where = EVERYWHERE
    basis: str = "signed"
    gap: int = 5
    since: date | None = None
    until: date | None = None
    population: frozenset[str] | None = None
    known_from: date = date.min

    # Who signed first, when

    @cached_property
    def signed(self) -> dict[str, list[Subscription]]:
        """The subscriptions of each client on the node that count: started by the day, on the basis."""
        found: dict[str, list[Subscription]] = {}
        for each in self.judge.world.subscriptions.values():
            if each.product not in self.judge.nodes[self.node] or each.start > self.as_of:
                continue
            # metrics.md, confirmed: "signings withdrawn by `t` are left out"
            if self.basis == "confirmed" and each.reason == "withdrawn" and each.end and each.end <= self.as_of:
                continue
            found.setdefault(each.client, []).append(each)
        return found

    @cached_property
    def starts(self) -> dict[str, date]:
        """The first start of each client of the slice and population, were it known or not."""
        firsts = {client: min(each.start for each in several) for client, several in self.signed.items()}
        return {
            client: start
            for client, start in firsts.items()
            if (self.population is None or client in self.population) and self._stood_inside(client, start)
        }

    def _stood_inside(self, client: str, start: date) -> bool:
        """Tell whether the client stood in the slice on the day of the first signing.

        "before the first known value of a slice, that value holds"
        """
        units, channel = self.judge.units_on(client, start)
        first = self.judge.first_fact(client)
        if first is None or self.judge.days[first] > self.as_of:  # no value is known yet
            return fits((units, TIERS[0], channel), self.where)
        return fits(
            (units, self.judge.tier_on(client, max(start, self.judge.days[first])) or TIERS[0], channel), self.where
        )

    @cached_property
    def firsts(self) -> dict[str, date]:
        """The first-time clients: "earlier first starts are unknown and left out"."""
        return {client: start for client, start in self.starts.items() if start >= self.known_from}

    def in_force(self, client: str, day: date) -> bool:
        """Tell whether the client has a counted subscription in force on a calendar day."""
        return any(each.in_force(day) for each in self.signed.get(client, ()))

    # First-sign and N-day retention

    def first_sign(self) -> Figures:
        """Return "the share of the first-time clients of a period that are retained at t"."""
        since, until = self.since or six_months_before(self.as_of), self.until or self.as_of
        signers = {client: start for client, start in self.firsts.items() if since <= start <= until}
        retained = sum(self.in_force(client, self.as_of) for client in signers)
        waited = [(self.as_of - start).days for start in signers.values()]
        mean = sum(waited) / len(waited) if waited else None
        period = {"from": since.isoformat(), "to": until.isoformat(), "mean_days": mean}
        return period | {"clients": len(signers)} | share(retained, len(signers))

    def n_day(self, days: int) -> Figures:
        """Return "of the first-time clients with start + N <= t ..., the share in force on day start + N"."""
        since, until = self.since or date.min, self.until or self.as_of
        wait = timedelta(days=days)
        seen = {
            client: start + wait
            for client, start in self.firsts.items()
            if since <= start <= until and start + wait <= self.as_of
        }
        retained = sum(self.in_force(client, day) for client, day in seen.items())
        later = sum(self._ever_in_force(client, day) for client, day in seen.items())
        return {
            "days": days,
            "observable": len(seen),
            **share(retained, len(seen)),
            "unbounded_rate": later / len(seen) if seen else None,
        }

    def _ever_in_force(self, client: str, since: date) -> bool:
        """Tell whether the client is in force "on that day or any later one up to t"."""
        return any(self.in_force(client, since + n * DAY) for n in range((self.as_of - since).days + 1))

    # Cohorts

    def cohorts(self) -> list[Figures]:
        """Return the cohorts by month, with a cell for every month up to the as-of day's."""
        members: dict[date, set[str]] = {}
        for client, start in self.firsts.items():
            # "the first trading day on or after their first start ... lies in calendar month m"
            day = next(day for day in CALENDAR if day >= start)
            members.setdefault(day.replace(day=1), set()).add(client)
        return [self._cohort(month, clients) for month, clients in sorted(members.items())]

    def _cohort(self, month: date, clients: set[str]) -> Figures:
        retained: list[int | None] = []
        values: list[float | None] = []
        neutral: list[float | None] = []
        begin = month_end(month)
        for end in month_ends(month, self.as_of):
            over = end > self.as_of  # "A cell whose month end is after the as-of day is empty, never 0"
            retained.append(None if over else sum(self.in_force(client, end) for client in clients))
            value = None if over else self._value_retention(clients, begin, end)
            rate = None if over else self._time_weighted(clients, begin, end)
            values.append(value)
            neutral.append(None if value is None or rate is None or rate <= -1 else value / (1 + rate))
        return {
            "month": month.isoformat(),
            "clients": len(clients),
            "retained": retained,
            "value_retention": values,
            "value_retention_market_neutral": neutral,
        }

    def _assets(self, clients: set[str], day: date) -> int | None:
        """Return the signed assets of some clients on a day; None where it has no facts."""
        if day not in self.judge.days:
            return None
        i = self.judge.days.index(day)
        scope = self._scope(clients, i)
        return sum(self.judge.standing(account, i).value for account in scope)

    def _scope(self, clients: set[str], i: int) -> set[str]:
        day = self.judge.days[i]
        return {each.account for client in clients for each in self.signed[client] if each.in_force(day)}

    def _value_retention(self, clients: set[str], begin: date, end: date) -> float | None:
        before, after = self._assets(clients, begin), self._assets(clients, end)
        return after / before if before and after is not None else None

    def _time_weighted(self, clients: set[str], begin: date, end: date) -> float | None:
        """Return "daily market / (A(t) - market), linked"; empty if a day was skipped."""
        product = 1.0
        for i, day in enumerate(self.judge.days):
            if not begin < day <= end:
                continue
            market = 0
            for account in self._scope(clients, i):
                now, was = self.judge.standing(account, i), self.judge.standing(account, i - 1)
                market += now.value - was.value - now.flow if now.known and was.known else 0
            base = (self._assets(clients, day) or 0) - market
            if base <= 0:
                return None
            product *= 1 + market / base
        return product - 1

    # Tenure

    def spells(self) -> list[Spell]:
        """Return the spells of the clients of the slice that began where all ends are known."""
        found = []
        for client in self.starts:
            for start, last in self._stretches(client):
                if start < self.known_from:
                    continue
                ends = [each.end or date.max for each in last]
                end = max(ends)
                if end > self.as_of:  # "Open spells are censored at t"
                    found.append(Spell(client, start, (self.as_of - start).days, ended=False))
                    continue
                # "an end `not_observed` at its end"; of ends on one day the first of the reasons names it
                reason = min((each.reason for each in last if each.end == end), key=REASONS.index)
                found.append(Spell(client, start, (end - start).days, ended=reason != "not_observed"))
        return found

    def _stretches(self, client: str) -> list[tuple[date, list[Subscription]]]:
        """Return each spell's start and subscriptions: they join "when next start - end < gap"."""
        found: list[tuple[date, list[Subscription]]] = []
        for each in sorted(self.signed[client], key=lambda one: (one.start, one.end or date.max)):
            if found:
                latest = max(one.end or date.max for one in found[-1][1])
                if latest >= each.start or (each.start - latest).days < self.gap:
                    found[-1][1].append(each)
                    continue
            found.append((each.start, [each]))
        return found

    def survival(self) -> Figures:
        """Return the Kaplan-Meier curve of the spells with its bands, and its median."""
        return curve(self.spells())

    def logrank(self, other: Question) -> Figures | None:
        """Return the log-rank test against another population's spells."""
        one, two = self.spells(), other.spells()
        surplus = variance = Fraction(0)
        for day in {each.length for each in one + two if each.ended}:
            risk, first = (sum(each.length >= day for each in part) for part in (one + two, one))
            ends, mine = (sum(each.ended and each.length == day for each in part) for part in (one + two, one))
            surplus += mine - Fraction(ends * first, risk)
            if risk > 1:
                variance += Fraction(ends * (risk - ends) * first * (risk - first), risk * risk * (risk - 1))
        if not variance:
            return None
        chi2 = float(surplus * surplus / variance)
        return {"chi2": chi2, "p": math.erfc(math.sqrt(chi2 / 2))}

    def figures(self) -> Figures:
        """Return all that the command prints of one slice, but the log-rank test."""
        return {
            "first_sign": self.first_sign(),
            "n_day": [self.n_day(days) for days in N_DAYS],
            "cohorts": self.cohorts(),
            "survival": self.survival(),
        }


def curve(spells: list[Spell]) -> Figures:
    """Return the curve of some spells: exact levels, Greenwood's band on the log-log scale."""
    level, variance, median = Fraction(1), Fraction(0), None
    seen, ends = Counter(each.length for each in spells), Counter(each.length for each in spells if each.ended)
    points = []
    longer = len(spells)
    for day in sorted(seen):
        risk, ended = longer, ends[day]
        longer -= seen[day]
        if not ended:
            continue
        level *= 1 - Fraction(ended, risk)
        low = high = None
        if level:
            variance += Fraction(ended, risk * (risk - ended))
            spread = Z * math.sqrt(variance) / -math.log(level)
            low, high = float(level) ** math.exp(spread), float(level) ** math.exp(-spread)
        if median is None and level <= Fraction(1, 2):
            median = day
        points.append({"day": day, "at_risk": risk, "ended": ended, "survival": float(level), "low": low, "high": high})
    return {"spells": len(spells), "ends": ends.total(), "median_days": median, "points": points}


def share(part: int, whole: int) -> Figures:
    """Return a count, its share of a whole and the 95 % Wilson interval."""
    if not whole:
        return {"retained": part, "rate": None, "low": None, "high": None}
    rate, weight = part / whole, Z * Z / whole
    spread = Z * math.sqrt(rate * (1 - rate) / whole + weight / (4 * whole))
    low, high = (((rate + weight / 2) + sign * spread) / (1 + weight) for sign in (-1, 1))
    return {"retained": part, "rate": rate, "low": low, "high": high}


CALENDAR = trading_days(date(2015, 1, 1))
"""Trading days as the tests' calendar has them, and on before it begins."""


def month_end(month: date) -> date:
    """Return the last trading day of a month."""
    return max(day for day in CALENDAR if (day.year, day.month) == (month.year, month.month))


def month_ends(month: date, until: date) -> list[date]:
    """Return the last trading days of the months from one to that of a day."""
    found = []
    while month <= until:
        found.append(month_end(month))
        month = (month + timedelta(days=31)).replace(day=1)
    return found


def six_months_before(day: date) -> date:
    """Return the first day of "the six months up to t"."""
    month = day.month - 6
    year = day.year if month > 0 else day.year - 1
    first = date(year, month if month > 0 else month + 12, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return min(first + timedelta(days=day.day - 1), following - DAY) + DAY

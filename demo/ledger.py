"""The exact figures of each day, counted from the generated tables by docs/metrics.md.

Owns the daily terms of signed assets and of retained clients at the matrix: what entered and
left and why, flow, market, first-time, reactivated, lapsed. It shares no code with the
service, so that agreement means something. Money is whole fen; a day is a position in the
list of trading days. The first day is an opening without terms.
"""

from __future__ import annotations

import numpy as np

from demo import plan
from demo.holdings import Day, Ints
from demo.market import Floats, Traits, flow_moments
from demo.people import Accounts
from demo.period import Period
from demo.subscriptions import REASONS, Subscriptions

ENTER_REASONS = ("new_client", "returned_client", "expanded")


def _dot(left: Floats, right: Floats) -> float:
    """Return the sum of products, in one thread: `@` starts more, whose order of adding varies."""
    return float(np.einsum("i,i->", left, right))


class Ledger:
    """Running state over the days; `take` each day in order, then read the arrays by position."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        held: Accounts,
        clients: int,
        returns: Floats,
        traits: Traits,
        period: Period,
    ) -> None:
        days = len(period.days)
        self._subscriptions, self._held = subscriptions, held
        self._returns, self._traits = returns, traits
        self._beta_square, self._variance = traits.beta**2, traits.sigma**2
        self.since = period.base if period.base is not None else 0
        self.begin = period.position(subscriptions.start)
        self.stop = period.position(subscriptions.end)
        self._live = self.begin < self.stop
        self._begins, self._stops = (
            np.argsort(self.begin, kind="stable"),
            np.argsort(self.stop, kind="stable"),
        )
        self._begin_cuts = np.searchsorted(self.begin[self._begins], np.arange(days + 1))
        self._stop_cuts = np.searchsorted(self.stop[self._stops], np.arange(days + 1))
        self.first_sign = np.full(clients, 1 << 30)
        np.minimum.at(self.first_sign, subscriptions.client, subscriptions.start)
        self.first = np.where(self.first_sign < 1 << 30, period.position(self.first_sign), 1 << 30)
        self._accounts_in_force = np.zeros(len(held), dtype=np.int64)
        self._scope = np.zeros(len(held), dtype=np.int64)
        self._clients_in_force = np.zeros(clients, dtype=np.int64)
        self._before = np.zeros(len(held), dtype=np.int64)
        self.assets, self.flow, self.market = (np.zeros(days, dtype=np.int64) for _ in range(3))
        self.entered = np.zeros((days, len(ENTER_REASONS)), dtype=np.int64)
        self.left = np.zeros((days, len(REASONS)), dtype=np.int64)
        self.retained, self.first_time, self.reactivated, self.lapsed = (
            np.zeros(days, dtype=np.int64) for _ in range(4)
        )
        self.expected = {"flow": 0.0, "market": 0.0}
        self.variance = {"flow": 0.0, "market": 0.0}
        self.carried_accounts = self.carried_value = 0
        self.held_since = self.held_last = self._before

    def take(self, day: Day) -> None:
        """Count the day's terms. Raises ValueError when they do not add up, which would be our own fault."""
        at = day.position
        started = self._begins[self._begin_cuts[at] : self._begin_cuts[at + 1]]
        stopped = self._stops[self._stop_cuts[at] : self._stop_cuts[at + 1]]
        if at == 0:
            started, stopped = np.flatnonzero((self.begin == 0) & (self.stop > 0)), stopped[:0]
        live, over = started[self._live[started]], stopped[self._live[stopped]]
        touched = np.unique(self._subscriptions.account[np.concatenate((live, over))])
        was = self._accounts_in_force[touched] > 0
        np.add.at(self._accounts_in_force, self._subscriptions.account[live], 1)
        np.subtract.at(self._accounts_in_force, self._subscriptions.account[over], 1)
        now = self._accounts_in_force[touched] > 0
        self._scope[touched] = now
        self._enter(at, touched[now & ~was])
        self._leave(at, touched[was & ~now], stopped)
        self._heads(at, started, live, over)
        self.assets[at] = day.held @ self._scope
        if at:
            self.flow[at] = day.flow @ self._scope[day.flow_account]
            self.market[at] = (day.held - self._before) @ self._scope - self.flow[at]
            change = self.entered[at].sum() - self.left[at].sum() + self.flow[at] + self.market[at]
            if self.assets[at] - self.assets[at - 1] != change:
                raise ValueError(f"the terms of day {at} do not add up")
        if at > self.since:
            self._expect(day)
        scope = self._scope[day.missing] > 0
        self.carried_accounts = int(scope.sum())
        self.carried_value = int(day.held[day.missing][scope].sum())
        self._before = self.held_last = day.held.copy()
        if at == self.since:
            self.held_since = self._before

    def _enter(self, at: int, accounts: Ints) -> None:
        """Book the values of the day before of accounts that come into scope, by reason."""
        if at == 0:
            return
        client = self._held.client[accounts]
        reason = np.where(self._clients_in_force[client] > 0, 2, np.where(self.first[client] < at, 1, 0))
        np.add.at(self.entered[at], reason, self._before[accounts])

    def _leave(self, at: int, accounts: Ints, stopped: Ints) -> None:
        """Book the values of the day before of accounts that leave, by the reason that ended last."""
        if not len(accounts):
            return
        subs = self._subscriptions
        order = stopped[np.lexsort((-subs.reason[stopped], subs.end[stopped], subs.account[stopped]))]
        final = np.searchsorted(subs.account[order], accounts, side="right") - 1
        np.add.at(self.left[at], subs.reason[order[final]], self._before[accounts])

    def _heads(self, at: int, started: Ints, live: Ints, over: Ints) -> None:
        """Count the clients who come and go; `started` also names first signings that ended at once."""
        client = self._subscriptions.client
        touched = np.unique(client[np.concatenate((started, over))])
        was = self._clients_in_force[touched] > 0
        np.add.at(self._clients_in_force, client[live], 1)
        np.subtract.at(self._clients_in_force, client[over], 1)
        now = self._clients_in_force[touched] > 0
        new = self.first[touched] == at
        self.retained[at] = (self.retained[at - 1] if at else 0) + now.sum() - was.sum()
        if at:
            self.first_time[at] = new.sum()
            self.reactivated[at] = (now & ~was & ~new).sum()
            self.lapsed[at] = ((was | new) & ~now).sum()

    def _expect(self, day: Day) -> None:
        """Add the day's expected flow and market, given what came before, and their variances.

        The market's part is expanded to the second order of the day's return, which is small.
        """
        chance = plan.FLOWS_A_YEAR / plan.TRADING_DAYS_A_YEAR
        _, mean, square = flow_moments(plan.SIGNED_FLOW_A_YEAR)
        scope = self._scope.astype(np.float64)
        move = float(self._returns[day.position])
        grown, before = day.gross_grown * scope, day.gross_before * scope
        self.expected["flow"] += chance * mean * float(grown.sum())
        self.variance["flow"] += chance * square * _dot(grown, grown)
        self.expected["market"] += move * _dot(before, self._traits.beta)
        self.expected["market"] += move**2 / 2 * _dot(before, self._beta_square)
        before *= before
        self.variance["market"] += _dot(before, self._variance)

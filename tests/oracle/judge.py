"""The definitions of metrics.md in the plainest possible Python: loops, dicts and integer fen.

Owns every figure under 'Signed assets' and 'Clients' at any node, slice and pair of fact days.
Speed is no aim. It shares no code and no thought with the service; where a sentence of
metrics.md decides something, the sentence stands beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from tests.oracle.world import REASONS, Subscription, World

CARRIED_DAYS = 5
TIER_LIMITS = (3_000_000, 5_000_000, 10_000_000, 50_000_000)
"""Lower bounds of the tiers t2 to t5, in fen, inclusive."""
TIERS = ("t1", "t2", "t3", "t4", "t5")
ENTRIES = ("expanded", "returned_client", "new_client")
MATRIX = "matrix"


@dataclass(frozen=True)
class Where:
    """A slice: a client belongs to it when every part that is named fits."""

    unit: str | None = None
    tier: str | None = None
    channel: str | None = None


@dataclass(frozen=True)
class Standing:
    """An account at the close of a day: `known` when there is a fact or a carried value."""

    value: int
    flow: int
    known: bool
    carried: bool


@dataclass(frozen=True)
class Event:
    """One contribution to one term of one day's change; it stands in the client's slice of day `at`."""

    term: str
    amount: int
    client: str
    at: int
    sign: int = 1


NOTHING = Standing(0, 0, False, False)


class Judge:
    """Figures of one world; days are given by their index in `world.days`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.days = world.days
        self.standings = {code: self._standings(code) for code in world.accounts}
        self.owned: dict[str, list[str]] = {}
        for code, account in world.accounts.items():
            self.owned.setdefault(account.client, []).append(code)
        self.signed: dict[str, list[Subscription]] = {code: [] for code in world.accounts}
        for each in world.subscriptions.values():
            self.signed[each.account].append(each)
        self._first_facts: dict[str, int | None] = {}
        self._retained: dict[tuple[str, int], set[str]] = {}
        self._scopes: dict[tuple[str, int], frozenset[str]] = {}
        self._events: dict[tuple[str, int], list[Event]] = {}
        self._terms: dict[tuple[str, Where, int], Counter[str]] = {}
        self._slices: dict[tuple[str, int], tuple[frozenset[str], str, str]] = {}
        self._firsts: dict[str, dict[str, date]] = {}

    # Objects

    @cached_property
    def nodes(self) -> dict[str, frozenset[str]]:
        """The products of every node: the matrix, each family, each product."""
        found = {MATRIX: frozenset(self.world.families)}
        for product, family in self.world.families.items():
            found[family] = found.get(family, frozenset()) | {product}
            found[product] = frozenset({product})
        return found

    def _standings(self, code: str) -> list[Standing]:
        """Return h and f of an account for every fact day."""
        account = self.world.accounts[code]
        found: list[Standing] = []
        last: int | None = None
        missed = 0
        for day in self.days:
            row = self.world.facts[day].get(code)
            if row is not None:
                last, missed = row[0], 0
                found.append(Standing(row[0], row[1], known=True, carried=False))
                continue
            # "0 without any fact yet"; a closed account is not carried
            if last is None or (account.closed is not None and account.closed <= day):
                found.append(NOTHING)
                continue
            # "carried at its last value with flow 0 ... for up to five days, then stands at 0"
            missed += 1
            found.append(Standing(last, 0, known=True, carried=True) if missed <= CARRIED_DAYS else NOTHING)
        return found

    def standing(self, account: str, i: int) -> Standing:
        """Return h(a,t), f(a,t) and whether there is a fact."""
        return self.standings[account][i]

    def scope(self, node: str, i: int) -> frozenset[str]:
        """Return S(n,t): accounts "with at least one subscription in force on a product of n"."""
        if (node, i) not in self._scopes:
            self._scopes[node, i] = frozenset(
                each.account
                for each in self.world.subscriptions.values()
                if each.product in self.nodes[node] and each.in_force(self.days[i])
            )
        return self._scopes[node, i]

    def owner(self, account: str) -> str:
        return self.world.accounts[account].client

    def retained(self, node: str, i: int) -> set[str]:
        """Return R(n,t): owners of S(n,t)."""
        if (node, i) not in self._retained:
            self._retained[node, i] = {self.owner(account) for account in self.scope(node, i)}
        return self._retained[node, i]

    def first_starts(self, node: str) -> dict[str, date]:
        """Return each client's "first subscription ever" on the node."""
        if node not in self._firsts:
            firsts: dict[str, date] = {}
            for each in self.world.subscriptions.values():
                if each.product in self.nodes[node]:
                    firsts[each.client] = min(each.start, firsts.get(each.client, each.start))
            self._firsts[node] = firsts
        return self._firsts[node]

    # Slices

    def units_on(self, client: str, day: date) -> tuple[frozenset[str], str]:
        """Return outlet and everything above it, and the channel, as of a day."""
        _, outlet, channel = _version(self.world.clients[client], day)
        found: set[str] = set()
        unit = outlet
        while unit:
            found.add(unit)
            unit = _version(self.world.parents[unit], day)[1]
        return frozenset(found), channel

    def first_fact(self, client: str) -> int | None:
        """Return the index of the first day with a fact of any of the client's accounts."""
        accounts = self.owned.get(client, [])
        return next((i for i, day in enumerate(self.days) if any(a in self.world.facts[day] for a in accounts)), None)

    def tier_on(self, client: str, day: date) -> str | None:
        """Return the tier held on a calendar day, or None before the first fact.

        "the sum of h over all the client's accounts at the last close of the month before (a
        newcomer: the first fact) and held for the month"
        """
        first = self.first_fact(client)
        if first is None or self.days[first] > day:
            return None
        before = [i for i, each in enumerate(self.days) if each < day.replace(day=1)]
        at = before[-1] if before and before[-1] >= first else first
        wealth = sum(self.standing(account, at).value for account in self.owned[client])
        return TIERS[sum(wealth >= limit for limit in TIER_LIMITS)]

    def slices(self, client: str, i: int) -> tuple[frozenset[str], str, str]:
        """Return units, tier and channel on a fact day; without any fact the client's h is 0."""
        if (client, i) not in self._slices:
            day = self.days[i]
            units, channel = self.units_on(client, day)
            self._slices[client, i] = (units, self.tier_on(client, day) or TIERS[0], channel)
        return self._slices[client, i]

    def inside(self, client: str, i: int, where: Where) -> bool:
        return fits(self.slices(client, i), where)

    # One day's change

    def events(self, node: str, i: int) -> list[Event]:
        """Return what happened on the node between day i-1 and day i, each with the slice it stands in."""
        if (node, i) not in self._events:
            self._events[node, i] = [*self._money(node, i), *self._heads(node, i)]
        return self._events[node, i]

    def _money(self, node: str, i: int) -> Iterator[Event]:
        now, was = self.scope(node, i), self.scope(node, i - 1)
        for account in sorted(now | was):
            client = self.owner(account)
            today, eve = self.standing(account, i), self.standing(account, i - 1)
            if account not in now:
                # metrics.md: what leaves stands in the slice of t-1
                yield Event("left", eve.value, client, i - 1)
                yield Event(f"left_{self._reason(account, node, i)}", eve.value, client, i - 1)
                continue
            if account in was:
                before = eve.value
                # metrics.md: moved is what was there before, of those who changed slice, in minus out
                yield Event("moved", before, client, i)
                yield Event("moved", before, client, i - 1, sign=-1)
            else:
                # metrics.md: where t-1 has no fact, what stands there on t without the flow
                before = eve.value if eve.known else today.value - today.flow
                yield Event("entered", before, client, i)
                yield Event(f"entered_{self._entry(client, i)}", before, client, i)
            # "An account in scope that lacks a fact on t or t-1 (and is not carried) has no market:
            # what remains of its change is flow"
            complete = today.known and eve.known
            market = today.value - eve.value - today.flow if complete else 0
            yield Event("market", market, client, i)
            yield Event("flow", today.value - before - market, client, i)

    def _entry(self, client: str, i: int) -> str:
        """Return why an account entered, "judged in the matrix whatever the node"."""
        if client in self.retained(MATRIX, i - 1):
            return "expanded"
        return "returned_client" if self.first_starts(MATRIX)[client] <= self.days[i - 1] else "new_client"

    def _reason(self, account: str, node: str, i: int) -> str:
        """Return "the reason of the subscription that ended last; on a tie the first of" REASONS."""
        ended = [
            (each.end, -REASONS.index(each.reason))
            for each in self.signed[account]
            if each.product in self.nodes[node] and each.end is not None and self.days[i - 1] < each.end <= self.days[i]
        ]
        return REASONS[-max(ended)[1]]

    def _heads(self, node: str, i: int) -> Iterator[Event]:
        now, was = self.retained(node, i), self.retained(node, i - 1)
        starts = self.first_starts(node)
        first = {c for c, start in starts.items() if self.days[i - 1] < start <= self.days[i]}
        for client in sorted(now | was | first):
            if client in first:
                yield Event("first_time_clients", 1, client, i)
            elif client in now - was:
                yield Event("reactivated_clients", 1, client, i)
            if client not in now:
                yield Event("lapsed_clients", 1, client, i - 1 if client in was else i)
            if client in now & was:
                yield Event("moved_clients", 1, client, i)
                yield Event("moved_clients", 1, client, i - 1, sign=-1)

    def terms(self, node: str, where: Where, i: int) -> Counter[str]:
        """Return every term of one day's change in a slice."""
        if (node, where, i) not in self._terms:
            found: Counter[str] = Counter()
            for event in self.events(node, i):
                if self.inside(event.client, event.at, where):
                    found[event.term] += event.sign * event.amount
            self._terms[node, where, i] = found
        return self._terms[node, where, i]

    def term(self, name: str, node: str, where: Where, i: int) -> int:
        """Return one term of one day's change in a slice."""
        return self.terms(node, where, i)[name]

    # Figures

    def assets(self, node: str, where: Where, i: int) -> int:
        """Return A(n,t) of a slice."""
        return sum(
            self.standing(account, i).value
            for account in self.scope(node, i)
            if self.inside(self.owner(account), i, where)
        )

    def heads(self, node: str, where: Where, i: int) -> int:
        """Return the number of retained clients of a slice."""
        return sum(self.inside(client, i, where) for client in self.retained(node, i))

    def point(self, node: str, where: Where, i: int) -> dict[str, Any]:
        """Return the figures of one close, without any change."""
        here = {c for c in self.retained(node, i) if self.inside(c, i, where)}
        wealth = dict.fromkeys(here, 0)
        carried: list[int] = []
        accounts, unvalued = 0, 0
        for account in self.scope(node, i):
            if self.owner(account) in here:
                standing = self.standing(account, i)
                wealth[self.owner(account)] += standing.value
                carried += [standing.value] if standing.carried else []
                accounts += 1
                # metrics.md: what lacks a fact on either day and is not carried is listed
                unvalued += not (standing.known and i > 0 and self.standing(account, i - 1).known)
        books = {
            account.client
            for account in self.world.accounts.values()
            if account.opened <= self.days[i] and (account.closed is None or self.days[i] < account.closed)
            if self.inside(account.client, i, where)
        }
        pairs = {
            (self.owner(each.account), each.product)
            for each in self.world.subscriptions.values()
            if each.product in self.nodes[node] and each.in_force(self.days[i]) and self.owner(each.account) in here
        }
        return {
            "retained_clients": len(here),
            "funded_clients": sum(value > 0 for value in wealth.values()),
            "clients_on_books": len(books),
            "penetration": len(here) / len(books) if books else None,
            "product_pairs": len(pairs),
            "products_per_client": len(pairs) / len(here) if here else None,
            "signed_assets": sum(wealth.values()),
            "signed_accounts": accounts,
            "unvalued_accounts": unvalued,
            "carried_accounts": len(carried),
            "carried_value": sum(carried),
            "gross_clients": self._gross(self.heads, node, where, i),
            "gross_assets": self._gross(self.assets, node, where, i),
        }

    def _gross(self, figure: Any, node: str, where: Where, i: int) -> int:
        return sum(figure(product, where, i) for product in self.nodes[node])

    def cell(self, node: str, where: Where, i0: int, i1: int) -> dict[str, Any]:
        """Return every figure of a node and slice as of day i1, with the change since day i0."""
        names = ("entered", "left", "flow", "market", "moved")
        heads = ("first_time_clients", "reactivated_clients", "lapsed_clients", "moved_clients")
        parts = [f"entered_{reason}" for reason in ENTRIES] + [f"left_{reason}" for reason in REASONS]
        found = self.point(node, where, i1)
        for name in (*names, *heads, *parts):
            found[name] = sum(self.term(name, node, where, i) for i in range(i0 + 1, i1 + 1))
        before, after = self.assets(node, where, i0), found["signed_assets"]
        found["assets_before"] = before
        found["clients_before"] = self.heads(node, where, i0)
        found["growth"] = after / before - 1 if before else None
        signed = {name: -found[name] if name == "left" else found[name] for name in names}
        found["points"] = {name: amount / before if before else None for name, amount in signed.items()}
        rate, skipped = self.time_weighted(node, where, i0, i1)
        found["twr"], found["skipped_days"] = rate, skipped
        # "empty if a day was skipped"
        neutral = found["growth"] is not None and rate is not None and not skipped and rate != -1
        found["market_neutral_growth"] = (1 + found["growth"]) / (1 + (rate or 0)) - 1 if neutral else None
        found["modified_dietz"] = self.modified_dietz(node, where, i0, i1)
        return found

    def time_weighted(self, node: str, where: Where, i0: int, i1: int) -> tuple[float | None, int]:
        """Return "daily market / (A(t) - market), linked" (None when every day was skipped), and how many were."""
        product, skipped = 1.0, 0
        for i in range(i0 + 1, i1 + 1):
            market = self.term("market", node, where, i)
            base = self.assets(node, where, i) - market
            if base > 0:
                product *= 1 + market / base
            else:
                skipped += 1
        return (product - 1 if skipped < i1 - i0 else None), skipped

    def modified_dietz(self, node: str, where: Where, i0: int, i1: int) -> float | None:
        """Return market / (A(t0) + each day's other terms, weighted from its t-1), or None when refused."""
        length = (self.days[i1] - self.days[i0]).days
        market, base = 0, float(self.assets(node, where, i0))
        for i in range(i0 + 1, i1 + 1):
            market += self.term("market", node, where, i)
            other = sum(
                sign * self.term(name, node, where, i)
                for name, sign in (("entered", 1), ("left", -1), ("flow", 1), ("moved", 1))
            )
            base += other * (self.days[i1] - self.days[i - 1]).days / length
        return market / base if base > 0 else None

    def base_of(self, i: int) -> int | None:
        """Return the YoY day: "the last fact day on or before the same calendar day one year earlier"."""
        day = self.days[i]
        leap = (day.month, day.day) == (2, 29)
        earlier = date(day.year - 1, 2, 28) if leap else day.replace(year=day.year - 1)
        before = [j for j, each in enumerate(self.days) if each <= earlier]
        return before[-1] if before else None


def _version(versions: list[Any], day: date) -> Any:
    """Return the version of a day; "before the first known value ..., that value holds"."""
    held = [each for each in versions if each[0] <= day]
    return held[-1] if held else versions[0]


def fits(slices: tuple[frozenset[str], str, str], where: Where) -> bool:
    units, tier, channel = slices
    return (
        (where.unit is None or where.unit in units)
        and (where.tier is None or where.tier == tier)
        and (where.channel is None or where.channel == channel)
    )

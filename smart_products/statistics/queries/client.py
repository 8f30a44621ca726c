"""Signed assets of one client, for the client: from his subscriptions and the portal's copy.

Owns which intervals count: those of his subscriptions with the ends that really hold. Three statements, whatever
the number of days. Never asks for anybody else's account, and never writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from smart_products.holdings.queries import account_histories, served_days
from smart_products.signing.queries import SubscriptionView, subscriptions_of
from smart_products.statistics import personal
from smart_products.statistics.personal import Day, Worth


@dataclass(frozen=True, slots=True)
class ClientBook:
    """All that a client signed, and what the accounts under it were worth."""

    subscriptions: Sequence[SubscriptionView]
    days: Sequence[date]
    worths: Mapping[int, Worth]

    @property
    def as_of(self) -> date | None:
        """Return the last close there is."""
        return self.days[-1] if self.days else None

    def line(self, chosen: Sequence[SubscriptionView] | None = None) -> tuple[Day, ...]:
        """Return signed assets day by day, of some subscriptions or of all; each account counts once."""
        signed: dict[int, list[personal.Interval]] = {}
        for one in self.subscriptions if chosen is None else chosen:
            signed.setdefault(one.account_id, []).append((one.start, one.ended))
        return personal.history(self.days, self.worths, signed)


def client_book(client_id: int) -> ClientBook:
    """Return the book of a client; empty where nothing was ever signed."""
    subscriptions = subscriptions_of(client_id)
    histories = account_histories({one.account_id for one in subscriptions})
    worths = {account: Worth(found.values, found.net_flows) for account, found in histories.items()}
    return ClientBook(subscriptions, served_days(), worths)

"""The master files of a delivery: units, clients, accounts, products and subscriptions.

Owns what the broker knew on a day: what opens, starts or ends later is not in the tables of
that day, and `changes` hold what became known since an earlier day. Codes are fixed-width
so that their order is that of the numbers. Tables are Arrow, columns as in docs/feed.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from demo import plan
from demo.people import GIVEN, SURNAMES, Accounts, Clients, Moves
from demo.period import NEVER, Days
from demo.subscriptions import REASONS, Subscriptions
from demo.units import Units

Ints = NDArray[np.int64]
Chosen = NDArray[np.bool_] | Ints


@dataclass(frozen=True, slots=True)
class Broker:
    """All generated tables but the holdings."""

    units: Units
    clients: Clients
    accounts: Accounts
    moves: Moves
    subscriptions: Subscriptions


def codes(letter: str, count: int, width: int) -> pa.Array:
    """Return the codes of numbers 0 .. count - 1: a letter and digits of fixed width, from 1."""
    digits = pc.utf8_lpad(pc.cast(pa.array(np.arange(1, count + 1)), pa.string()), width, "0")
    return pc.binary_join_element_wise(letter, digits, "")


def account_codes(accounts: Accounts) -> pa.Array:
    """Return the account codes, ascending."""
    return codes("A", len(accounts), 8)


def _dates(days: Days) -> pa.Array:
    """Return days as ISO text, empty for NEVER."""
    text = pc.cast(pa.array(np.where(days < NEVER, days, 0).astype(np.int32)).cast(pa.date32()), pa.string())
    return pc.if_else(pa.array(days < NEVER), text, "")


def _pick(words: list[str], index: Ints) -> pa.Array:
    return pa.array(words).take(pa.array(index))


def units(broker: Broker) -> pa.Table:
    """Return units.csv."""
    columns = zip(*broker.units.rows, strict=True)
    names = ("unit", "parent", "level", "name", "name_en")
    return pa.table({name: list(column) for name, column in zip(names, columns, strict=True)})


def products() -> pa.Table:
    """Return products.csv."""
    names = ("family", "name", "name_en", "risk_level", "regulatory_class")
    columns = {"product": [item.code for item in plan.PRODUCTS]}
    return pa.table(columns | {name: [getattr(item, name) for item in plan.PRODUCTS] for name in names})


def clients(broker: Broker, chosen: Chosen, outlet: Ints) -> pa.Table:
    """Return clients.csv for the chosen clients; `outlet` holds the outlet of every client on that day."""
    people = broker.clients
    rows = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen
    surname, one, two = (part[rows] for part in people.name)
    given = list(GIVEN) + [""] * 8
    name = pc.binary_join_element_wise(_pick(list(SURNAMES), surname), _pick(given, one), _pick(given, two), "")
    risk = people.risk[rows]
    return pa.table(
        {
            "client": codes("C", len(people), 7).take(pa.array(rows)),
            "outlet": _pick(list(broker.units.outlets), outlet[rows]),
            "channel": _pick([code for code, _ in plan.CHANNELS], people.channel[rows]),
            "opened_on": _dates(people.opened[rows]),
            "name": name,
            "birth_year": pc.cast(pa.array(people.birth_year[rows]), pa.string()),
            "investor_class": _pick(["ordinary", "professional"], people.professional[rows].astype(np.int64)),
            "risk_class": _pick(["", "C1", "C2", "C3", "C4", "C5"], risk),
            "risk_assessed_on": _dates(np.where(risk > 0, people.assessed[rows], NEVER)),
            # No mobile telephone has such a number: a message that goes astray reaches nobody.
            "mobile": codes("100", len(people), 8).take(pa.array(rows)),
        }
    )


def accounts(broker: Broker, chosen: NDArray[np.bool_], day: int) -> pa.Table:
    """Return accounts.csv for the chosen accounts as known on a day."""
    held = broker.accounts
    rows = np.flatnonzero(chosen)
    closed = held.closed[rows]
    return pa.table(
        {
            "account": account_codes(held).take(pa.array(rows)),
            "client": codes("C", len(broker.clients), 7).take(pa.array(held.client[rows])),
            "opened_on": _dates(held.opened[rows]),
            "closed_on": _dates(np.where(closed <= day, closed, NEVER)),
        }
    )


def subscriptions(broker: Broker, chosen: NDArray[np.bool_], day: int) -> pa.Table:
    """Return subscriptions.csv for the chosen subscriptions as known on a day."""
    subs = broker.subscriptions
    rows = np.flatnonzero(chosen)
    known = subs.end[rows] <= day
    return pa.table(
        {
            "subscription": codes("S", len(subs), 8).take(pa.array(rows)),
            "client": codes("C", len(broker.clients), 7).take(pa.array(subs.client[rows])),
            "product": _pick([item.code for item in plan.PRODUCTS], subs.product[rows]),
            "account": account_codes(broker.accounts).take(pa.array(subs.account[rows])),
            "start": _dates(subs.start[rows]),
            "end": _dates(np.where(known, subs.end[rows], NEVER)),
            "end_reason": _pick([*REASONS, ""], np.where(known, subs.reason[rows], len(REASONS))),
        }
    )


def outlets_on(broker: Broker, day: int) -> Ints:
    """Return the outlet of every client on a day, moves of that day included."""
    outlet = broker.clients.outlet.copy()
    known = broker.moves.day <= day
    outlet[broker.moves.client[known]] = broker.moves.outlet[known]
    return outlet


def full(broker: Broker, day: int) -> dict[str, pa.Table]:
    """Return all master files as known on a day, clients at their first outlets (moves are deliveries)."""
    return {
        "units.csv": units(broker),
        "products.csv": products(),
        "clients.csv": clients(broker, broker.clients.opened <= day, broker.clients.outlet),
        "accounts.csv": accounts(broker, broker.accounts.opened <= day, day),
        "subscriptions.csv": subscriptions(broker, broker.subscriptions.start <= day, day),
    }


def changes(broker: Broker, before: int, day: int) -> dict[str, pa.Table]:
    """Return what became known after the day `before` and by `day`; empty files are left out."""

    def fresh(*columns: Days) -> NDArray[np.bool_]:
        known: NDArray[np.bool_] = np.zeros(len(columns[0]), dtype=np.bool_)
        for column in columns:
            known |= (before < column) & (column <= day)
        return known

    new_clients = fresh(broker.clients.opened)
    new_clients[broker.moves.client[fresh(broker.moves.day)]] = True
    held, subs = broker.accounts, broker.subscriptions
    tables = {
        "clients.csv": clients(broker, new_clients, outlets_on(broker, day)),
        "accounts.csv": accounts(broker, fresh(held.opened, held.closed), day),
        "subscriptions.csv": subscriptions(broker, fresh(subs.start, subs.end), day),
    }
    return {name: table for name, table in tables.items() if table.num_rows}


def move_files(broker: Broker, day: int) -> dict[str, pa.Table]:
    """Return the clients file of the moves of one day."""
    moving = np.sort(broker.moves.client[broker.moves.day == day])
    return {"clients.csv": clients(broker, moving, outlets_on(broker, day))}

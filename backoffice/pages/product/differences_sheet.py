"""Two versions of a day as a table, a line for each thing that may differ: figure, account, delivery, master data.

Column heads are the names of docs/metrics.md, in every language, so that a sheet can be read by programs. Amounts are
exact yuan, counts whole. An account that the reader may not see has no line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from core.money import yuan
from screens.tables import Entry, Table
from smart_products.holdings.queries import DayFactsView
from smart_products.statistics.figures import MatrixRow
from smart_products.statistics.queries import Differences
from smart_products.statistics.queries.parts import OtherAccounts

HEAD = (
    "as_of", "since", "node", "unit", "tier", "channel", "from_version", "to_version",
    "kind", "source", "name", "measure", "from", "to", "difference",
)  # fmt: skip
LIMIT = 1_000
"""As many accounts stand in a sheet; what is left is summed."""

Line = tuple[Entry, Entry, Entry, Entry, Entry, Entry, Entry]


def sheet(found: Differences, since: str) -> Table:
    """Return the lines of two versions below their head; `since` is the day that terms count from, if any."""
    row = found.figures[1]
    scope = (
        found.as_of.isoformat(), since, row.node, row.unit, row.tier or "", row.channel or "",
        found.earlier.version, found.later.version,
    )  # fmt: skip
    lines = (*_figures(*found.figures), *_accounts(found), *_deliveries(found), *_master_data(found))
    return Table(HEAD, [(*scope, *line) for line in lines])


def _figures(before: MatrixRow, after: MatrixRow) -> Iterator[Line]:
    pairs = zip(_numbers(before).items(), _numbers(after).values(), strict=True)
    for (name, was), now in pairs:
        yield "figure", "", "", name, was, now, now - was


def _numbers(row: MatrixRow) -> Mapping[str, int | Decimal]:
    assets, clients, first = row.assets, row.clients, row.first_sign
    money = {
        "signed_assets": assets.now, "assets_before": assets.before, "entered": assets.entered_total,
        "left": assets.left_total, "flow": assets.flow, "market": assets.market, "moved": assets.moved,
    }  # fmt: skip
    return {
        **{name: yuan(fen) for name, fen in money.items()},
        "retained_clients": clients.retained, "clients_before": clients.before,
        "first_time_clients": clients.first_time, "reactivated_clients": clients.reactivated,
        "lapsed_clients": clients.lapsed, "moved_clients": clients.moved,
        "first_sign_clients": first.clients, "first_sign_retained": first.retained,
    }  # fmt: skip


def _accounts(found: Differences) -> Iterator[Line]:
    for part in found.accounts:
        own = "account", part.source, part.code
        yield *own, "signed_assets", yuan(part.assets_before), yuan(part.assets_after), yuan(part.assets)
        yield *own, "retained_clients", part.client_before, part.client_after, part.clients
    yield from _rest("further_accounts", found.others)
    yield from _rest("accounts_outside_your_units", found.outside)


def _rest(kind: str, rest: OtherAccounts) -> Iterator[Line]:
    if rest.accounts:
        yield kind, "", rest.accounts, "signed_assets", "", "", yuan(rest.assets)
        yield kind, "", rest.accounts, "retained_clients", "", "", rest.clients


def _deliveries(found: Differences) -> Iterator[Line]:
    for one in found.facts:
        knew = (_sequence(one.before), _sequence(one.after))
        yield "delivery", one.source, one.day.isoformat(), "sequence", *knew, ""


def _sequence(view: DayFactsView | None) -> Entry:
    return "" if view is None else view.sequence


def _master_data(found: Differences) -> Iterator[Line]:
    """Yield the rows that the earlier version alone knew, and those that the later one alone knew."""
    for one in found.cut:
        yield "master_data", "", one.part, "rows", one.removed, one.added, ""

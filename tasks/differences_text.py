"""Two versions of a day as plain objects for `--json` and as tables for a terminal.

Owns the keys of the JSON and the words of the tables. Money is yuan with two decimals. Never computes a figure: the
parts come with their sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.money import yuan
from smart_products.holdings.queries import DayFactsView
from smart_products.statistics.figures import MatrixRow
from smart_products.statistics.queries import Differences
from tasks.tables import table

NONE = "-"


def plain(found: Differences) -> dict[str, Any]:
    """Return two versions and their differences as JSON values."""
    earlier, later = found.figures
    return {
        "as_of": found.as_of.isoformat(),
        "from": found.earlier.version,
        "to": found.later.version,
        "node": later.node,
        "unit": later.unit,
        "tier": later.tier,
        "channel": later.channel,
        "figures": {
            name: {
                "from": _amount(name, before),
                "to": _amount(name, after),
                "difference": _amount(name, after - before),
            }
            for name, (before, after) in _pairs(earlier, later).items()
        },
        "accounts": [
            {
                "source": part.source,
                "account": part.code,
                "assets": {"from": _yuan(part.assets_before), "to": _yuan(part.assets_after)},
                "clients": {"from": part.client_before, "to": part.client_after},
            }
            for part in found.accounts
        ],
        "other_accounts": {
            "accounts": found.others.accounts,
            "assets": _yuan(found.others.assets),
            "clients": found.others.clients,
        },
        "deliveries": [
            {
                "day": change.day.isoformat(),
                "source": change.source,
                "from": _delivery(change.before),
                "to": _delivery(change.after),
            }
            for change in found.facts
        ],
        "cut": {change.part: {"removed": change.removed, "added": change.added} for change in found.cut},
    }


def lines(found: Differences) -> Iterator[str]:
    """Yield the lines a person reads."""
    versions = [f"v{one.version} {clock.shanghai_minute(one.published_at)}" for one in (found.earlier, found.later)]
    pairs = _pairs(*found.figures)
    figures = [
        [label, *(_amount(name, number) for number in (*pairs[name], pairs[name][1] - pairs[name][0]))]
        for name, label in _labels().items()
    ]
    yield from table([_("Figure"), *versions, _("Difference")], [[str(cell) for cell in row] for row in figures])
    yield ""
    yield from _account_lines(found)
    for change in found.facts:
        words = {
            "day": change.day,
            "source": change.source,
            "before": _delivery_text(change.before),
            "after": _delivery_text(change.after),
        }
        yield _("Facts of %(day)s from %(source)s: %(before)s, then %(after)s") % words
    for part in found.cut:
        parts = {
            "subscriptions": _("subscriptions"),
            "placements": _("clients' places"),
            "accounts": _("accounts"),
            "units": _("places of units"),
            "products": _("products and families"),
        }
        words = {"part": parts[part.part], "removed": part.removed, "added": part.added}
        yield _("Master data, %(part)s: %(removed)s gone, %(added)s new") % words


def _account_lines(found: Differences) -> Iterator[str]:
    if not found.accounts:
        yield _("No account differs in signed assets or retained clients.")
        return
    rows = [
        [
            f"{part.source} {part.code}",
            _yuan(part.assets_before),
            _yuan(part.assets_after),
            _yuan(part.assets),
            f"{part.clients:+d}" if part.clients else "0",
        ]
        for part in found.accounts
    ]
    others = found.others
    if others.accounts:
        told = _("%(count)s other accounts") % {"count": others.accounts}
        rows.append([told, "", "", _yuan(others.assets), f"{others.clients:+d}" if others.clients else "0"])
    head = [_("Account"), f"v{found.earlier.version}", f"v{found.later.version}", _("Difference"), _("Clients")]
    yield from table(head, rows)


def _labels() -> dict[str, str]:
    return {
        "signed_assets": _("Signed assets"),
        "entered": _("Entered"),
        "left": _("Left"),
        "flow": _("Net inflow"),
        "market": _("Market"),
        "moved": _("Moved"),
        "retained_clients": _("Retained clients"),
        "first_time_clients": _("First-time clients"),
        "reactivated_clients": _("Reactivated clients"),
        "lapsed_clients": _("Lapsed clients"),
    }


def _pairs(earlier: MatrixRow, later: MatrixRow) -> dict[str, tuple[int, int]]:
    before, after = _numbers(earlier), _numbers(later)
    return {name: (before[name], after[name]) for name in before}


def _numbers(row: MatrixRow) -> dict[str, int]:
    return {
        "signed_assets": row.assets.now,
        "entered": row.assets.entered_total,
        "left": row.assets.left_total,
        "flow": row.assets.flow,
        "market": row.assets.market,
        "moved": row.assets.moved,
        "retained_clients": row.clients.retained,
        "first_time_clients": row.clients.first_time,
        "reactivated_clients": row.clients.reactivated,
        "lapsed_clients": row.clients.lapsed,
    }


def _amount(name: str, number: int) -> str | int:
    return number if name.endswith("clients") else _yuan(number)


def _yuan(fen: int) -> str:
    return str(yuan(fen))


def _delivery(view: DayFactsView | None) -> dict[str, Any] | None:
    if view is None:
        return None
    return {"sequence": view.sequence, "folder": view.folder, "received_at": view.received_at.isoformat()}


def _delivery_text(view: DayFactsView | None) -> str:
    if view is None:
        return NONE
    return f"#{view.sequence} {view.folder} ({clock.shanghai_minute(view.received_at)})"

"""First-sign and N-day retention as metrics.md defines them, on top of the judge's nodes and slices.

Owns who signed first when and in which slice. These figures read subscriptions alone; facts
matter only for the tier of a slice.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.oracle.judge import TIERS, Judge, Where, fits


def first_signers(judge: Judge, node: str, where: Where, since: date, until: date) -> dict[str, date]:
    """Return the clients whose first start lies in since..until, with that day.

    "A retention figure takes the clients who stood in the slice on the day of their first
    signing; before the first known value of a slice, that value holds."
    """
    return {
        client: start
        for client, start in judge.first_starts(node).items()
        if since <= start <= until and fits(_at_signing(judge, client, start, until), where)
    }


def _at_signing(judge: Judge, client: str, start: date, as_of: date) -> tuple[frozenset[str], str, str]:
    units, channel = judge.units_on(client, start)
    first = judge.first_fact(client)
    if first is None or judge.days[first] > as_of:  # no value is known yet
        return units, TIERS[0], channel
    return units, judge.tier_on(client, max(start, judge.days[first])) or TIERS[0], channel


def in_force(judge: Judge, node: str, client: str, day: date) -> bool:
    """Tell whether the client has a subscription in force on the node on a calendar day."""
    return any(
        each.product in judge.nodes[node] and each.in_force(day)
        for account in judge.owned.get(client, [])
        for each in judge.signed[account]
    )


def first_sign(judge: Judge, node: str, where: Where, as_of: date, since: date) -> dict[str, Any]:
    """Return first-sign retention of the first-time clients of since..as_of."""
    signers = first_signers(judge, node, where, since, as_of)
    retained = sum(in_force(judge, node, client, as_of) for client in signers)
    waited = [(as_of - start).days for start in signers.values()]
    return {
        "clients": len(signers),
        "retained": retained,
        "rate": retained / len(signers) if signers else None,
        "mean_days": sum(waited) / len(waited) if waited else None,
    }


def n_day(judge: Judge, node: str, where: Where, as_of: date, days: int) -> dict[str, Any]:
    """Return N-day retention: "of the first-time clients with start + N <= t, the share in force"."""
    signers = first_signers(judge, node, where, date.min, as_of)
    seen = {c: _plus(start, days) for c, start in signers.items() if _plus(start, days) <= as_of}
    retained = sum(in_force(judge, node, client, day) for client, day in seen.items())
    return {
        "observable": len(seen),
        "retained": retained,
        "rate": retained / len(seen) if seen else None,
    }


def _plus(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() + days)

"""truth.json: what was planted in a generated broker, and what came out.

Owns the figures that an evaluation of the service is held against. `planted` states
parameters and the expectations that follow from them, with standard errors where a figure is
random; `realised` states exact counts and sums from the generated tables. Money is text with
two decimals, days are ISO dates, rates and points are fractions, None is not observable.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from demo import plan
from demo.ledger import ENTER_REASONS, Ledger
from demo.masters import Broker
from demo.period import NEVER, Period, to_date
from demo.spells import Spells
from demo.subscriptions import REASONS
from demo.tenure import Tenure
from demo.writing import Entry, yuan

RETURN_DAYS = (90, 180, 365)


@dataclass(frozen=True, slots=True)
class Truth:
    """The figures of a generated broker; every part holds JSON values alone."""

    broker: dict[str, Any]
    planted: dict[str, Any]
    realised: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """Return truth.json as one object."""
        return self.broker | {"planted": self.planted, "realised": self.realised}

    def write(self, path: Path) -> None:
        """Write truth.json."""
        path.write_text(json.dumps(self.document(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def describe(broker: Broker, period: Period, since: int, clients: int, seed: int) -> dict[str, Any]:
    """Return what the broker is: its arguments, days, catalogue and sizes."""
    names = ("code", "name", "name_en")
    return {
        "source": plan.SOURCE,
        "seed": seed,
        "clients": clients,
        "days": len(period.days),
        "from": period.date(0).isoformat(),
        "as_of": period.date(-1).isoformat(),
        "since": period.date(since).isoformat(),
        "year_over_year": period.base is not None,
        "families": [{name: getattr(item, name) for name in names} for item in plan.FAMILIES],
        "products": [{name: getattr(item, name) for name in (*names, "family")} for item in plan.PRODUCTS],
        "units": len(broker.units.rows),
        "outlets": len(broker.units.outlets),
        "tiers": [f"{limit}.00" for limit in plan.TIER_LIMITS],
        "channels": [code for code, _ in plan.CHANNELS],
    }


def planted(tenure: Tenure, ledger: Ledger, clients: int, period: Period) -> dict[str, Any]:
    """Return the planted parameters and the expectations that follow from them."""
    survival = [
        {"months": months, "days": day, "survival": float(tenure.survival[day])}
        for months in plan.SURVIVAL_MONTHS
        for day in (plan.MONTH_ENDS[months - 1],)
    ]
    within = [
        {
            "days": day,
            "chance": plan.RETURN_CHANCE * float(-np.expm1(-(day - plan.RETURN_AFTER) / plan.RETURN_MEAN)),
        }
        for day in RETURN_DAYS
    ]
    whole_year = period.base is not None
    before = float(ledger.assets[ledger.since])
    points = {
        term: {"points": expected / before, "standard_error": ledger.variance[term] ** 0.5 / before}
        for term, expected in ledger.expected.items()
        if before > 0
    }
    return {
        "retained_clients": clients,
        "first_sign_rate": plan.FIRST_SIGN_RATE,
        "signed_assets": yuan(round(plan.ASSETS_A_CLIENT * clients * 100)),
        "growth": plan.ASSET_GROWTH if whole_year else None,
        "monthly_hazards": list(tenure.hazards),
        "later_monthly_hazard": tenure.later,
        "month_ends": list(plan.MONTH_ENDS),
        "survival": survival,
        "reactivation": {"chance": plan.RETURN_CHANCE, "least_days": plan.RETURN_AFTER, "within": within},
        "flow_a_year": {"signed": plan.SIGNED_FLOW_A_YEAR, "others": plan.OTHER_FLOW_A_YEAR},
        "market_return": plan.YEAR_RETURN if whole_year else None,
        "beta": plan.BETA_MEAN,
        "points": points,
        "missing_share": plan.MISSING_SHARE,
    }


def realised(broker: Broker, ledger: Ledger, period: Period, spells: Spells, holdings: list[Entry]) -> dict[str, Any]:
    """Return the exact figures of the matrix between `since` and the last day, and of each node."""
    after = slice(ledger.since + 1, None)
    before, now = int(ledger.assets[ledger.since]), int(ledger.assets[-1])
    entered, left = ledger.entered[after].sum(axis=0), ledger.left[after].sum(axis=0)
    terms = {
        "entered": int(entered.sum()),
        "left": -int(left.sum()),
        "flow": int(ledger.flow[after].sum()),
        "market": int(ledger.market[after].sum()),
    }
    counts = {
        "retained_clients": int(ledger.retained[-1]),
        "clients_before": int(ledger.retained[ledger.since]),
        "first_time_clients": int(ledger.first_time[after].sum()),
        "reactivated_clients": int(ledger.reactivated[after].sum()),
        "lapsed_clients": int(ledger.lapsed[after].sum()),
    }
    money = {
        "signed_assets": yuan(now),
        "assets_before": yuan(before),
        "entered": yuan(terms["entered"]),
        "entered_by": {name: yuan(int(part)) for name, part in zip(ENTER_REASONS, entered, strict=True)},
        "left": yuan(-terms["left"]),
        "left_by": {name: yuan(int(part)) for name, part in zip(REASONS, left, strict=True)},
        "flow": yuan(terms["flow"]),
        "market": yuan(terms["market"]),
        "growth": now / before - 1 if before else None,
        "points": {name: term / before for name, term in terms.items()} if before else None,
        "carried_accounts": ledger.carried_accounts,
        "carried_value": yuan(ledger.carried_value),
    }
    return (
        counts
        | money
        | {
            "first_sign": _first_sign(ledger.first_sign, _in_force(broker, period.last, None)[0], period),
            "reactivation": _reactivation(spells, period),
            "nodes": _nodes(broker, ledger, period),
            "month_ends": _month_ends(ledger, period),
            "rows": _rows(broker, holdings),
        }
    )


def _in_force(broker: Broker, day: int, products: list[int] | None) -> tuple[Any, Any]:
    """Return the clients and the accounts with a subscription in force on a day on one of the products."""
    subs = broker.subscriptions
    chosen = (subs.start <= day) & (day < subs.end)
    if products is not None:
        chosen &= np.isin(subs.product, products)
    return np.unique(subs.client[chosen]), np.unique(subs.account[chosen])


def _first_sign(first: Any, retained: Any, period: Period) -> dict[str, Any]:
    """Return first-sign retention of the window up to the last day, from each client's first start."""
    signed = np.flatnonzero((period.window <= first) & (first <= period.last))
    stayed = int(np.isin(signed, retained).sum())
    return {
        "from": to_date(period.window).isoformat(),
        "to": to_date(period.last).isoformat(),
        "clients": len(signed),
        "retained": stayed,
        "rate": stayed / len(signed) if len(signed) else None,
        "mean_days": float((period.last - first[signed]).mean()) if len(signed) else None,
    }


def _reactivation(spells: Spells, period: Period) -> list[dict[str, Any]]:
    """Return how many ended spells were followed by another within some days, where that is observable."""
    follows = np.append((spells.client[1:] == spells.client[:-1]), False)
    gap = np.where(follows, np.append(spells.start[1:], NEVER) - spells.end, NEVER)
    lasting = spells.end > spells.start
    rates = []
    for days in RETURN_DAYS:
        seen = lasting & (spells.end + days <= period.last)
        back = int((seen & (gap <= days)).sum())
        rates.append({"days": days, "ended": int(seen.sum()), "returned": back})
    return rates


def _nodes(broker: Broker, ledger: Ledger, period: Period) -> dict[str, Any]:
    """Return heads, assets and first-sign retention of every family and product on the two days."""
    codes = {item.code: [index] for index, item in enumerate(plan.PRODUCTS)}
    for family in plan.FAMILIES:
        codes[family.code] = [i for i, item in enumerate(plan.PRODUCTS) if item.family == family.code]
    subs = broker.subscriptions
    result = {}
    for code, products in codes.items():
        clients, held = _in_force(broker, period.last, products)
        _, earlier = _in_force(broker, int(period.days[ledger.since]), products)
        first = np.full(len(broker.clients), NEVER)
        chosen = np.isin(subs.product, products)
        np.minimum.at(first, subs.client[chosen], subs.start[chosen])
        result[code] = {
            "retained_clients": len(clients),
            "signed_assets": yuan(int(ledger.held_last[held].sum())),
            "assets_before": yuan(int(ledger.held_since[earlier].sum())),
            "first_sign": _first_sign(first, clients, period),
        }
    return result


def _month_ends(ledger: Ledger, period: Period) -> list[dict[str, Any]]:
    """Return retained clients and signed assets on the last trading day of each month and on the last day."""
    months = period.days.astype("datetime64[D]").astype("datetime64[M]")
    final = np.flatnonzero(np.append(months[1:] != months[:-1], True))
    return [
        {
            "day": period.date(at).isoformat(),
            "retained_clients": int(ledger.retained[at]),
            "signed_assets": yuan(int(ledger.assets[at])),
        }
        for at in final.tolist()
    ]


def _rows(broker: Broker, holdings: list[Entry]) -> dict[str, int]:
    """Return how many rows the tables hold."""
    return {
        "clients": len(broker.clients),
        "accounts": len(broker.accounts),
        "subscriptions": len(broker.subscriptions),
        "moves": len(broker.moves.day),
        "holdings": sum(entry.rows for entry in holdings),
    }

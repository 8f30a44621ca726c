"""Who signs before any fact of his counts in the lowest tier until his first fact, and from then on in the tier it
gives him: also his first signing, however long ago."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from tests.oracle import service
from tests.oracle.agreement import compare
from tests.oracle.feeds import Delivery
from tests.oracle.judge import TIERS, Judge, Where
from tests.oracle.world import resolve
from tests.statistics.cases import Days, account, client, history, night, product, signed

SIGNED = date(2024, 1, 9)
FACTS = (
    date(2024, 1, 5),
    date(2024, 1, 10),
    date(2024, 1, 12),
    date(2024, 1, 31),
    date(2024, 2, 1),
    date(2024, 7, 5),
    date(2024, 7, 10),  # six months after the signing, 180 days lie between
    date(2024, 7, 11),
    date(2024, 9, 2),
    date(2024, 9, 3),
)
WORTH = {"soon": 70_000, "eve": 40_000, "late": 600_000, "left": 120_000, "poor": 10, "again": 55_000}
KNOWN = {"soon": 2, "eve": 6, "late": 8, "left": 3, "poor": 4, "again": 5}
"""Position in FACTS of each client's first fact."""


def facts() -> Days:
    rows: dict[date, dict[str, tuple[int, int]]] = {day: {"A0": (31_000 + n, n)} for n, day in enumerate(FACTS)}
    for name, first in KNOWN.items():
        for n in range(first, len(FACTS)):
            rows[FACTS[n]][f"A-{name}"] = (WORTH[name] + n, 0)
    return rows


def masters() -> dict[str, list[dict[str, object]]]:
    names = list(KNOWN)
    outlets = dict(zip(names, ("O1", "O2", "O1", "O2", "O1", "O2"), strict=True))
    ended = {"left": (date(2024, 1, 11), "withdrawn"), "again": (date(2024, 1, 20), "terminated")}
    return {
        "clients": [client("C0"), *(client(f"C-{name}", outlets[name]) for name in names)],
        "accounts": [account("A0", "C0"), *(account(f"A-{name}", f"C-{name}") for name in names)],
        "products": [product("grid"), product("signal", "signals")],
        "subscriptions": [
            signed("S0", "C0", "A0", date(2023, 12, 1)),
            *(signed(f"S-{name}", f"C-{name}", f"A-{name}", SIGNED, *ended.get(name, ())) for name in names),
            signed("S-again-2", "C-again", "A-again", date(2024, 7, 11)),
            signed("S-late-2", "C-late", "A-late", date(2024, 2, 1), of="signal"),
        ],
    }


def whole() -> list[Delivery]:
    return [history(facts(), **masters())]


def nightly() -> list[Delivery]:
    """The same days: two by history, then night by night."""
    days = facts()
    first = {day: days[day] for day in FACTS[:2]}
    return [history(first, **masters()), *(night({day: days[day]}) for day in FACTS[2:])]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "story",
    [
        pytest.param(whole(), id="at once"),
        pytest.param(nightly(), id="night by night", marks=pytest.mark.slow),
    ],
)
def test_first_signings_follow_the_tier(story: Sequence[Delivery]) -> None:
    service.import_test_calendar()
    judge = Judge(resolve(whole()))
    with service.fresh_service() as folder:
        for one in story:
            service.deliver_in_order(folder, [one])
            service.close()
        wrong = [
            line
            for i in range(1, len(FACTS))
            for where in (
                *(Where(tier=tier) for tier in TIERS),
                Where(unit="O1", tier="t5"),
                Where(unit="B2", tier="t3"),
            )
            for line in compare(judge, where, i - 1, i)
        ]
        assert wrong == []
        # the case is not empty: the signing of `late` moved to the highest tier eight months after
        assert first_signed(FACTS[7], "t5") == 0
        assert first_signed(FACTS[8], "t5") == 1


def first_signed(day: date, tier: str) -> int:
    """Return how many first signings lie 180 days back or more, in a tier."""
    row = service.matrix(day, tier=tier, node="matrix")["rows"][0]
    return int(row["first_sign"]["observable_180"])

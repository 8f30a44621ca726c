"""A published matrix made by hand: four families, twelve products, figures that add up exactly.

The same objects that statistics answers with, so that pages can be tried without a database.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from accounts.queries import UnitNode
from backoffice.filters import Filters
from backoffice.pages import matrix as pages
from backoffice.pages import tiers
from backoffice.pages.matrix import MatrixPage, Surroundings
from backoffice.scope import scope
from smart_products.holdings.queries.facts import DayFactsView
from smart_products.statistics.figures import Assets, Clients, FirstSign, MatrixRow, Overlap, Point, Returns
from smart_products.statistics.queries import CutView, Matrix, PublicationView
from smart_products.statistics.tiers import TIERS

AS_OF, SINCE = date(2024, 12, 31), date(2023, 12, 29)
FAMILIES = (
    (
        "trade",
        "智能交易",
        "Smart trading",
        (("cond", "条件单", "Conditional orders"), ("grid", "网格交易", "Grid trading")),
    ),
    (
        "pick",
        "选股与配置",
        "Selection",
        (("etf", "ETF 轮动", "ETF rotation"), ("alloc", "资产配置助手", "Allocation")),
    ),
    (
        "advice",
        "投顾服务包",
        "Advisory packs",
        (("fund", "基金投顾", "Fund advisory"), ("diag", "账户诊断", "Check-up")),
    ),
)
UNITS = [
    UnitNode(1, "HQ", "headquarters", "总部", "Headquarters", None),
    *(UnitNode(10 + n, f"B{n}", "branch", f"第{n}分公司", f"Branch {n}", 1) for n in range(1, 4)),
    *(UnitNode(100 + n, f"O{n}", "outlet", f"第{n}营业部", f"Outlet {n}", 11) for n in range(1, 3)),
]
DAYS = [day for n in range(729) if (day := date(2023, 1, 3) + timedelta(n)).weekday() < 5 and day <= AS_OF]


def assets(now: int, before: int, *, moved: int = 0, market: int | None = None) -> Assets:
    """Return assets whose terms add up: shares of the assets before, and what remains is flow."""
    entered = {"new_client": before // 2, "returned_client": before // 16, "expanded": before // 19}
    left = {"terminated": before // 6, "expired": before // 16}
    gain = before // 8 if market is None else market
    flow = now - before - sum(entered.values()) + sum(left.values()) - gain - moved
    return Assets(now, before, entered, left, flow, gain, moved, 205316, 214, 1_862_400_000)


def row(node: str, kind: str, family: str, name: str, name_en: str, *, now: int, before: int) -> MatrixRow:
    """Return one row of the matrix."""
    heads = now // 2_000_000
    clients = Clients(heads, heads // 2, heads - 9, heads // 2 + 40, 60, heads // 2 + 40 + 60 + heads // 2 - heads, 0)
    first = FirstSign(date(2024, 7, 1), AS_OF, heads // 3, heads // 5, heads * 25, heads // 6, heads // 10)
    return MatrixRow(
        node, kind, family, name, name_en, "HQ", None, None,
        clients, assets(now, before), Returns(0.096, 0.094), first,
    )  # fmt: skip


def rows() -> list[MatrixRow]:
    """Return the matrix, then each family with its products."""
    chance = random.Random(4)
    found = [row("matrix", "matrix", "", "产品矩阵", "Product matrix", now=400_009_521_561, before=219_786_412_035)]
    for code, name, name_en, products in FAMILIES:
        total = chance.randint(50, 280) * 10**9
        found.append(row(code, "family", code, name, name_en, now=total, before=total * 5 // 8))
        for product, label, label_en in products:
            now = chance.randint(10, 180) * 10**9
            growth = {"diag": 0.9, "grid": 2.05, "etf": 2.52}.get(product, 1.5)
            found.append(row(product, "product", code, label, label_en, now=now, before=int(now / growth)))
    return found


def line() -> list[Point]:
    """Return thirteen month ends, the first of them without a year before it."""
    ends = pages_month_ends()
    return [
        Point(
            day,
            112_480 + 5_000 * n,
            219_786_412_035 + 15 * 10**9 * n,
            0.65 + n / 240,
            None if n == 0 else 0.3 + n / 24,
        )
        for n, day in enumerate(ends)
    ]


def pages_month_ends() -> list[date]:
    """Return the last sample day of each of the thirteen months."""
    last: dict[str, date] = {}
    for day in DAYS:
        last[f"{day:%Y-%m}"] = day
    return list(last.values())[-13:]


def matrix(*, opening: bool = False, current: bool = True) -> Matrix:
    """Return a published matrix in its second version."""
    found = rows()
    products = [one for one in found if one.kind == "product"]
    facts = DayFactsView("core", 2, 1_204_386, datetime(2025, 1, 5, 15, 41, tzinfo=UTC), 12)
    cut = CutView(
        "3fa96bd201aa9911",
        datetime(2025, 1, 5, 16, tzinfo=UTC),
        datetime(2025, 1, 5, 16, tzinfo=UTC),
        (facts,),
    )
    second = PublicationView(AS_OF, 2, datetime(2025, 1, 5, 18, 10, tzinfo=UTC), "close", True, cut)
    first = PublicationView(AS_OF, 1, datetime(2024, 12, 31, 17, 52, tzinfo=UTC), "close", False, cut)
    overlap = Overlap(
        sum(one.clients.retained for one in products), found[0].clients.retained,
        sum(one.assets.now for one in products), found[0].assets.now,
        sum(one.assets.before for one in products), found[0].assets.before,
    )  # fmt: skip
    since = None if opening else SINCE
    shown = second if current else first
    return Matrix(
        AS_OF, since, shown, (second, first), tuple(found), tuple(slices()), False, overlap, tuple(line()), opening
    )


def slices() -> list[MatrixRow]:
    """Return the branches of the sample."""
    return [
        replace(
            row("matrix", "matrix", "", "产品矩阵", "Product matrix", now=(9 - n) * 10**10, before=5 * 10**10),
            unit=f"B{n}",
        )
        for n in range(1, 4)
    ]


def page(language: str, *, filters: Filters | None = None, opening: bool = False, current: bool = True) -> MatrixPage:
    """Return the whole page for the sample; the language must be active."""
    chosen = filters or Filters()
    around = Surroundings(
        DAYS, scope(UNITS, chosen.unit, language), tiers.names(TIERS, language), {"app": "app"}, language
    )
    return pages.page(matrix(opening=opening, current=current), "unit", chosen, around)

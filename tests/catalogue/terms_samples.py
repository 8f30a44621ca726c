"""Terms as a product manager might write them, one product, and two colleagues; shared by the tests of terms."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime
from typing import Any

from accounts.models import User
from core.actor import Actor, system
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.operations import (
    ProductRow,
    draft_terms,
    merge_products,
    propose_terms,
    publish_terms,
)
from smart_products.catalogue.terms import Terms

AT = datetime(2024, 6, 3, 2, 0, tzinfo=UTC)
TODAY = date(2024, 6, 3)
GRID = ProductRow("grid", date(2024, 1, 2), "trading", "网格交易", "Grid trading", "R3", "tool")


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def paper(kind: str, seconds: int = 10) -> dict[str, Any]:
    body = both(
        "# 一、说明\n\n您会看到风险。\n\n- 第一条\n- 第二条", "# 1 What it is\n\nThere are risks.\n\n- first\n- second"
    )
    return {"kind": kind, "title": both(f"文件 {kind}", f"Paper {kind}"), "body": body, "reading_seconds": seconds}


SAMPLE: dict[str, Any] = {
    "name": both("网格交易", "Grid trading"),
    "summary": both("按您设的价格区间自动买卖", "Buys and sells within the prices you set"),
    "does": both("价格跌一格买入，涨一格卖出。", "Buys one step lower and sells one step higher."),
    "suits": both("能接受本金波动的客户。", "Clients who can bear ups and downs."),
    "leaving": both("随时可以退出。", "You can leave at any time."),
    "risks": [both("价格跌破区间时亏损扩大。", "Below the range your loss grows."), both("可能不成交。", "No trade.")],
    "fees": [
        {
            "code": "use", "name": both("使用费", "Use"), "basis": "fixed", "amount_fen": 1000, "rate_ppm": None,
            "period": "month", "charged": "in_arrears",
        },
    ],
    "risk_level": "R3",
    "regulatory_class": "tool",
    "papers": [paper(kind) for kind in ("esign_consent", "risk_disclosure", "special_warning", "agreement")],
    "cooling_off_days": 0,
    "thinking_hours": 0,
    "pause": {"allowed": True, "longest_days": 30, "times_a_year": 2},
    "duration": {"months": 12, "renewal": "ask"},
}  # fmt: skip


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the sample with one part replaced, by its path."""
    whole = copy.deepcopy(SAMPLE)
    at: Any = whole
    *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    for part in way:
        at = at[part]
    at[last] = value
    return whole


def terms(path: str | None = None, value: Any = None) -> Terms:
    """Return the sample as terms, with one part replaced if one is named."""
    return Terms.read(SAMPLE if path is None else changed(path, value))


def acting(user: User) -> Actor:
    return Actor(kind="user", name=user.username, user_id=user.pk)


def colleagues(*names: str) -> list[Actor]:
    """Return people without a password: hashing one takes longer than most of these tests."""
    return [acting(User.objects.create(username=name)) for name in names]


def fed_product(row: ProductRow = GRID) -> Product:
    """Return a product that came by feed."""
    merge_products(source="core", upserts=[row], by=system("test"), at=AT)
    return Product.objects.get(source="core", code=row.code)


def publish(
    product: Product, given: Terms, author: Actor, colleague: Actor, *, valid_from: date = TODAY, at: datetime = AT
) -> TermsVersion:
    """Take terms all the way."""
    version = draft_terms(product=product, terms=given, by=author, at=at)
    propose_terms(version=version, by=author, at=at)
    return publish_terms(version=version, valid_from=valid_from, by=colleague, at=at)

"""The pages of a client with a history, through the whole stack: exact figures, periods, few questions, no stranger."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from smart_products.statistics import personal, queries
from tests.delivered import Broker, published
from tests.portal.people import words

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def broker(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    with published(django_db_blocker, tmp_path_factory.mktemp("portal") / "broker", clients=60, days=90) as broker:
        call_command("serve", verbosity=0)
        yield broker


def inside(broker: Broker, language: str = "zh-hans") -> tuple[Browser, Any]:
    """Return a browser of the demo's last client, and his book."""
    user = broker.user("client")
    browser = Browser()
    browser.force_login(user)
    browser.cookies["django_language"] = language
    return browser, queries.client_book(user.client_login.client_id)


def yuan(fen: int, *, signed: bool = False) -> str:
    return f"{'+' if signed and fen > 0 else ''}{fen / 100:,.2f}".replace("-", "\N{MINUS SIGN}")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_home_says_how_the_assets_stand_to_the_fen(broker: Broker, language: str) -> None:
    browser, book = inside(broker, language)
    text = words(browser.get("/portal/").content.decode())
    period = personal.over(book.line(), date.min, date.max)
    assert period is not None
    assert period.market != 0
    for amount in (yuan(period.last.assets), yuan(period.own), yuan(period.market, signed=True)):
        assert amount in text
    returns = period.returns()
    assert returns.time_weighted is not None
    assert f"{abs(returns.time_weighted):.1%}" in text
    assert ("时间加权" if language == "zh-hans" else "Time-weighted") in text


def test_own_and_market_add_up_over_any_period(broker: Broker) -> None:
    browser, book = inside(broker)
    line = book.line()
    for query in ("", "?period=quarter", "?period=year", "?since=2024-11-08&until=2024-12-20"):
        html = browser.get(f"/portal/{query}").content.decode()
        total, own = (int(re.sub(r"\D", "", found)) for found in _amounts(html)[:2])
        market = _amounts(html)[2]
        sign = -1 if "\N{MINUS SIGN}" in market else 1
        assert own + sign * int(re.sub(r"\D", "", market)) == total, query
    then = personal.over(line, date(2024, 11, 8), date(2024, 12, 20))
    assert then is not None
    assert yuan(then.last.assets) in words(html)
    assert f"{then.base.day}" in words(html)


def _amounts(html: str) -> list[str]:
    text = words(html)
    hero = re.search(r"我的签约资产 ([\d,.]+)", text[text.index("<") + 1 if "<" in text else 0 :])
    own = re.search(r"来自我自己 ([\d,.]+)", text)
    market = re.search("来自行情 (?:[▲▼] ?)?([+\N{MINUS SIGN}]?[\\d,.]+)", text)
    assert hero
    assert own
    assert market
    return [hero[1], own[1], market[1]]


@pytest.mark.parametrize(
    "query", ["period=x", "since=x&until=y", "since=2024-12-31&until=2024-01-01", "since=0001-01-01"]
)
def test_a_broken_period_is_no_error(broker: Broker, query: str) -> None:
    assert inside(broker)[0].get(f"/portal/?{query}").status_code == 200


def test_mine_and_one_subscription(broker: Broker) -> None:
    browser, book = inside(broker)
    page = browser.get("/portal/mine/").content.decode()
    for one in book.subscriptions:
        address = f"/portal/mine/{one.public_id}/"
        assert address in page
        line = book.line([one])
        answer = browser.get(address)
        assert answer.status_code == 200
        if line:
            assert yuan(line[-1].assets) in words(answer.content.decode())


def test_the_sheet_holds_every_day_to_the_fen(broker: Broker) -> None:
    browser, book = inside(broker)
    rows = list(csv.DictReader(io.StringIO(browser.get("/portal/sheet.csv").content.decode("utf-8-sig"))))
    line = book.line()
    assert [row["day"] for row in rows] == [day.day.isoformat() for day in line]
    assert int(rows[-1]["signed_assets"].replace(".", "")) == line[-1].assets
    one = book.subscriptions[0].public_id
    assert browser.get(f"/portal/mine/{one}/sheet.csv").status_code == 200


def test_what_is_anothers_does_not_exist(broker: Broker) -> None:
    browser, book = inside(broker)
    own = {one.public_id for one in book.subscriptions}
    with connection.cursor() as cursor:
        cursor.execute("SELECT public_id FROM signing_subscription WHERE NOT public_id = ANY(%s)", [list(own)])
        others = [row[0] for row in cursor.fetchall()]
    assert len(others) > 20
    for other in others[:20]:
        assert browser.get(f"/portal/mine/{other}/").status_code == 404
        assert browser.get(f"/portal/mine/{other}/sheet.csv").status_code == 404


@pytest.mark.parametrize("address", ["/portal/", "/portal/?period=year", "/portal/mine/"])
def test_a_page_asks_ten_questions_at_most(broker: Broker, address: str) -> None:
    browser, _ = inside(broker)
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    statements = [one["sql"] for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert 3 < len(statements) <= 10, "\n".join(statements)


def test_without_consent_no_amount_is_read(broker: Broker) -> None:
    browser, book = inside(broker)
    browser.post("/portal/privacy/consent/", {"purpose": "financial_accounts", "act": "withdraw"})
    for address in ("/portal/", "/portal/mine/", f"/portal/mine/{book.subscriptions[0].public_id}/"):
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(address)
        assert page.status_code == 200
        assert not any("holdings_" in one["sql"] for one in asked.captured_queries)
        assert yuan(book.line()[-1].assets) not in words(page.content.decode())
    assert browser.get("/portal/sheet.csv").status_code == 404
    browser.post("/portal/privacy/consent/", {"purpose": "financial_accounts", "act": "give", "back": "home"})
    assert yuan(book.line()[-1].assets) in words(browser.get("/portal/").content.decode())


def test_scripts_and_styles_come_from_files_alone(broker: Broker) -> None:
    browser, book = inside(broker)
    for address in (
        "/portal/",
        "/portal/mine/",
        "/portal/privacy/",
        f"/portal/mine/{book.subscriptions[0].public_id}/",
    ):
        answer = browser.get(address)
        html = answer.content.decode()
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "style=" not in html
        assert "<script" not in html

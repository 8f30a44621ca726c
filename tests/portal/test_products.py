"""Products as a client meets them: the fitting first, with reasons; one page in the order in which a client asks."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import Client
from core import clock
from core.actor import system
from smart_products.catalogue.models import Product
from smart_products.catalogue.operations import ProductRow
from smart_products.catalogue.terms import Terms
from smart_products.suitability.operations import assess, seed_suitability
from smart_products.suitability.queries import current_questionnaire
from tests.accounts.organisation import FIRST, organise
from tests.catalogue.terms_samples import changed, colleagues, fed_product, publish
from tests.portal.people import registered, words

pytestmark = pytest.mark.django_db

LEVELS = {"calm": "R1", "grid": "R3", "wild": "R5"}


@pytest.fixture
def browser(db: None) -> Browser:
    """A client without a test, and three products on offer."""
    organise()
    today = clock.shanghai_today()
    seed_suitability(valid_from=today, on=today, by=system("test"), at=clock.now())
    author, colleague = colleagues("author", "colleague")
    for code, level in LEVELS.items():
        row = ProductRow(code, FIRST, "trading", code, code, level, "tool")
        whole = changed("risk_level", level)
        whole["name"] = {"zh": f"产品 {code}", "en": f"Product {code}"}
        publish(fed_product(row), Terms.read(whole), author, colleague, valid_from=today, at=clock.now())
    return registered(Client.objects.get(code="C2"), "lin")


def take_the_test(*, boldest: bool) -> None:
    """Give the client a class by the answers with most points, or with fewest."""
    asked = current_questionnaire(clock.shanghai_today())
    choose = max if boldest else min
    answers = {one.code: [choose(one.options, key=lambda option: option.points).code] for one in asked.questions}
    assess(
        client=Client.objects.get(code="C2"), questionnaire=asked, answers=answers, on=clock.shanghai_today(),
        by=system("test"), at=clock.now(),
    )  # fmt: skip


def address(code: str) -> str:
    return f"/portal/products/{Product.objects.get(code=code).public_id}/"


def test_without_a_test_nothing_can_be_signed_and_the_way_is_shown(browser: Browser) -> None:
    text = words(browser.get("/portal/products/").content.decode())
    assert text.count("您目前不能签约") == 1
    assert text.count("您还没有做过风险测评") == len(LEVELS)
    assert "与您匹配" not in text


def test_the_fitting_stand_first_with_reasons(browser: Browser) -> None:
    take_the_test(boldest=True)
    html = browser.get("/portal/products/").content.decode()
    assert html.index("与您匹配") < html.index("产品 calm")
    assert "没有超出您的风险承受等级" in html


def test_the_protected_see_what_protects_them(browser: Browser) -> None:
    take_the_test(boldest=False)
    html = browser.get("/portal/products/").content.decode()
    assert html.index("与您匹配") < html.index("产品 calm") < html.index("您目前不能签约") < html.index("产品 grid")
    page = words(browser.get(address("grid")).content.decode())
    assert "为了保护您" in page


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("zh-hans", ["价格跌一格买入", "适合您吗", "要花多少钱", "可能出什么问题", "怎么退出", "文件全文"]),
        ("en", ["Buys one step", "whether it fits you", "What it costs", "can go wrong", "How to leave", "in full"]),
    ],
)
def test_a_product_answers_in_the_order_in_which_one_asks(browser: Browser, language: str, order: list[str]) -> None:
    take_the_test(boldest=True)
    browser.cookies["django_language"] = language
    text = words(browser.get(address("grid")).content.decode())
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert ("10.00 元" if language == "zh-hans" else "CNY 10.00 a month") in text
    assert ("第一年共 120.00 元，相当于 1.20%" if language == "zh-hans" else "CNY 120.00 in the first year") in text


def test_papers_can_be_read_in_full(browser: Browser) -> None:
    page = browser.get(address("grid")).content.decode()
    for kind in ("esign_consent", "risk_disclosure", "special_warning", "agreement"):
        assert f"{address('grid')}{kind}/" in page
        paper = browser.get(f"{address('grid')}{kind}/").content.decode()
        assert "第二条" in paper
    assert browser.get(f"{address('grid')}nothing/").status_code == 404


def test_what_is_not_on_offer_does_not_exist(browser: Browser) -> None:
    fed_product(ProductRow("other", FIRST, "trading", "其他", "Other", "R1", "tool"))
    assert browser.get(address("other")).status_code == 404
    assert "其他" not in browser.get("/portal/products/").content.decode()
    assert browser.get("/portal/products/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_the_list_asks_as_much_for_one_product_as_for_many(browser: Browser) -> None:
    with CaptureQueriesContext(connection) as many:
        browser.get("/portal/products/")
    assert len([one for one in many.captured_queries if "SAVEPOINT" not in one["sql"]]) <= 10

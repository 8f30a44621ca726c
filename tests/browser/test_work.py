"""The week of a broker in a real browser: a report planned, read and sent again; a view saved and shared; a client
looked up, uncovered and found in the audit log; from a figure to its clients; pages with names as long as they come.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Literal

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from accounts.models import Client, Unit
from accounts.operations import ClientRow, UnitRow, merge_clients, merge_units
from accounts.queries import demo_units
from core import clock
from core.actor import system
from smart_products.catalogue.operations import ProductRow, merge_products
from smart_products.catalogue.queries import products
from smart_products.reports.models import Recipient, ReportPlan
from smart_products.reports.operations import send_report, set_up_recipient
from smart_products.statistics import queries
from tests.browser.site import Site, faults, log_in, running
from tests.reports.samples import made, plan_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

BY = system("test")
LONG = "广州市天河区珠江新城临江大道综合财富管理与机构客户服务示范营业部（原中山大道第二证券营业部）" + "二〇二四年" * 3
UNBROKEN = ("Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 2)[:120]
PERSON = "阿卜杜热合曼·买买提依明·吐尔逊江·阿不力克木·艾合买提江·伊敏·穆罕默德"
PAGES = (
    "matrix", "product", "terms", "product/funnel", "product/moves", "product/league", "product/clients/signed_assets",
    "clients", "subscriptions", "clients/expiring", "reports", "views", "feeds", "jobs", "operations",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One broker with long names and a report that was sent, for all journeys; emptied at the end.

    Each journey changes what no other looks at. What the server is to see is written here: a test has a transaction.
    """
    folder = tmp_path_factory.mktemp("work")
    with django_db_blocker.unblock(), override_settings(DOCUMENTS_DIR=folder / "documents"):
        for site in running(folder / "broker", clients=40, days=12):
            day = queries.fact_days()[-1]
            outlet = Unit.objects.filter(level="outlet").earliest("pk")
            assert outlet.parent is not None
            named = UnitRow(outlet.code, day, outlet.parent.code, "outlet", LONG, UNBROKEN)
            merge_units(source=outlet.source, upserts=[named], by=BY, at=clock.now())
            words = products()[0]
            called = ProductRow(words.code, day, words.family.code, LONG, UNBROKEN, words.risk_level, "tool")
            merge_products(source=outlet.source, upserts=[called], by=BY, at=clock.now())
            person = ClientRow("C0LONG", day, outlet.code, "app", "ordinary", "C3", day, day, PERSON)
            merge_clients(source=outlet.source, upserts=[person], by=BY, at=clock.now())
            plan = plan_of(outlet.parent)
            set_up_recipient(plan=plan, user=site.broker.user("branch_manager"), by=BY, at=clock.now())
            send_report(report=made(plan, day), by=BY, at=clock.now())
            yield site


def judged(page: Page, path: str = "") -> None:
    """Assert that axe finds nothing serious, and that nothing is wider than the screen."""
    assert faults(page) == [], path
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def as_another(browser: Browser, site: Site, role: str) -> Page:
    """Come with a profile of one's own."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)
    page = context.new_page()
    log_in(page, site, role)
    return page


def test_a_reader_of_reports_is_named_by_two(browser: Browser, page: Page, site: Site) -> None:
    log_in(page, site, "administrator")
    page.goto(f"{site.url}/reports/plans/")
    page.locator("#frequency").select_option("weekly")
    page.locator("form:has(#frequency) button").press("Enter")
    plan = ReportPlan.objects.filter(frequency="weekly")
    expect(page.locator("main section")).to_have_count(3)
    page.locator(f"#u-{plan.get().public_id}").fill(site.broker.logins["head_office_manager"].username)
    page.locator(f"#u-{plan.get().public_id}").press("Enter")
    expect(page.locator('form[action$="/withdraw/"]')).to_have_count(2)
    judged(page)
    held = Recipient.objects.get(plan__in=plan)
    assert held.confirmed_at is None

    colleague = as_another(browser, site, "administrator_colleague")
    colleague.goto(f"{site.url}/reports/plans/")
    colleague.locator('form[action$="/confirm/"] button').press("Enter")
    expect(colleague.locator('form[action$="/confirm/"]')).to_have_count(0)
    colleague.context.close()
    held.refresh_from_db()
    assert held.confirmed_at is not None


def test_a_report_is_read_as_it_was_sent_and_sent_again(page: Page, site: Site) -> None:
    log_in(page, site, "administrator")
    page.goto(f"{site.url}/reports/")
    page.locator("tbody a").first.click()
    page.wait_for_url("**/reports/*-*/")
    expect(page.locator("#l-t")).to_be_visible()
    judged(page)
    page.locator('form[action*="/deliveries/"] button').press("Enter")
    expect(page.locator('form[action*="/deliveries/"]')).to_have_count(2)
    with page.expect_download() as download:
        page.locator('main a[href$="report.xlsx"]').click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_a_view_of_the_funnel_is_saved_and_shared(browser: Browser, page: Page, site: Site) -> None:
    log_in(page, site)
    page.goto(f"{site.url}/product/funnel/")
    judged(page)
    page.locator('a[href*="page=funnel"]').click()
    page.locator("#view-name").fill("分公司的签约步骤")
    page.locator("#view-name").press("Enter")
    page.locator("tbody summary").press("Enter")
    found = demo_units()
    assert found is not None
    page.locator("input[name=unit]").fill(found[1].code)
    page.locator("input[name=unit]").press("Enter")
    expect(page.locator("tbody td").nth(1)).not_to_contain_text("无")
    judged(page)

    branch = as_another(browser, site, "branch_manager")
    branch.goto(f"{site.url}/views/")
    branch.locator("tbody th a").press("Enter")
    branch.wait_for_url("**/product/funnel/**")
    branch.context.close()


def test_a_client_is_found_uncovered_and_the_look_is_on_record(browser: Browser, page: Page, site: Site) -> None:
    log_in(page, site)
    client = Client.objects.exclude(initials="").earliest("code")
    page.goto(f"{site.url}/clients/?q={client.code}")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody th a").click()
    page.wait_for_url("**/clients/*-*/")
    expect(page.locator("h1")).not_to_contain_text(client.name or "?")
    expect(page.locator("#history, .history").first).to_be_visible()
    judged(page)
    page.locator("h1 button").press("Enter")
    expect(page.locator("h1")).to_contain_text(client.name or "?")

    speaker = as_another(browser, site, "compliance")
    speaker.goto(f"{site.url}/clients/?q={client.initials}")
    expect(speaker.locator("tbody")).to_contain_text(client.name or "?")
    speaker.goto(f"{site.url}/subscriptions/?origin=feed")
    expect(speaker.locator("tbody tr").first).to_be_visible()
    speaker.goto(f"{site.url}/clients/expiring/")
    expect(speaker.locator("h1")).to_be_visible()
    judged(speaker)
    speaker.context.close()

    auditor = as_another(browser, site, "auditor")
    auditor.goto(f"{site.url}/audit/")
    auditor.locator("#client").fill(client.code)
    auditor.locator("#client").press("Enter")
    auditor.wait_for_url("**client=*")
    expect(auditor.locator("tbody tr").first).to_contain_text(site.broker.logins["head_office_manager"].username)
    judged(auditor)
    with auditor.expect_download() as download:
        auditor.locator("main a[download]").click()
    assert client.code in download.value.path().read_text("utf-8-sig")
    auditor.context.close()


def test_from_a_figure_and_from_a_cell_to_their_clients(page: Page, site: Site) -> None:
    log_in(page, site)
    page.locator('tfoot a[href*="/product/clients/retained/"]').first.click()
    page.wait_for_url("**/product/clients/retained/**")
    judged(page)
    with page.expect_download() as download:
        page.locator('main a[href*="retained.csv"]').first.click()
    rows = list(csv.reader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert len(rows) - 1 == queries.matrix(as_of=queries.fact_days()[-1]).total.clients.retained
    page.goto(f"{site.url}/product/?node=grid")
    page.locator('#cohorts a[href*="/product/clients/cohort/"]').first.press("Enter")
    page.wait_for_url("**/product/clients/cohort/**")
    expect(page.locator("tbody tr").first).to_be_visible()
    judged(page)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(390, "dark", "en-US"), (390, "light", "zh-CN"), (1280, "light", "en-US"), (1920, "dark", "zh-CN")],
)
def test_names_as_long_as_they_come_leave_every_page_whole(
    browser: Browser, site: Site, width: int, scheme: Literal["light", "dark"], language: str
) -> None:
    journeys = {
        "compliance": ("clients", f"clients/{Client.objects.get(code='C0LONG').public_id}", "audit"),
        "head_office_manager": PAGES,
        "administrator": ("settings/people", "settings/limits", "reports/plans"),
    }
    for role, paths in journeys.items():
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale=language, reduced_motion="reduce"
        )
        page = context.new_page()
        log_in(page, site, role)
        for path in paths:
            answer = page.goto(f"{site.url}/{path}/")
            assert answer is not None
            assert answer.ok, path
            judged(page, path)
        context.close()

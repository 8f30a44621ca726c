"""Work lists through the whole stack: who finds whom, what is covered, what is recorded, and what a stranger gets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from accounts.models import Client, Unit, User
from accounts.operations import ClientRow, give_consent, grant_role, merge_clients, withdraw_consent
from accounts.rules import Purpose, Role
from core import clock
from core.models import AuditEvent
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.signing.models import Contract
from smart_products.signing.operations import (
    SubscriptionRow,
    complete_signing,
    merge_subscriptions,
    open_contract,
    record_match,
    rematch,
    store_document,
)
from smart_products.signing.queries import agreed_in, worklists
from smart_products.signing.states import MatchOutcome
from smart_products.suitability.operations import decide
from smart_products.suitability.rules.days import add_months
from tests.accounts.organisation import AT, BY, FIRST, SOURCE
from tests.backoffice.test_terms_views import person
from tests.catalogue.terms_samples import changed
from tests.houses import standing
from tests.portal.people import words
from tests.signing.contracts import noon
from tests.signing.signings import TODAY, prepare
from tests.statements import asked
from tests.suitability.house import client as client_of
from tests.suitability.house import feed_says

pytestmark = pytest.mark.django_db

PAPER = b"%PDF sealed agreement"
UNKNOWN = "00000000-0000-0000-0000-000000000000"
MOST = 15
LISTS = (
    *("/clients/", "/clients/expiring/", "/clients/sheet.csv"),
    *("/subscriptions/", "/subscriptions/rematching/", "/subscriptions/sheet.csv"),
)
NAMES = {"C1": "张三", "N1": "欧阳志远", "N2": "曾小明", "N3": "单田芳"}


@pytest.fixture(scope="module")
def house(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Outlet O11 with four named clients, of whom C1 signed the grid product here; others hold it by feed."""
    folder = tmp_path_factory.mktemp("papers")
    with pytest.MonkeyPatch.context() as patch, standing(django_db_blocker):
        patch.setattr("django.conf.settings.DOCUMENTS_DIR", folder / "documents")
        prepare(changed("cooling_off_days", 5))
        soon = add_months(clock.shanghai_today() + timedelta(days=10), -24)
        rows = [
            ClientRow(code, FIRST, "O11", "app", "ordinary", "C3", soon, FIRST, name, 1980, "13812345678", "li@x.cn")
            for code, name in NAMES.items()
            if code != "C1"
        ]
        rows += [ClientRow(f"P{number:03d}", FIRST, "O12", "app", "ordinary") for number in range(120)]
        merge_clients(source=SOURCE, upserts=rows, by=BY, at=AT)
        told = [
            SubscriptionRow(f"S{code}", code, "GRID", f"A{code[1:]}", FIRST, None, None, False, AT)
            for code in ("C2", "C3")
        ]
        merge_subscriptions(source=SOURCE, upserts=told, by=BY, at=AT)
        signed()
        yield


def signed() -> Contract:
    """Have C1 sign the grid product, with a paper that is really kept."""
    client, product, at = client_of("C1"), Product.objects.get(code="GRID"), noon(TODAY)
    paper = store_document(data=PAPER, kind="agreement", media_type="application/pdf", by=BY, at=at).sha256
    terms = TermsVersion.objects.get(product=product)
    account = client.asset_accounts.get()
    made = open_contract(
        client=client, product=product, account=account, terms=agreed_in(terms), on=TODAY, by=BY, at=at
    )
    decision = decide(
        client=client, product=product, terms_public_id=terms.public_id, terms_digest=terms.digest,
        risk_level=terms.terms["risk_level"], regulatory_class="tool", on=TODAY, by=BY, at=at,
    )  # fmt: skip
    record_match(contract=made, decision_id=decision.public_id, outcome=MatchOutcome(decision.outcome), by=BY, at=at)
    return complete_signing(contract=made, papers=(paper,), signature=paper, on=TODAY, by=BY, at=at)


@pytest.fixture
def outlet(house: None, db: None) -> Browser:
    """The manager of O11."""
    return person("mei", "O11", Role.OUTLET_MANAGER)


@pytest.fixture
def branch(house: None, db: None) -> Browser:
    """The manager of the branch above O11 and O12."""
    return person("bo", "B1", Role.BRANCH_MANAGER)


def read(browser: Browser, address: str, **query: str) -> str:
    answer = browser.get(address, query)
    assert answer.status_code == 200, words(answer.content.decode())
    return words(answer.content.decode())


def found(browser: Browser, **query: str) -> set[str]:
    """Return the numbers of the clients that a list shows."""
    return set(re.findall(r"/clients/[0-9a-f-]{36}/\">(\w+)<", browser.get("/clients/", query).content.decode()))


def page_of(code: str) -> str:
    return f"/clients/{Client.objects.get(code=code).public_id}/"


def test_clients_are_found_by_name_sound_and_number(outlet: Browser) -> None:
    assert found(outlet) == set(NAMES)
    asked = {"欧阳": "N1", "ouyangzhi": "N1", "OYZ": "N1", "zeng xiao": "N2", "stf": "N3", "n2": "N2"}
    for said, code in asked.items():
        assert found(outlet, q=said) == {code}, said
    assert found(outlet, q="P00") == set(), "not of this outlet"
    assert found(outlet, q="%") == found(outlet, q="_") == set()
    assert found(outlet, holds="yes") == found(outlet, product="GRID") == {"C1"}
    assert found(outlet, holds="no", risk="C3") == {"N1", "N2", "N3"}
    assert "No client fits this selection" in read(outlet, "/clients/", q="nobody")
    assert "/clients/?q=%E6%AC%A7" in outlet.get("/search/", {"q": "欧"}).content.decode()


def test_a_covered_name_is_found_whole_alone(branch: Browser) -> None:
    shown = read(branch, "/clients/", q="N1")
    assert "欧**" in shown
    assert "阳" not in shown
    assert found(branch, q="欧阳") == found(branch, q="ouyangzhi") == found(branch, q="oyz") == set()
    assert found(branch, q="欧阳志远") == found(branch, q="OuYang Zhiyuan") == {"N1"}
    assert found(branch, unit="O12", q="P00") == {f"P{number:03d}" for number in range(10)}


def test_roles_count_where_they_are_held_alone(house: None) -> None:
    both = person("both", "O11", Role.PRODUCT_MANAGER)
    assert both.get("/clients/").status_code == 404, "a product manager has no clients"
    extra = person("extra", "B1", Role.BRANCH_MANAGER)
    grant_to("extra", "O11", Role.OUTLET_MANAGER, extra)
    assert "欧阳志远" in read(extra, "/clients/", q="oyz")
    grant_to("both", "O12", Role.OUTLET_MANAGER, both)
    assert len(found(both, q="P")) == 50
    assert not found(both, q="N"), "the other role reaches further, and has no clients there"
    assert both.get(page_of("N1")).status_code == 404


def grant_to(name: str, unit: str, role: Role, browser: Browser) -> None:
    """Give a login one more role; its sessions end with that, so it logs in again."""
    user, place = User.objects.get(username=name), Unit.objects.get(code=unit)
    grant_role(user=user, role=role, unit=place, since=FIRST, by=BY, at=AT)
    browser.force_login(User.objects.get(pk=user.pk))


def test_one_field_is_shown_and_recorded(branch: Browser) -> None:
    page, before = page_of("N1"), AuditEvent.objects.count()
    answer = branch.post(f"{page}show/mobile/", headers={"HX-Request": "true"})
    assert "13812345678" in answer.content.decode()
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.subject_key, event.details) == ("read", "N1", {"field": "mobile"})
    assert (event.actor_name, AuditEvent.objects.count()) == ("bo", before + 1)
    whole = branch.post(f"{page}show/name/")
    assert "欧阳志远" in whole.content.decode()
    assert "13812345678" not in whole.content.decode()
    assert branch.get(f"{page}show/name/").status_code == 405
    assert {branch.post(f"{page}show/{name}/").status_code for name in ("papers", "id_digest", "x")} == {404}


def test_pages_of_a_list_hold_each_client_once(branch: Browser) -> None:
    address, seen = "/clients/?unit=O12", []
    while address:
        page = branch.get(address).content.decode()
        seen += re.findall(r"/clients/[0-9a-f-]{36}/\">(\w+)<", page)
        onward = re.search(r'href="(\?[^"]*after=[^"]*)"', page)
        address = "/clients/" + onward[1].replace("&amp;", "&") if onward else ""
    assert seen == sorted(seen)
    assert len(seen) == 121
    assert branch.get("/clients/", {"after": "nonsense"}).status_code == 404


def test_a_client_in_facts_and_in_what_happened(outlet: Browser) -> None:
    facts = read(outlet, page_of("C1"))
    for part in ("张三", "13800000000", "A1", "in force, within the cooling-off period", "can be withdrawn from until"):
        assert part in facts, part
    events = list(AuditEvent.objects.order_by("-pk")[:1])
    assert [(one.action, one.subject_key, one.details) for one in events] == [("read", "C1", {"page": "client"})]
    past = read(outlet, f"{page_of('C1')}history/")
    for part in ("signed", "sealed agreement", "Decision", "Download (recorded)"):
        assert part in past, part
    assert "Told by a feed" in read(person("ops", "HQ", Role.OPERATIONS), f"{page_of('C2')}history/")


def test_papers_go_to_the_clients_own_people_and_are_recorded(outlet: Browser, branch: Browser) -> None:
    contract = Contract.objects.get()
    page = f"{page_of('C1')}papers/{contract.signature}/"
    answer = outlet.get(page)
    assert (answer.content, answer["Content-Type"]) == (PAPER, "application/pdf")
    assert AuditEvent.objects.latest("pk").details == {"paper": contract.signature, "contract": contract.number}
    before = AuditEvent.objects.count()
    assert branch.get(page).status_code == 404
    assert outlet.get(f"{page_of('C1')}papers/{'0' * 64}/").status_code == 404
    assert outlet.get(f"{page_of('N1')}papers/{contract.signature}/").status_code == 404, "of another client"
    assert AuditEvent.objects.count() == before
    assert "Download" not in read(branch, f"{page_of('C1')}history/")


def test_without_the_clients_consent_no_amount_is_read(outlet: Browser) -> None:
    told: dict[str, Any] = {"client": client_of("C1"), "purpose": Purpose.FINANCIAL_ACCOUNTS, "by": BY, "at": AT}
    give_consent(**told)
    assert "withdrew the consent" not in read(outlet, page_of("C1"))
    withdraw_consent(**told)
    with asked() as statements:
        assert "withdrew the consent" in read(outlet, page_of("C1"))
    assert not [one for one in statements if "holdings_account" in one]


def test_signings_by_state_and_from_feeds(branch: Browser, outlet: Browser) -> None:
    here = read(branch, "/subscriptions/")
    assert "in force, within the cooling-off period 1" in here
    assert "张**" in here
    assert "张三" not in here
    assert "张三" in read(outlet, "/subscriptions/", state="cooling_off")
    assert "Nothing fits" in read(branch, "/subscriptions/", state="active")
    told = read(branch, "/subscriptions/", origin="feed")
    assert "SC2" in told
    assert "SC3" not in told, "C3 is of the other branch"
    assert "in force 1" in told
    assert "ended 0" in told
    assert "Nothing fits" in read(branch, "/subscriptions/", origin="feed", state="ended")
    for wrong in ({"state": "in_force"}, {"origin": "feed", "state": "active"}, {"product": "none"}, {"unit": "O21"}):
        assert branch.get("/subscriptions/", wrong).status_code == 404, wrong


def test_queues(outlet: Browser, branch: Browser) -> None:
    contract = Contract.objects.get()
    last = contract.cooling_off_until
    assert last is not None
    assert list(worklists.cooling_off_ends(Contract.objects.all(), last)) == [contract]
    assert not worklists.cooling_off_ends(Contract.objects.all(), last - timedelta(days=1))
    assert "No cooling-off period ends today" in read(outlet, "/subscriptions/cooling-off/")
    assert "No client is asked" in read(outlet, "/subscriptions/rematching/")
    feed_says("C1", TODAY + timedelta(days=1), "C1", TODAY + timedelta(days=1), name="张三")
    rematch(on=TODAY + timedelta(days=1), by=BY, at=noon(TODAY + timedelta(days=1)))
    assert contract.number in read(outlet, "/subscriptions/rematching/")
    expiring = read(outlet, "/clients/expiring/")
    assert "3 clients whose test expires within 30 days" in expiring
    assert "张三" not in expiring
    assert "欧**" in read(branch, "/clients/expiring/", risk="C3")
    assert outlet.get("/subscriptions/other/").status_code == 404


def test_sheets_cover_what_the_lists_cover_and_are_recorded(branch: Browser) -> None:
    answer = branch.get("/clients/sheet.csv?q=N")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["code"], row["name"]) for row in rows] == [("N1", "欧**"), ("N2", "曾**"), ("N3", "单**")]
    event = AuditEvent.objects.latest("pk")
    assert event.details == {"sheet": "clients", "rows": 3, "filters": {"q": "*"}}, "a search may be for a name"
    told = list(csv.DictReader(io.StringIO(branch.get("/subscriptions/sheet.csv").content.decode("utf-8-sig"))))
    assert [(row["client"], row["name"], row["product"]) for row in told] == [("C1", "张**", "GRID")]
    assert AuditEvent.objects.latest("pk").details["sheet"] == "subscriptions"


def addresses(code: str) -> list[str]:
    """Return every address of one client that is read."""
    page = page_of(code)
    return [page, f"{page}history/", f"{page}papers/{Contract.objects.get().signature}/"]


def test_strangers_find_nothing_and_leave_no_trace(house: None) -> None:
    sibling, other = person("sib", "O12", Role.OUTLET_MANAGER), person("far", "B2", Role.BRANCH_MANAGER)
    roleless, products = person("none", None), person("prod", "HQ", Role.PRODUCT_MANAGER)
    events, anybody = AuditEvent.objects.count(), Browser()
    for address in addresses("C1"):
        assert {one.get(address).status_code for one in (sibling, other, roleless, products)} == {404}, address
        assert anybody.get(address)["Location"].startswith("/accounts/login/")
    show = f"{page_of('C1')}show/name/"
    assert {one.post(show).status_code for one in (sibling, other, roleless, products)} == {404}
    assert anybody.post(show)["Location"].startswith("/accounts/login/")
    for address in LISTS:
        assert {one.get(address).status_code for one in (roleless, products)} == {404}, address
        assert anybody.get(address)["Location"].startswith("/accounts/login/")
    assert {one.get(f"/clients/{UNKNOWN}/").status_code for one in (sibling, products)} == {404}
    assert AuditEvent.objects.count() == events
    assert found(other) == {"C3", "C4"}
    assert "张" not in read(sibling, "/subscriptions/")


@pytest.mark.parametrize("address", ["/clients/", "/clients/expiring/", "/clients/sheet.csv"])
def test_more_rows_take_no_more_statements(outlet: Browser, address: str) -> None:
    counted = []
    for said in ("N1", "N"):
        with asked() as captured:
            assert outlet.get(address, {"q": said}).status_code == 200
        counted.append(len(captured))
    assert counted[0] == counted[1] <= MOST


@pytest.mark.parametrize("address", ["/subscriptions/", "/subscriptions/?origin=feed", "/subscriptions/rematching/"])
def test_more_signings_take_no_more_statements(branch: Browser, address: str) -> None:
    counted = []
    for _ in range(2):
        with asked() as captured:
            assert branch.get(address).status_code == 200
        counted.append(len(captured))
        days = [FIRST + timedelta(days=number) for number in range(4)]
        more = [
            SubscriptionRow(f"SP{number}", "C2", "PICK", "A2", days[number], days[number + 1], "terminated", False, AT)
            for number in range(3)
        ]
        merge_subscriptions(source=SOURCE, upserts=more, by=BY, at=AT)
    assert counted[0] == counted[1] <= MOST


def test_a_clients_pages_take_fifteen_statements(outlet: Browser) -> None:
    for address in addresses("C1"):
        with asked() as captured:
            assert outlet.get(address).status_code == 200
        assert len(captured) <= MOST, (address, len(captured))

"""The clients behind a figure on the screen: as many as the figure says, of the reader's units alone, and recorded."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qs

import pytest
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from accounts.models import Client, Consent, Unit
from accounts.rules import Purpose
from backoffice.pages.behind import TABS
from core.models import AuditEvent
from smart_products.statistics import queries
from smart_products.statistics.queries import Who
from smart_products.statistics.retention import Basis
from tests.backoffice.test_product_views import inside
from tests.delivered import NOBODY, Broker, published
from tests.effort import THOROUGH
from tests.portal.people import words

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def broker(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    with published(django_db_blocker, tmp_path_factory.mktemp("behind") / "broker", clients=60, days=24) as broker:
        yield broker


def lines(browser: Browser, address: str) -> list[dict[str, str]]:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def codes(browser: Browser, address: str) -> list[str]:
    return [row["code"] for row in lines(browser, address)]


def test_a_figure_opens_to_as_many_clients_as_it_says(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    row = queries.matrix(node="grid").rows[0]
    told = codes(head, "/product/clients/retained.csv?node=grid")
    assert len(told) == len(set(told)) == row.clients.retained > 0
    page = head.get("/product/clients/retained/?node=grid").content.decode()
    assert f"The figure counts {row.clients.retained} clients" in page
    assert told[0] in page
    matrix = head.get("/matrix/").content.decode()
    for who in TABS:
        assert f"/product/clients/{who}/" in matrix
        assert head.get(f"/product/clients/{who}/?node=grid").status_code == 200


def test_an_amount_is_made_of_the_exact_amounts_of_its_clients(broker: Broker) -> None:
    head, since = inside(broker, "head_office_manager"), queries.fact_days()[0]
    assets = queries.matrix(since=since).rows[0].assets
    figures = {
        "signed_assets": assets.now, "entered": assets.entered_total, "left": assets.left_total,
        "flow": assets.flow, "market": assets.market, "moved": assets.moved,
    }  # fmt: skip
    matrix = head.get(f"/matrix/?since={since}").content.decode()
    for money, fen in figures.items():
        told = [Decimal(row[f"{money}_cny"]) for row in lines(head, f"/product/clients/{money}.csv?since={since}")]
        assert sum(told) * 100 == fen
        assert [abs(one) for one in told] == sorted((abs(one) for one in told), reverse=True)
        assert head.get(f"/product/clients/{money}/?since={since}").status_code == 200
        assert f"/product/clients/{money}/" in matrix or not fen
    new = lines(head, f"/product/clients/entered.csv?since={since}&reason=new_client")
    assert sum(Decimal(row["entered_cny"]) for row in new) * 100 == assets.entered["new_client"] > 0


COUNTED = re.compile(r'<a href="/product/clients/([a-z_]+)/(\?[^"]*)"[^>]*>\s*([0-9,]+)\s*</a>')
"""A count that leads to its clients."""


def test_every_count_on_a_page_leads_to_as_many_clients(broker: Broker) -> None:
    head, since = inside(broker, "head_office_manager"), queries.fact_days()[0]
    seen: set[str] = set()
    for page in ("/matrix/", "/product/moves/", "/product/moves/?node=grid", "/product/league/?by=tier"):
        html = head.get(f"{page}{'&' if '?' in page else '?'}since={since}").content.decode()
        found = {(who, unescape(query)): int(text.replace(",", "")) for who, query, text in COUNTED.findall(html)}
        for (who, query), count in [*found.items()][: None if THOROUGH else 12]:
            assert len(codes(head, f"/product/clients/{who}.csv{query}")) == count, (page, who, query)
            seen.add(who)
    assert seen >= {"retained", "transitions", "shared_clients", "stayed", "first_sign"}, seen


def test_days_and_the_curve_and_the_league_of_now_lead_to_their_clients(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    html = head.get("/product/?basis=confirmed").content.decode()
    shown = re.findall(r'href="/product/clients/(n_day|at_risk)/(\?[^"]*)">([0-9]+)', html)
    assert {who for who, _, _ in shown} == {"n_day", "at_risk"}
    found = queries.retention(basis=Basis.CONFIRMED)
    for who, query, text in shown if THOROUGH else shown[:2] + shown[-1:]:
        given = parse_qs(unescape(query)[1:])
        days = int(given["days"][0])
        assert given["basis"] == ["confirmed"]
        counted = {one.days: one.observable for one in found.n_day}
        assert int(text) == (counted[days] if who == "n_day" else found.survival.at_risk(days))
        told = codes(head, f"/product/clients/{who}.csv{unescape(query)}")
        assert len(told) == (int(text) if who == "n_day" else len(set(told)))
        page = words(head.get(f"/product/clients/{who}/{unescape(query)}").content.decode())
        assert f"{days} day" in page
    league = head.get("/product/league/?structure=now&basis=confirmed").content.decode()
    assert "structure=now" in unescape(re.findall(r'href="/product/clients/first_sign/([^"]*)"', league)[0])
    for broken in ("n_day/", "n_day/?days=8", "n_day/?days=x", "at_risk/?days=-1", "retained/?days=7"):
        assert head.get(f"/product/clients/{broken}").status_code == 404, broken


def test_a_cell_of_the_triangle_leads_to_its_cohort(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    html = head.get("/product/").content.decode()
    links = [unescape(one) for one in re.findall(r'href="/product/clients/cohort/(\?[^"]*)"', html)]
    cohorts = {f"{one.month:%Y-%m}": one for one in queries.retention().cohorts}
    assert links
    for query in links if THOROUGH else links[-3:]:
        told = lines(head, f"/product/clients/cohort.csv{query}")
        which = parse_qs(query[1:])
        month, months = which["cohort"][0], int(which["months"][0])
        cell = cohorts[month].cells[months]
        assert cell is not None
        assert len(told) == cohorts[month].clients
        assert sum(not row["note"].endswith("not retained") for row in told) == cell.retained
        page = head.get(f"/product/clients/cohort/{query}").content.decode()
        assert f"{cell.retained} are retained on {cell.day}" in page


def test_who_took_back_the_use_of_account_data_is_listed_without_an_amount(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    first = Client.objects.get(code=codes(head, "/product/clients/signed_assets.csv")[0])
    given, taken = datetime(2024, 12, 1, tzinfo=UTC), datetime(2024, 12, 2, tzinfo=UTC)
    Consent.objects.create(client=first, purpose=Purpose.FINANCIAL_ACCOUNTS, given_at=given, withdrawn_at=taken)
    again = lines(head, "/product/clients/signed_assets.csv")[0]
    assert (again["code"], again["signed_assets_cny"]) == (first.code, "")
    assert "use of account data taken back" in head.get("/product/clients/signed_assets/").content.decode()


def test_a_branch_reads_the_amounts_of_its_own_clients_alone(broker: Broker) -> None:
    branch = inside(broker, "branch_manager")
    path = broker.user("branch_manager").grants.get().unit.path
    own = set(Client.objects.filter(outlet__path__startswith=path).values_list("code", flat=True))
    for money in queries.Money:
        assert set(codes(branch, f"/product/clients/{money}.csv")) <= own
    root = Unit.objects.get(level="headquarters")
    assert branch.get(f"/product/clients/flow/?unit={root.code}").status_code == 404


def test_lapses_are_told_by_reason_and_a_reason_narrows_them(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    found = queries.behind(who=Who.LAPSED, since=queries.fact_days()[0])
    assert found.count > 0
    for reason in found.reasons:
        address = f"/product/clients/lapsed.csv?since={found.since}&reason={reason}"
        assert len(codes(head, address)) == len(found.of(reason))
    html = head.get(f"/product/clients/lapsed/?since={found.since}").content.decode()
    assert set(re.findall(r"reason=([a-z_]+)", html)) == set(found.reasons)


def test_a_branch_lists_its_own_clients_alone_and_says_who_went(broker: Broker) -> None:
    branch = inside(broker, "branch_manager")
    path = broker.user("branch_manager").grants.get().unit.path
    told = codes(branch, "/product/clients/retained.csv")
    assert told
    assert set(told) <= set(Client.objects.filter(outlet__path__startswith=path).values_list("code", flat=True))
    other = Unit.objects.get(level="headquarters")
    assert branch.get(f"/product/clients/retained/?unit={other.code}").status_code == 404
    Client.objects.filter(code=told[0]).update(outlet=other)
    page = branch.get("/product/clients/retained/").content.decode()
    assert "1 client of the figure is not in your units today" in page
    assert told[0] not in codes(branch, "/product/clients/retained.csv")


@pytest.mark.parametrize(
    "bad", ["nobody/", "retained/?reason=expired", "lapsed/?reason=x", "lapsed/?after=x", "entered/?reason=expired",
    ],
)  # fmt: skip
def test_what_is_no_count_is_not_there(broker: Broker, bad: str) -> None:
    assert inside(broker, "head_office_manager").get(f"/product/clients/{bad}").status_code == 404


def test_who_has_no_clients_finds_no_list_and_no_way_to_it(broker: Broker) -> None:
    products = inside(broker, "products")
    assert products.get("/product/clients/retained/").status_code == 404
    assert products.get("/product/clients/retained.csv").status_code == 404
    assert "/product/clients/" not in products.get("/matrix/").content.decode()
    assert inside(broker, NOBODY).get("/product/clients/retained/").status_code == 404


def test_a_look_and_a_sheet_are_recorded(broker: Broker) -> None:
    before = AuditEvent.objects.count()
    head = inside(broker, "head_office_manager")
    head.get("/product/clients/lapsed/")
    head.get("/product/clients/lapsed.csv")
    events = AuditEvent.objects.order_by("-pk")[: AuditEvent.objects.count() - before]
    assert {key for one in events for key in one.details} >= {"list", "sheet"}

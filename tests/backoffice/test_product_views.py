"""The pages of a product through the whole stack: who gets in, what is seen, what a broken address answers."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.models import Client as People
from core import clock
from core.actor import system
from core.models import AuditEvent
from smart_products.catalogue.models import Product
from smart_products.signing.operations import open_contract
from smart_products.statistics import queries
from tests.delivered import NOBODY, Broker, published
from tests.signing.contracts import FREE

pytestmark = pytest.mark.django_db

PAGES = (
    "/product/",
    "/product/league/",
    "/product/moves/",
    "/product/compare/",
    "/product/versions/",
    "/product/funnel/",
)
SHEETS = ("cohorts", "survival", "n-day", "league", "moves", "compare", "versions")


@pytest.fixture(scope="module")
def broker(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    with published(django_db_blocker, tmp_path_factory.mktemp("products") / "broker", clients=60, days=24) as broker:
        yield broker


def inside(broker: Broker, role: str) -> Client:
    client = Client()
    client.force_login(broker.user(role))
    client.cookies["django_language"] = "en"
    return client


def lines(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_for_a_product_a_family_and_the_whole(broker: Broker, address: str) -> None:
    head = inside(broker, "head_office_manager")
    for query in ("", "?node=grid", "?node=trading", "?node=grid&tier=t1&basis=confirmed", "?node=grid&show=assets"):
        page = head.get(address + query)
        assert page.status_code == 200, query
        html = page.content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", html)
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), query
        opened = set(re.findall(r'href="#(figure-[^"]+)"', html))
        assert opened <= set(ids), "every figure opens to its definition"


@pytest.mark.parametrize("address", [*PAGES, "/product/compare/?versus=node.grid"])
def test_the_chinese_page_has_no_english_sentence(broker: Broker, address: str) -> None:
    head = inside(broker, "head_office_manager")
    head.cookies["django_language"] = "zh-hans"
    html = head.get(address).content.decode()
    left = {*re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]+>", " ", html))}
    names = {"ETF", "XLSX", "Kaplan", "Meier", "Greenwood", "Wilson", "English", "Esc", "core", *["head", "office"]}
    # Families have no names yet where nobody named them.
    names |= {node.code for node in queries.node_names() if node.kind == "family"}
    assert {word for word in left if not re.fullmatch("[a-f]+", word)} <= names


def test_the_page_tells_what_the_domain_answers(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    found = queries.retention(node="grid")
    html = head.get("/product/", {"node": "grid"}).content.decode()
    assert "Grid trading" in html
    assert f"{queries.matrix(node='grid').rows[0].clients.retained:,}" in html
    for one in found.cohorts[-13:]:
        assert f"{one.month:%Y-%m}" in html

    told = lines(head, "/product/cohorts.csv?node=grid")
    cells = [(one, k, cell) for one in found.cohorts for k, cell in enumerate(one.cells) if cell is not None]
    assert [(row["cohort"], int(row["months_after"]), int(row["retained"])) for row in told] == [
        (f"{one.month:%Y-%m}", k, cell.retained) for one, k, cell in cells
    ]
    curve = lines(head, "/product/survival.csv?node=grid")
    assert [(int(row["days"]), int(row["at_risk"])) for row in curve] == [
        (point.day, point.at_risk) for point in found.survival.points
    ]
    units = lines(head, "/product/league.csv?node=grid")
    assert sum(int(row["first_sign_clients"]) for row in units) == found.first_sign.clients


def test_pieces_come_without_the_page_around_them(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    for name in ("league", "moves"):
        piece = head.get(f"/product/{name}/?node=grid", headers={"HX-Request": "true", "HX-Target": name})
        assert piece.status_code == 200
        assert piece.content.decode().strip().startswith("<section")
        assert f'id="{name}"' in piece.content.decode()


def test_moves_add_up(broker: Broker) -> None:
    told = lines(inside(broker, "head_office_manager"), "/product/moves.csv")
    matrix = queries.matrix(since=queries.fact_days()[0]).total.clients
    parts = {(row["from"], row["to"]): int(row["transitions"]) for row in told}
    assert parts["matrix", "stayed"] + parts["matrix", "outside"] == matrix.before
    assert parts["matrix", "stayed"] + parts["from_outside", "matrix"] == matrix.retained


def test_two_sides_stand_beside_each_other(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    branch = queries.matrix(by="unit").slices[0].unit
    earlier = queries.fact_days()[-5].isoformat()
    for side, expected in ((f"unit.{branch}", branch), ("node.conditional", "HQ"), (f"as_of.{earlier}", "HQ")):
        rows = lines(head, f"/product/compare.csv?node=grid&versus={side}")
        assert len(rows) == 2
        assert rows[1]["unit"] == (branch if expected == branch else rows[0]["unit"])
        assert head.get("/product/compare/", {"node": "grid", "versus": side}).status_code == 200
    assert len(lines(head, "/product/compare.csv?node=grid")) == 1


def test_a_role_sees_only_what_it_reaches(broker: Broker) -> None:
    whole = queries.matrix().total.unit
    outlet, nobody = inside(broker, "outlet_manager"), inside(broker, NOBODY)
    for address in PAGES:
        assert outlet.get(address).status_code == 200, address
        assert outlet.get(address, {"unit": whole}).status_code == 404, address
        assert nobody.get(address).status_code == 403, address
    assert outlet.get("/product/compare/", {"versus": f"unit.{whole}"}).status_code == 404
    for name in SHEETS:
        assert outlet.get(f"/product/{name}.csv", {"unit": whole}).status_code == 404, name
        assert nobody.get(f"/product/{name}.csv").status_code == 404, name


def test_broken_addresses_find_nothing(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    for query in ("as_of=x", "unit=nowhere", "node=nowhere", "tier=t9", "basis=loose", "show=all", "version=99"):
        for address in PAGES[:3]:
            assert head.get(f"{address}?{query}").status_code == 404, (address, query)
    for side in ("unit.nowhere", "node.nowhere", "as_of.x", "client.1", "unit."):
        assert head.get("/product/compare/", {"versus": side}).status_code == 404, side
    assert head.get("/product/nothing.csv").status_code == 404


def test_the_history_of_a_day_is_read_from_each_version(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    rows = lines(head, "/product/versions.csv?node=grid")
    found = queries.matrix(node="grid").rows[0]
    assert [int(row["retained_clients"]) for row in rows] == [found.clients.retained]
    assert int(rows[0]["signed_assets"].replace(".", "")) == found.assets.now
    assert (int(rows[0]["first_sign_clients"]), rows[0]["current"]) == (found.first_sign.clients, "1")
    branch = queries.matrix(by="unit").slices[0]
    for scope in (f"unit={branch.unit}", "tier=t1", f"unit={branch.unit}&tier=t1"):
        names = dict(part.split("=") for part in scope.split("&"))
        there = queries.matrix(node="grid", **names).rows[0]  # type: ignore[arg-type]
        (row,) = lines(head, f"/product/versions.csv?node=grid&{scope}")
        assert int(row["retained_clients"]) == there.clients.retained, scope


@pytest.mark.parametrize("address", [*PAGES, "/product/league/?by=outlet"])
def test_more_rows_need_no_more_queries(broker: Broker, address: str) -> None:
    head = inside(broker, "head_office_manager")
    counts = []
    branch, *others = (row.unit for row in queries.matrix(by="unit").slices)
    # A league below the root is counted, that of the root is published: one statement finds that out.
    spare = "league" in address
    for unit in (branch, queries.matrix().total.unit):
        joint = "&" if "?" in address else "?"
        with CaptureQueriesContext(connection) as asked:
            assert head.get(f"{address}{joint}node=grid&unit={unit}").status_code == 200
        counts.append(len(asked))
    assert counts[1] - counts[0] in ({0, 1} if spare else {0}), f"one branch and {len(others) + 1} of them"


def test_the_steps_lead_to_lists_for_whoever_has_clients(broker: Broker) -> None:
    head, products = inside(broker, "head_office_manager"), inside(broker, "product_manager")
    answer = head.get("/product/funnel/read/?node=grid")
    assert (answer.status_code, "Papers read" in answer.content.decode()) == (200, True)
    assert lines(head, "/product/funnel/read/?as=csv") == []
    assert AuditEvent.objects.filter(action="read", details__sheet="funnel read").exists()
    assert products.get("/product/funnel/read/").status_code == 404
    for broken in ("other/", "read/?node=nowhere", "read/?after=x"):
        assert head.get(f"/product/funnel/{broken}").status_code == 404, broken


def test_the_steps_are_narrowed_to_a_channel(broker: Broker) -> None:
    head, day = inside(broker, "head_office_manager"), clock.shanghai_today()
    unsigned = People.objects.filter(subscriptions=None, asset_accounts__closed_on=None).distinct()[:6]
    told = Counter(one.channel for one in unsigned)
    assert len(told) > 1
    for client in unsigned:
        open_contract(
            client=client, account=client.asset_accounts.earliest("pk"), product=Product.objects.get(code="grid"),
            terms=FREE, on=day, by=system("test"), at=clock.now(),
        )  # fmt: skip
    channels = [*queries.channels()]
    begun = [lines(head, f"/product/funnel.csv?node=grid&channel={channel}")[0]["clients"] for channel in channels]
    assert begun == [str(told[channel]) for channel in channels]
    assert lines(head, "/product/funnel.csv?node=grid")[0]["clients"] == str(len(unsigned))
    channel, clients = told.most_common()[0]
    assert len(lines(head, f"/product/funnel/begun/?as=csv&node=grid&channel={channel}")) == clients

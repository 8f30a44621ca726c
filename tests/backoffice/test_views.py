"""The pages through the whole stack: who gets in, what is seen, and what a broken address answers."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from core import clock
from core.actor import system
from smart_products.holdings.operations import deliver
from smart_products.statistics import queries
from tests.delivered import NOBODY, Broker, published

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def broker(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    with published(django_db_blocker, tmp_path_factory.mktemp("views") / "broker", clients=40, days=3) as broker:
        yield broker


def inside(broker: Broker, role: str) -> Client:
    client = Client()
    client.force_login(broker.user(role))
    return client


def test_the_pages_answer_to_roles(broker: Broker) -> None:
    matrix = queries.matrix()
    head = inside(broker, "head_office_manager")
    page = head.get("/matrix/")
    assert page.status_code == 200
    html = page.content.decode()
    assert f"{matrix.total.clients.retained:,}" in html
    assert "Content-Security-Policy" in page.headers

    children = queries.matrix(by="unit").slices
    outlets = queries.matrix(by="unit", unit=children[0].unit).slices
    for code in (children[0].unit, outlets[0].unit):
        assert head.get("/matrix/", {"unit": code}).status_code == 200

    branch = inside(broker, "branch_manager")
    assert branch.get("/matrix/").status_code == 200
    outlet = inside(broker, "outlet_manager")
    assert outlet.get("/matrix/").status_code == 200
    for reader, hidden in (
        (branch, f"/matrix/?unit={matrix.total.unit}"),
        (branch, "/feeds/"),
        (outlet, f"/matrix/?unit={matrix.total.unit}"),
        (outlet, f"/matrix/?unit={children[0].unit}"),
        (outlet, f"/matrix/sheet.csv?unit={children[0].unit}"),
    ):
        assert reader.get(hidden).status_code == 404, hidden

    nobody = inside(broker, NOBODY)
    assert nobody.get("/matrix/").status_code == 403
    assert nobody.get("/feeds/").status_code == 404


def test_a_search_finds_what_the_reader_may_see_and_opens_an_only_match(broker: Broker) -> None:
    head, outlet = inside(broker, "head_office_manager"), inside(broker, "outlet_manager")
    other = queries.matrix(by="unit").slices[0].unit
    one = head.get("/search/", {"q": other})
    assert (one.status_code, one.headers["Location"]) == (302, f"/matrix/?unit={other}")
    assert head.get(one.headers["Location"]).status_code == 200
    typed = head.get("/search/", {"q": other}, headers={"HX-Request": "true"})
    assert f"unit={other}" in typed.content.decode()

    hidden = outlet.get("/search/", {"q": other})
    assert hidden.status_code == 200
    assert f"unit={other}" not in hidden.content.decode()
    assert outlet.get("/search/", {"q": "grid"}).status_code == 302

    assert head.get("/search/?as_of=x").status_code == 404
    assert inside(broker, NOBODY).get("/search/", {"q": other}).status_code == 403
    assert Client().get("/search/").headers["Location"].startswith("/accounts/login/")


def test_broken_addresses_find_nothing(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    for query in (
        "as_of=x",
        "unit=nowhere",
        "node=nowhere",
        "tier=t9",
        "by=client",
        "version=99",
        "version=x",
    ):
        assert head.get(f"/matrix/?{query}").status_code == 404, query


def test_a_day_without_a_publication_leads_to_the_latest(broker: Broker) -> None:
    page = inside(broker, "head_office_manager").get("/matrix/?as_of=2024-12-29")
    assert page.status_code == 404
    assert "?as_of=2024-12-31" in page.content.decode()


def test_the_sheet_holds_the_exact_amounts(broker: Broker) -> None:
    matrix = queries.matrix()
    answer = inside(broker, "head_office_manager").get("/matrix/sheet.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    whole = next(row for row in rows if row["node"] == "matrix")
    assert int(whole["signed_assets"].replace(".", "")) == matrix.total.assets.now
    assert int(whole["retained_clients"]) == matrix.total.clients.retained
    assert {row["node"] for row in rows} == {row.node for row in matrix.rows}


def test_the_page_asks_the_same_number_of_questions_for_more_days(
    broker: Broker, django_assert_max_num_queries: object
) -> None:
    head = inside(broker, "head_office_manager")
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        head.get("/matrix/")


def test_a_refused_delivery_says_why_in_both_languages(broker: Broker, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    last = next(path.parent for path in broker.folder.glob("*/manifest.json") if "2024-12-31" in path.parent.name)
    shutil.copytree(last, bad)
    manifest = json.loads((bad / "manifest.json").read_text("utf-8"))
    manifest["sequence"] = 2
    manifest["files"][0]["sha256"] = "0" * 64
    (bad / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    outcome = deliver(folder=bad, today=clock.shanghai_today(), by=system("test"), at=clock.now())
    assert outcome.state == "rejected"

    operations = inside(broker, "operations")
    listed = operations.get("/feeds/").content.decode()
    assert "已拒绝" in listed
    address = re.search(r'href="(/feeds/[0-9a-f-]{36}/)"', listed)
    assert address is not None
    assert "内容与声明不符" in operations.get(address[1]).content.decode()
    operations.post("/preferences/", {"language": "en"})
    assert "Other bytes than declared" in operations.get(address[1]).content.decode()
    assert operations.get("/feeds/00000000-0000-0000-0000-000000000000/").status_code == 404
    assert operations.get(f"{address[1]}quarantine.csv").status_code == 200


def test_a_sequence_that_is_taken_is_not_advised_again(broker: Broker, tmp_path: Path) -> None:
    again = tmp_path / "again"
    last = next(path.parent for path in broker.folder.glob("*/manifest.json") if "2024-12-31" in path.parent.name)
    shutil.copytree(last, again)
    manifest = json.loads((again / "manifest.json").read_text("utf-8"))
    (again / "manifest.json").write_text(json.dumps({**manifest, "files": manifest["files"][:1]}), "utf-8")
    outcome = deliver(folder=again, today=clock.shanghai_today(), by=system("test"), at=clock.now())
    assert outcome.state == "rejected"
    operations = inside(broker, "operations")
    address = re.search(r'href="(/feeds/[0-9a-f-]{36}/)"', operations.get("/feeds/").content.decode())
    assert address is not None
    html = operations.get(address[1]).content.decode()
    assert "sequence_taken" in html
    assert "用同一序号重新发送" not in html


def test_a_slow_breakdown_is_drawn_in_after_the_page(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    page = head.get("/matrix/?tier=t1").content.decode()
    asked = re.search(r'id="by"[^>]*hx-get="([^"]+)"', page)
    assert asked is not None
    assert "matrix-table breakdown" not in page
    address = "/matrix/" + asked[1].replace("&amp;", "&")
    piece = head.get(address, headers={"HX-Request": "true", "HX-Target": "by"}).content.decode()
    assert piece.strip().startswith("<section")
    assert "matrix-table breakdown" in piece
    whole = head.get(address).content.decode()
    assert "matrix-table breakdown" in whole, "without scripts the link leads to the rows"
    assert not re.search(r'href="[^"]*show=rows', whole)
    assert "matrix-table breakdown" in head.get("/matrix/").content.decode()


def test_units_stand_as_they_were_or_as_they_are(broker: Broker) -> None:
    """An outlet that came under a branch later stands there for all days once the structure of the day is chosen."""
    head = inside(broker, "head_office_manager")
    head.cookies["django_language"] = "en"
    was = head.get("/matrix/").content.decode()
    assert "structure=now" in was
    now = head.get("/matrix/?structure=now&show=rows").content.decode()
    assert "as on the as-of day, for all days" in now
    assert head.get("/matrix/sheet.csv?structure=now&by=unit").status_code == 200
    assert head.get("/matrix/?structure=then").status_code == 404

"""Two versions compared, through the whole stack: what is told, to whom, by how many statements; broken addresses."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.models import AssetAccount, Unit
from accounts.rules import Level
from core.models import AuditEvent
from smart_products.statistics import queries
from smart_products.statistics.nodes import MATRIX_CODE
from tests.delivered import NOBODY, Broker, published
from tests.restated import move, revalue
from tests.statements import asked

pytestmark = pytest.mark.django_db

PAGE, SHEET = "/product/differences/", "/product/differences.csv"
DAY, LAST = "2024-12-30", "2024-12-31"
STATEMENTS = 15
"""Of one answer, with the login and the bounds of its transaction."""
READ = 1
"""The statement that records whose accounts were read."""


@pytest.fixture(scope="module")
def broker(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    """One day in three versions: every account was worth more, then those of one outlet a little less."""
    folder = tmp_path_factory.mktemp("restated")
    with published(django_db_blocker, folder / "broker", clients=60, days=24) as broker:
        every = set(AssetAccount.objects.values_list("code", flat=True))
        revalue(broker, folder / "1", DAY, every, sequence=2, factor="1.10")
        revalue(broker, folder / "2", DAY, mine(broker), sequence=3, factor="1.20")
        yield broker


def mine(broker: Broker) -> set[str]:
    """Return the accounts that the manager of the outlet sees."""
    seen = AssetAccount.objects.visible_to(broker.user("outlet_manager"))
    return set(seen.values_list("code", flat=True))


def inside(broker: Broker, role: str, language: str = "en") -> Client:
    client = Client()
    client.force_login(broker.user(role))
    client.cookies["django_language"] = language
    return client


def lines(client: Client, query: str) -> list[dict[str, str]]:
    answer = client.get(SHEET + query)
    assert answer.status_code == 200, query
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def text_of(client: Client, query: str) -> str:
    answer = client.get(PAGE + query)
    assert answer.status_code == 200, query
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_page_tells_both_versions_their_difference_and_what_made_it(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    html = head.get(f"{PAGE}?as_of={DAY}&against=1&version=2").content.decode()
    before, after = (
        queries.matrix(as_of=queries.fact_days()[-2], since=queries.fact_days()[0], version=version).total
        for version in (1, 2)
    )
    assert "From version 1 to version 2" in html
    for fen in (before.assets.now, after.assets.now, before.assets.market, after.assets.market):
        assert f"{Decimal(abs(fen)).scaleb(-2):,}" in html
    deliveries = set(re.findall(r'href="/feeds/([0-9a-f-]{36})/"', html))
    assert len(deliveries) == 2, "the delivery of either version can be opened"
    assert all(head.get(f"/feeds/{one}/").status_code == 200 for one in deliveries)
    assert html.count("A0000") <= 20, "the list is limited"
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#(figure-[^"]+)"', html)) <= set(ids)


def test_whoever_reads_accounts_is_on_record(broker: Broker) -> None:
    outlet = inside(broker, "outlet_manager")
    read = AuditEvent.objects.filter(action="read", subject_kind="differences")
    text_of(outlet, f"?as_of={DAY}")
    lines(outlet, f"?as_of={DAY}")
    sheet, page = read.order_by("-pk")[:2]
    assert page.place == sheet.place == broker.user("outlet_manager").grants.get().unit.path
    assert sheet.details["accounts"] >= page.details["accounts"] > 0


def test_the_last_two_versions_are_compared_unless_others_are_chosen(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    assert "From version 2 to version 3" in text_of(head, f"?as_of={DAY}")
    assert "From version 1 to version 3" in text_of(head, f"?as_of={DAY}&against=1")
    assert "From version 3 to version 1" in text_of(head, f"?as_of={DAY}&against=3&version=1")
    history = head.get(f"/product/versions/?as_of={DAY}").content.decode().replace("&amp;", "&")
    assert f"{PAGE}?as_of={DAY}&since=2024-11-28&version=3&against=2" in history
    bar = head.get(f"{PAGE}?as_of={DAY}&against=1&version=3").content.decode()
    assert re.search(r'id="filters".*name="version"\s+value="3".*name="against"\s+value="1".*</form>', bar, re.DOTALL)


@pytest.mark.parametrize("scope", ["", "&node=grid", "&tier=t2", "&unit={outlet}", "&unit={outlet}&tier=t2"])
def test_the_sheet_adds_up_to_the_difference(broker: Broker, scope: str) -> None:
    outlet = broker.user("outlet_manager").grants.get().unit.code
    scope = scope.format(outlet=outlet)
    rows = lines(inside(broker, "head_office_manager"), f"?as_of={DAY}&against=1&version=3{scope}")
    figures = {row["measure"]: row for row in rows if row["kind"] == "figure"}
    for measure in ("signed_assets", "retained_clients"):
        parts = [row for row in rows if row["measure"] == measure and row["kind"] != "figure"]
        assert sum(Decimal(row["difference"]) for row in parts) == Decimal(figures[measure]["difference"])
    terms = {name: Decimal(row["difference"]) for name, row in figures.items()}
    assert terms["signed_assets"] == (
        terms["assets_before"] + terms["entered"] - terms["left"] + terms["flow"] + terms["market"] + terms["moved"]
    )
    assert {(row["name"], row["from"], row["to"]) for row in rows if row["kind"] == "delivery"} == {(DAY, "1", "3")}


def test_versions_that_say_the_same_say_so(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    text = text_of(head, f"?as_of={DAY}&against=2&version=2")
    assert "nothing differs here" in text
    assert "No account makes a difference" in text
    later = text_of(head, f"?as_of={LAST}&since={queries.fact_days()[-2]}")
    assert "signed assets and retained clients are the same" in later
    assert "delivered anew" in later


def test_a_reader_learns_nothing_of_accounts_beyond_his_units(broker: Broker, tmp_path: Path) -> None:
    outlet = inside(broker, "outlet_manager")
    query = f"?as_of={DAY}&against=1&version=3"
    told = {row["name"] for row in lines(outlet, query) if row["kind"] == "account"}
    assert told
    assert told <= mine(broker)
    unit = broker.user("outlet_manager").grants.get().unit
    other = Unit.objects.filter(level=Level.OUTLET).exclude(pk=unit.pk).order_by("code")[0]
    gone = AssetAccount.objects.select_related("client").get(code=min(told))
    assert gone.client is not None
    theirs = told & set(gone.client.asset_accounts.values_list("code", flat=True))
    before = next(row for row in lines(outlet, query) if row["measure"] == "signed_assets")
    move(broker, tmp_path / "moved", LAST, gone.client.code, other.code, sequence=9)

    rows = lines(outlet, query)
    assert {row["name"] for row in rows if row["kind"] == "account"} == told - theirs
    (rest,) = (
        row for row in rows if row["kind"] == "accounts_outside_your_units" and row["measure"] == "signed_assets"
    )
    assert int(rest["name"]) == len(theirs)
    assert next(row for row in rows if row["measure"] == "signed_assets") == before, "what was reported stays"
    page = outlet.get(PAGE + query).content.decode()
    assert gone.code not in page
    assert re.search(rf"{len(theirs)} accounts? outside your units", page)
    assert "/feeds/" not in page, "deliveries hold rows of the whole house"
    assert gone.code in inside(broker, "head_office_manager").get(f"{PAGE}{query}&unit={unit.code}").content.decode()


def test_strangers_find_nothing(broker: Broker) -> None:
    whole = queries.matrix().total.unit
    outlet, nobody = inside(broker, "outlet_manager"), inside(broker, NOBODY)
    own = broker.user("outlet_manager").grants.get().unit
    other = Unit.objects.filter(level=Level.OUTLET).exclude(pk=own.pk).order_by("code")[0].code
    for address in (PAGE, SHEET):
        for unit in (whole, other):
            assert outlet.get(address, {"as_of": DAY, "unit": unit}).status_code == 404
        assert Client().get(address).headers["Location"].startswith("/accounts/login/")
        assert outlet.post(address).status_code == 405
    assert nobody.get(PAGE).status_code == 403
    assert nobody.get(SHEET).status_code == 404


def test_versions_that_are_not_there(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    for wrong in ("version=9", "against=9", "version=1", "version=3&against=7"):
        answer = head.get(f"{PAGE}?as_of={DAY}&{wrong}")
        assert answer.status_code == 404, wrong
        assert f"/product/versions/?as_of={DAY}" in answer.content.decode()
        assert head.get(f"{SHEET}?as_of={DAY}&{wrong}").status_code == 404, wrong
    for broken in ("version=x", "against=0", "against=-1", "unit=nowhere", "node=nowhere", "tier=t9", "channel=none"):
        assert head.get(f"{PAGE}?as_of={DAY}&{broken}").status_code == 404, broken
    once = head.get(f"{PAGE}?as_of=2024-12-20")
    assert (once.status_code, "was reported once" in once.content.decode()) == (200, True)
    assert head.get(f"{PAGE}?as_of=2024-12-20&version=1&against=1").status_code == 200
    assert head.get(f"{PAGE}?as_of=2024-12-29").status_code == 404


def test_the_chinese_page_has_no_english_sentence(broker: Broker) -> None:
    head = inside(broker, "head_office_manager", "zh-hans")
    for query in ("against=1&version=2", "version=9", "against=2&version=2"):
        html = head.get(f"{PAGE}?as_of={DAY}&{query}").content.decode()
        words = {*re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]+>", " ", html))}
        words -= {node.code for node in queries.node_names()} | {
            "English",
            "Esc",
            "core",
            "XLSX",
            "head",
            "office",
            "Wilson",
        }
        assert {word for word in words if not re.fullmatch("[a-f]+", word)} == set(), query


@pytest.mark.parametrize("node", [MATRIX_CODE, "grid"])
def test_more_accounts_need_no_more_queries(broker: Broker, node: str) -> None:
    head = inside(broker, "head_office_manager")
    counts = []
    for unit in (broker.user("outlet_manager").grants.get().unit.code, queries.matrix().total.unit):
        for address in (PAGE, SHEET):
            for scope in ("", "&tier=t2", "&channel=online"):
                with asked() as told:
                    assert (
                        head.get(f"{address}?as_of={DAY}&node={node}&unit={unit}&against=1{scope}").status_code == 200
                    )
                counts.append(len(told))
    counts = [count - READ for count in counts]
    assert counts[:6] == counts[6:]
    assert max(counts) <= STATEMENTS


def test_restated_days_stand_with_figures_before_and_after_and_their_cause(broker: Broker) -> None:
    found = [
        one for one in queries.restatements(list(queries.restated().order_by("as_of", "version"))) if one.deliveries
    ]
    assert [(one.publication.as_of.isoformat(), one.publication.version) for one in found] == [(DAY, 2), (DAY, 3)]
    days = queries.fact_days()
    for one in found:
        whole = [
            queries.matrix(as_of=days[-2], since=days[0], version=version).total
            for version in (one.before.version, one.publication.version)
        ]
        assert one.assets == tuple(figures.assets.now for figures in whole)
        assert one.retained == tuple(figures.clients.retained for figures in whole)
        assert [facts.sequence for facts in one.deliveries] == [one.publication.version]
        sizes = [abs(cell.after - cell.before) for cell in one.moved]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] > 0


def test_the_page_of_restatements_leads_on_and_shows_strangers_nothing(broker: Broker) -> None:
    head = inside(broker, "head_office_manager")
    html = head.get("/operations/restatements/").content.decode()
    assert html.count(f"as_of={DAY}&amp;version=") == 2
    (address,) = re.findall(rf'href="(/product/differences/\?as_of={DAY}&amp;version=3[^"]*)"', html)
    assert head.get(address.replace("&amp;", "&")).status_code == 200
    assert head.get("/operations/restatements/?after=x").status_code == 404
    for role in ("branch_manager", "products", NOBODY):
        assert inside(broker, role).get("/operations/restatements/").status_code == 404, role

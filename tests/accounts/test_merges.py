"""Merging units, clients and accounts: the same whatever the order, and nothing the second time."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from accounts.models import AssetAccount, Client, ClientVersion, Unit, UnitVersion
from accounts.operations import (
    AccountRow,
    ClientRow,
    UnitCycle,
    UnitRow,
    merge_accounts,
    merge_clients,
    merge_units,
    reserve_accounts,
)
from accounts.queries import unit_tree
from core.merging import ConflictingRows, CsvRows, Merged, ReservedSource, UnknownCode
from core.models import AuditEvent
from tests.accounts.organisation import ACCOUNTS, AT, BY, CLIENTS, FIRST, SOURCE, UNITS, organise
from tests.effort import examples

pytestmark = pytest.mark.django_db

LATER = date(2024, 6, 3)
NOTHING = Merged()
AS_FEED: dict[str, Any] = {"source": SOURCE, "by": BY, "at": AT}


def state() -> list[list[tuple[Any, ...]]]:
    """Everything the merges own, by code rather than by id."""
    client = ("client__code", "valid_from", "outlet__code", "channel", "risk_class", "name", "mobile")
    return [
        list(Unit.objects.order_by("code").values_list("code", "parent__code", "level", "name", "closed_on")),
        list(
            UnitVersion.objects.order_by("unit__code", "valid_from").values_list(
                "unit__code", "valid_from", "parent__code", "name"
            )
        ),
        list(Client.objects.order_by("code").values_list("code", "outlet__code", "channel", "name", "email")),
        list(ClientVersion.objects.order_by("client__code", "valid_from").values_list(*client)),
        list(AssetAccount.objects.order_by("code").values_list("code", "client__code", "closed_on")),
    ]


def test_a_second_merge_changes_nothing() -> None:
    organise()
    before = state()
    assert merge_units(upserts=UNITS, **AS_FEED) == NOTHING
    assert merge_clients(upserts=CLIENTS, **AS_FEED) == NOTHING
    assert merge_accounts(upserts=ACCOUNTS, **AS_FEED) == NOTHING
    assert state() == before


def test_each_merge_leaves_one_audit_row_with_its_counts() -> None:
    organise()
    rows = dict(AuditEvent.objects.values_list("action", "details"))
    assert AuditEvent.objects.count() == 3
    assert rows["merge_clients"] == {"inserted": 4, "updated": 0, "removed": 0}


versions = st.lists(
    st.builds(
        ClientRow,
        code=st.sampled_from(["C1", "C2", "C3"]),
        valid_from=st.sampled_from([FIRST, LATER, date(2024, 9, 2)]),
        outlet_code=st.sampled_from(["O11", "O12", "O21"]),
        channel=st.sampled_from(["app", "web"]),
        investor_class=st.just("ordinary"),
        risk_class=st.sampled_from([None, "C1", "C3"]),
        risk_assessed_on=st.sampled_from([None, FIRST]),
        opened_on=st.none(),
        name=st.sampled_from([None, "张三", "a\tb\\c\nd"]),
        birth_year=st.none(),
        mobile=st.none(),
        email=st.none(),
        id_digest=st.none(),
    ),
    unique_by=lambda row: (row.code, row.valid_from),
    max_size=9,
)


@examples(30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), versions)
def test_neither_order_nor_packing_of_rows_matters(data: st.DataObject, rows: list[ClientRow]) -> None:
    results = []
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(min_value=0, max_value=len(rows)))
    for packages in ([rows], [shuffled], [shuffled[:cut], shuffled[cut:]], [shuffled, shuffled]):
        mark = transaction.savepoint()
        merge_units(upserts=UNITS, **AS_FEED)
        for package in packages:
            merge_clients(upserts=package, **AS_FEED)
        results.append(state())
        for client in Client.objects.all():
            latest = client.versions.order_by("-valid_from").first()
            assert latest is not None
            assert (client.outlet_id, client.name, client.risk_class) == (
                latest.outlet_id,
                latest.name,
                latest.risk_class,
            )
        transaction.savepoint_rollback(mark)
    assert all(result == results[0] for result in results)


def test_a_later_version_moves_the_client_and_taking_it_back_moves_it_home() -> None:
    organise()
    before = state()
    client = Client.objects.get(code="C1")
    moved = CLIENTS[0]._replace(valid_from=LATER, outlet_code="O21", name="李四")
    assert merge_clients(upserts=[moved], **AS_FEED) == Merged(inserted=1)
    client.refresh_from_db()
    assert client.outlet is not None
    assert (client.outlet.code, client.name) == ("O21", "李四")
    # A version of an earlier day that arrives late does not touch what the client is now.
    early = CLIENTS[0]._replace(valid_from=date(2024, 3, 1), outlet_code="O12", name="王五")
    merge_clients(upserts=[early], **AS_FEED)
    client.refresh_from_db()
    assert client.name == "李四"
    removed = [("C1", LATER), ("C1", date(2024, 3, 1)), ("C1", date(2020, 1, 1)), ("nobody", LATER)]
    assert merge_clients(upserts=[], removed=removed, **AS_FEED) == Merged(removed=2)
    assert state() == before


def test_a_client_without_any_version_keeps_its_id_and_belongs_nowhere() -> None:
    organise()
    client = Client.objects.get(code="C2")
    merge_clients(upserts=[], removed=[("C2", FIRST)], **AS_FEED)
    client.refresh_from_db()
    assert (client.outlet_id, client.channel) == (None, "")
    merge_clients(upserts=[CLIENTS[1]], **AS_FEED)
    assert Client.objects.get(code="C2").pk == client.pk


def test_equal_rows_count_once_and_different_rows_for_one_key_are_refused() -> None:
    merge_units(upserts=[*UNITS, *UNITS], **AS_FEED)
    assert Unit.objects.count() == len(UNITS)
    with pytest.raises(ConflictingRows, match="C1"):
        merge_clients(upserts=[CLIENTS[0], CLIENTS[0]._replace(outlet_code="O12")], **AS_FEED)
    assert not Client.objects.exists()


def test_unknown_codes_are_named() -> None:
    organise()
    with pytest.raises(UnknownCode) as caught:
        merge_clients(upserts=[CLIENTS[0]._replace(outlet_code="O99")], **AS_FEED)
    assert (caught.value.kind, caught.value.codes) == ("unit", ["O99"])
    with pytest.raises(UnknownCode):
        merge_accounts(upserts=[AccountRow("A9", "C9")], **AS_FEED)
    with pytest.raises(UnknownCode):
        merge_units(upserts=[UnitRow("O9", FIRST, "B9", "outlet", "x")], **AS_FEED)


def test_a_feed_may_not_use_our_own_source() -> None:
    with pytest.raises(ReservedSource):
        merge_units(source="here", upserts=UNITS, by=BY, at=AT)


def test_sources_do_not_touch_each_other() -> None:
    organise()
    merge_units(source="other", upserts=UNITS, by=BY, at=AT)
    merge_clients(source="other", upserts=CLIENTS[:1], removed=[("C2", FIRST)], by=BY, at=AT)
    assert Unit.objects.filter(code="HQ").count() == 2
    assert Client.objects.get(source="core", code="C2").outlet is not None


def test_ids_and_public_ids_stay() -> None:
    organise()
    before = set(AssetAccount.objects.values_list("code", "id", "public_id"))
    merge_accounts(upserts=[row._replace(closed_on=LATER) for row in ACCOUNTS], **AS_FEED)
    assert set(AssetAccount.objects.values_list("code", "id", "public_id")) == before


def test_a_number_that_is_only_named_gets_an_id_and_later_its_client() -> None:
    organise()
    assert reserve_accounts(codes=["A9", "A1", "A9"], **AS_FEED) == Merged(inserted=1)
    held = AssetAccount.objects.get(code="A9")
    assert held.client is None
    assert merge_accounts(upserts=[AccountRow("A9", "C1", FIRST)], **AS_FEED) == Merged(updated=1)
    assert reserve_accounts(codes=["A9"], **AS_FEED) == NOTHING
    assert AssetAccount.objects.get(code="A9").pk == held.pk
    assert merge_accounts(upserts=[], removed=["A9"], **AS_FEED) == Merged(removed=1)
    assert AssetAccount.objects.get(code="A9").client is None


def test_rows_may_stand_in_a_csv_file(tmp_path: Path) -> None:
    organise()
    before = state()
    path = tmp_path / "clients.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(CLIENTS)
    assert merge_clients(upserts=CsvRows(path), **AS_FEED) == NOTHING
    assert state() == before


def test_paths_follow_a_move_of_a_branch() -> None:
    organise()
    merge_units(upserts=[UnitRow("B2", LATER, "B1", "branch", "二分")], **AS_FEED)
    root, first, second, outlet = (Unit.objects.get(code=code) for code in ("HQ", "B1", "B2", "O21"))
    assert outlet.path == f"{root.pk}.{first.pk}.{second.pk}.{outlet.pk}."
    merge_units(upserts=[], removed=[("B2", LATER)], **AS_FEED)
    outlet.refresh_from_db()
    assert outlet.path == f"{root.pk}.{second.pk}.{outlet.pk}."


def test_the_tree_is_the_one_of_the_day() -> None:
    organise()
    merge_units(upserts=[UnitRow("O12", LATER, "B2", "outlet", "乙二", closed_on=LATER)], **AS_FEED)
    codes = {node.id: node.code for node in unit_tree(LATER)}
    before = {node.code: (codes.get(node.parent_id or 0), node.name) for node in unit_tree(FIRST)}
    after = {node.code: (codes.get(node.parent_id or 0), node.name) for node in unit_tree(LATER)}
    assert before["O12"] == ("B1", "乙")
    assert after["O12"] == ("B2", "乙二")
    assert [node.code for node in unit_tree(FIRST)] == ["HQ", "B1", "O11", "O12", "B2", "O21"]
    # Before its first version the first one holds.
    assert len(unit_tree(date(2000, 1, 1))) == len(UNITS)


@pytest.mark.parametrize(
    "rows",
    [
        [UnitRow("B1", FIRST, "O11", "branch", "x")],
        [UnitRow("HQ", FIRST, "O21", "headquarters", "x")],
        [UnitRow("B1", LATER, "B2", "branch", "x"), UnitRow("B2", LATER, "B1", "branch", "x")],
        [UnitRow("X", FIRST, "X", "branch", "x")],
    ],
)
def test_a_circle_is_refused_and_nothing_stays(rows: list[UnitRow]) -> None:
    organise()
    before = state()
    with pytest.raises((UnitCycle, IntegrityError)), transaction.atomic():
        merge_units(upserts=rows, **AS_FEED)
    assert state() == before


def test_a_circle_on_a_past_day_is_refused_though_today_has_none() -> None:
    organise()
    merge_units(upserts=[UnitRow("B1", LATER, "HQ", "branch", "x")], **AS_FEED)
    with pytest.raises(UnitCycle) as caught:
        merge_units(upserts=[UnitRow("B1", date(2024, 3, 1), "O11", "branch", "x")], **AS_FEED)
    assert (caught.value.day, caught.value.codes) == (date(2024, 3, 1), ["B1", "O11"])


def test_the_database_refuses_what_the_rules_forbid() -> None:
    organise()
    refused = [
        "DELETE FROM accounts_client",
        "DELETE FROM accounts_assetaccount",
        "UPDATE accounts_clientversion SET client_id = 0",
        "UPDATE accounts_client SET outlet_id = 0",
        "UPDATE accounts_assetaccount SET client_id = 0",
        "INSERT INTO accounts_clientversion (client_id, valid_from) VALUES (0, '2024-01-02')",
        "UPDATE accounts_assetaccount SET closed_on = '2000-01-01'",
        "UPDATE accounts_assetaccount SET closed_inferred = true",
        "UPDATE accounts_clientversion SET risk_class = 'C6'",
        "UPDATE accounts_unit SET path = '1.2'",
    ]
    for statement in refused:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_name_is_spelled_as_it_stands() -> None:
    """The sound follows the latest version: a new name, a version taken back, and nothing for no name."""
    organise()

    def sound(code: str = "C1") -> tuple[str, str]:
        return Client.objects.values_list("pinyin", "initials").get(code=code)

    assert (sound(), sound("C2")) == (("zhangsan", "zs"), ("", ""))
    renamed = ClientRow("C1", LATER, "O11", "app", "ordinary", "C3", FIRST, FIRST, "曾三")
    merge_clients(upserts=[renamed], **AS_FEED)
    assert sound() == ("zengsan", "zs")
    merge_clients(upserts=[], removed=[("C1", LATER)], **AS_FEED)
    assert sound() == ("zhangsan", "zs")

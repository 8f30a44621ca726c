"""The commands: the contract of their JSON, their tables in both languages, their exit codes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import DjangoDbBlocker

from core.files import path_of
from smart_products.holdings.models import DayFacts
from smart_products.holdings.queries import files_in_use
from smart_products.statistics.models import DataCut, Publication
from tasks.tables import table, width
from tests.houses import standing
from tests.tasks import house as broker
from tests.tasks.conftest import ROOT, Folders, settings_below

ROW = {
    *("node", "unit", "tier", "channel", "retained_clients", "first_time_clients", "reactivated_clients"),
    *("lapsed_clients", "signed_assets", "assets_before", "entered", "left", "flow", "market", "moved", "growth"),
    *("market_neutral_growth", "twr", "modified_dietz", "points", "clients_before", "moved_clients"),
}
TERMS = ("entered", "left", "flow", "market", "moved")


YEAR = "--since=2024-12-27"
"""The house is younger than a year; without this its terms can not be observed."""


def run(name: str, *words: str) -> Any:
    """Run a command as a person would type it, and return the one object it prints."""
    out = io.StringIO()
    call_command(name, *words, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture(scope="module")
def house(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Folders]:
    """Three days of a small house, delivered, closed and served."""
    folder = tmp_path_factory.mktemp("commands")
    with standing(django_db_blocker), override_settings(**settings_below(folder)):
        broker.import_days()
        broker.run_night(broker.write_days(folder / "feed"))
        yield Folders(folder / "facts", folder / "inbox", folder / "feed")


@pytest.fixture
def night(house: Folders, db: None) -> Folders:
    """The house, and a savepoint of its transaction."""
    return house


@pytest.mark.parametrize("command", ["matrix", "publications"])
def test_tables_tell_times_as_the_house_does(night: Folders, command: str) -> None:
    published = datetime(2024, 12, 31, 17, 10, tzinfo=UTC)
    Publication.objects.update(published_at=published)
    out = io.StringIO()
    call_command(command, stdout=out)
    assert "2025-01-01 01:10" in out.getvalue()
    assert "UTC" not in out.getvalue()


def test_matrix_prints_one_object_by_the_contract(night: Folders) -> None:
    found = run("matrix", YEAR)
    assert (found["as_of"], found["since"], found["version"]) == ("2024-12-31", "2024-12-27", 1)
    assert [row["node"] for row in found["rows"]] == ["matrix", "F1", "P1"]
    for row in found["rows"]:
        assert set(row) >= ROW
        assert set(row["points"]) == set(TERMS)
        for name in ("signed_assets", "assets_before", *TERMS):
            assert str(Decimal(row[name]).quantize(Decimal("0.01"))) == row[name]
    top = found["rows"][0]
    assert (top["signed_assets"], top["assets_before"]) == ("1050.00", "1000.00")
    assert (top["flow"], top["market"]) == ("2.00", "48.00")
    assert top["growth"] == pytest.approx(0.05)
    assert (top["retained_clients"], top["funded_clients"], top["clients_on_books"]) == (1, 1, 2)
    assert top["penetration"] == 0.5
    assert top["products_per_client"] == 1.0
    assert found["gross"]["retained_clients"] - found["overlap"]["retained_clients"] == 1
    assert found["net"]["signed_assets"] == "1050.00"


@pytest.mark.parametrize("by", ["--node=P1", "--by=unit", "--by=outlet", "--by=tier", "--by=channel"])
def test_the_identity_holds_in_every_row(night: Folders, by: str) -> None:
    rows = run("matrix", YEAR, by)["rows"]
    assert rows
    for row in rows:
        amounts = {name: Decimal(row[name]) for name in TERMS}
        change = sum(amounts.values()) - 2 * amounts["left"]
        assert Decimal(row["signed_assets"]) - Decimal(row["assets_before"]) == change
        if row["growth"] is not None:
            assert sum(row["points"].values()) == pytest.approx(row["growth"])
            assert row["points"]["left"] <= 0
        heads = row["first_time_clients"] + row["reactivated_clients"] - row["lapsed_clients"] + row["moved_clients"]
        assert row["retained_clients"] - row["clients_before"] == heads


def test_the_opening_day_has_levels_and_no_terms(night: Folders) -> None:
    found = run("matrix", "--as-of=2024-12-27")
    row = found["rows"][0]
    assert found["opening"]
    assert found["since"] is None
    assert row["signed_assets"] == "1000.00"
    absent = ("assets_before", *TERMS, "growth", "clients_before", "first_time_clients", "twr", "modified_dietz")
    assert {row[name] for name in absent} == {None}
    assert set(row["points"].values()) == {None}


def test_one_node_one_unit_one_period(night: Folders) -> None:
    found = run("matrix", "--node=P1", "--unit=O1", "--since=2024-12-30")
    (row,) = found["rows"]
    assert (row["node"], row["unit"], row["assets_before"]) == ("P1", "O1", "1100.00")
    assert run("matrix", "--version=1")["version"] == 1


@pytest.mark.parametrize(
    "word",
    ["--node=no", "--unit=no", "--channel=no", "--tier=t9", "--as-of=2020-01-02", "--version=9", "--since=2020-01-02"],
)
def test_what_is_not_there_is_named_and_exits_with_1(night: Folders, word: str) -> None:
    with pytest.raises(CommandError, match=r"\b(no|t9|2020-01-02|9)\b") as error:
        run("matrix", word)
    assert error.value.returncode == 1


@pytest.mark.parametrize(
    "words",
    [
        ["--by=nothing"],
        *(pytest.param([word], marks=pytest.mark.slow) for word in ("--as-of=yesterday", "--no-such-word")),
    ],
)
def test_a_wrong_word_exits_with_2(words: list[str]) -> None:
    done = subprocess.run([sys.executable, "manage.py", "matrix", *words], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_tables_are_aligned_in_both_languages(night: Folders, language: str) -> None:
    out = io.StringIO()
    with translation.override(language):
        call_command("matrix", YEAR, stdout=out)
    lines = out.getvalue().splitlines()
    for number, line in enumerate(lines):
        if line.startswith("---"):
            widths = [len(part) for part in line.split("  ")]
            block = [lines[number - 1], *_until_blank(lines[number + 1 :])]
            assert all(width(one) <= sum(widths) + 2 * (len(widths) - 1) for one in block)
            assert len({width(one) for one in block[1:]}) == 1
    assert ("智能条件单" in out.getvalue()) == (language == "zh-hans")
    assert ("Conditional order" in out.getvalue()) == (language == "en")


def _until_blank(lines: list[str]) -> list[str]:
    return lines[: lines.index("")] if "" in lines else lines


def test_a_table_counts_wide_letters_twice() -> None:
    assert table(["a", "b"], [["中文", "1"], ["x", "22"]]) == ["a      b", "----  --", "中文   1", "x     22"]


def test_publications_lists_versions_newest_first(night: Folders) -> None:
    broker.run_night([broker.write_day(night.feed / "again", broker.DAYS[1], {"A1": "1.00", "A2": "2.00"}, sequence=2)])
    found = run("publications")["publications"]
    assert found[0]["as_of"] == "2024-12-31"
    versions = {(one["as_of"], one["version"]): one["current"] for one in found}
    assert versions["2024-12-30", 1] is False
    assert versions["2024-12-30", 2] is True
    two = next(one for one in found if (one["as_of"], one["version"]) == ("2024-12-30", 2))
    assert [one["sequence"] for one in two["deliveries"]] == [2]
    assert run("matrix", "--as-of=2024-12-30", "--version=1")["rows"][0]["signed_assets"] == "1100.00"
    assert run("matrix", "--as-of=2024-12-30")["rows"][0]["signed_assets"] == "1.00"


def test_collecting_deletes_only_what_is_old_and_unnamed(night: Folders) -> None:
    kept = {path for path in night.facts.rglob("*") if path.is_file()}
    old = time.time() - 49 * 3600
    for path in kept:
        os.utime(path, (old, old))
    orphan, young = night.facts / "facts" / f"{'0' * 64}.parquet", night.facts / "ab" / f"ab{'0' * 62}.parquet"
    scratch = night.facts / "facts" / ".deliver-dead"
    scratch.mkdir()
    young.parent.mkdir(exist_ok=True)
    for path in (orphan, young, scratch / "half"):
        path.write_bytes(b"x")
    for path in (orphan, scratch / "half", scratch):
        os.utime(path, (old, old))
    would = run("collect_facts", "--dry-run")
    assert orphan.exists()
    done = run("collect_facts")
    assert sorted(done["files"]) == sorted(would["files"])
    assert {"facts/" + orphan.name, "facts/.deliver-dead"} <= set(done["files"])
    assert not orphan.exists()
    assert not scratch.exists()
    assert young.exists()
    for name in _named():
        assert path_of(night.facts, name).exists() or (night.facts / "facts" / name).exists(), name
    assert run("collect_facts")["files"] == []
    assert run("matrix")["rows"][0]["signed_assets"] == "1050.00"
    broker.run_night([broker.write_day(night.feed / "later", broker.DAYS[1], sequence=3)])


def _named() -> set[str]:
    named = files_in_use()
    for files in (
        *DataCut.objects.values_list("files", flat=True),
        *Publication.objects.values_list("files", flat=True),
    ):
        named |= {value for value in files.values() if isinstance(value, str) and value.endswith(".parquet")}
    return named | set(DayFacts.objects.values_list("file", flat=True))


def test_serve_says_what_it_did_and_does_it_once(night: Folders) -> None:
    assert run("serve") == {"months": [], "days": [], "rows": 0}
    assert run("serve", "--anew")["rows"] == 6
    assert broker.served()["A1", "2024-12-31"] == (1050_00, 1_00)


def test_the_matrix_costs_the_same_queries_for_one_row_and_for_three(night: Folders) -> None:
    with CaptureQueriesContext(connection) as one:
        assert len(run("matrix", YEAR, "--node=P1")["rows"]) == 1
    with CaptureQueriesContext(connection) as three:
        assert len(run("matrix", YEAR)["rows"]) == 3
    assert len(three) == len(one)

"""`shared` and `transitions`: the contract of their JSON, their tables in both languages, their exit codes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import DjangoDbBlocker

from smart_products.statistics.registry import REGISTRY
from tasks.tables import width
from tests.houses import standing
from tests.oracle import service
from tests.statistics.cases import account, client, history, product, signed
from tests.tasks.conftest import ROOT

BEFORE, AFTER = date(2024, 3, 5), date(2024, 3, 6)
SINCE = f"--since={BEFORE}"
COMMANDS = (["shared"], ["transitions", SINCE])
PLACE = {"as_of", "version", "current", "cut", "unit", "tier", "channel", "rows"}
NODE = {"node", "kind", "family", "name", "name_en"}
UNREGISTERED = {"clients_before", "net_clients"}
"""The same figure of another day, and another name of a figure."""
ROWS = {
    "shared": {
        *("retained_clients", "elsewhere_clients", "gross_clients", "overlap_clients", "net_clients"),
        *("products_per_client", "clients_on_books", "penetration", "shared_clients"),
    },
    "transitions": {
        *("clients_before", "stayed", "left_clients", "switched_out", "kept_others", "outside", "came_clients"),
        *("switched_in", "added", "from_outside", "retained_clients", "transitions", "shared_clients"),
    },
}


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Two days of two clients in a matrix of two products, of which one client changes the one for the other."""
    days = {day: {"A1": (100, 0), "A2": (200, 0)} for day in (BEFORE, AFTER)}
    told = history(
        days,
        products=[product("grid"), product("picks", "advice")],
        clients=[client("one"), client("two", "O2", "bank")],
        accounts=[account("A1", "one"), account("A2", "two")],
        subscriptions=[
            signed("S1", "one", "A1", date(2024, 2, 1), AFTER, "switched"),
            signed("S2", "one", "A1", AFTER, of="picks"),
            signed("S3", "two", "A2", date(2024, 2, 1), of="picks"),
        ],
    )
    with standing(django_db_blocker), service.fresh_service() as folder:
        service.import_test_calendar()
        service.deliver_in_order(folder, [told])
        service.close()
        yield


@pytest.fixture
def published(house: None, db: None) -> None:
    """The house, and a savepoint of its transaction."""


def run(*words: str) -> Any:
    """Run a command as a person would type it, and return the one object it prints."""
    out = io.StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("words", COMMANDS)
def test_one_object_by_the_contract(words: list[str]) -> None:
    found = run(*words)
    assert set(found) - {"since", "switched_clients"} == PLACE
    assert (found["as_of"], found["version"], found["current"], found["unit"]) == (str(AFTER), 1, True, "HQ")
    assert (found["tier"], found["channel"]) == (None, None)
    assert [row["node"] for row in found["rows"]] == ["matrix", "advice", "picks", "tools", "grid"]
    figures = ROWS[words[0]]
    assert figures - UNREGISTERED <= set(REGISTRY)
    for row in found["rows"]:
        assert set(row) == NODE | figures
        assert (row["shared_clients"] is None) == (row["kind"] != "product")


@pytest.mark.usefixtures("published")
def test_transitions_name_their_period_and_who_changed() -> None:
    found = run("transitions", SINCE)
    assert (found["since"], found["as_of"], found["switched_clients"]) == (str(BEFORE), str(AFTER), 1)
    rows = {row["node"]: row for row in found["rows"]}
    assert rows["grid"]["transitions"] == {"picks": 1}
    assert rows["picks"]["shared_clients"] == {"grid": 0}


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("word", "clients"),
    [("--unit=O1", 1), ("--unit=B2", 1), ("--tier=t1", 2), ("--tier=t5", 0), ("--channel=bank", 1), ("--version=1", 2)],
)
def test_filters_choose_the_clients(word: str, clients: int) -> None:
    top, over = run("shared", word)["rows"][0], run("transitions", SINCE, word)["rows"][0]
    assert (top["retained_clients"], over["retained_clients"], over["clients_before"]) == (clients,) * 3
    assert (top["penetration"] is None) == (clients == 0)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("word", ["--unit=no", "--channel=no", "--tier=t9", "--as-of=2020-01-02", "--version=9"])
def test_what_is_not_there_is_named_and_exits_with_1(words: list[str], word: str) -> None:
    with pytest.raises(CommandError, match=r"\b(no|t9|2020-01-02|9)\b") as error:
        run(*words, word)
    assert error.value.returncode == 1


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("since", ["2020-01-02", str(AFTER), "2024-03-07"])
def test_a_period_starts_on_a_published_day_before_its_end(since: str) -> None:
    with pytest.raises(CommandError, match=since) as error:
        run("transitions", f"--since={since}")
    assert error.value.returncode == 1


@pytest.mark.parametrize(
    "words",
    [
        ["shared", SINCE],
        *(pytest.param(words, marks=pytest.mark.slow) for words in (["transitions"], ["transitions", "--since=then"])),
    ],
)
def test_a_wrong_word_exits_with_2(words: list[str]) -> None:
    done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_tables_are_aligned_and_tell_every_node(words: list[str], language: str) -> None:
    out = io.StringIO()
    with translation.override(language):
        call_command(*words, stdout=out)
    blocks = [block.splitlines() for block in out.getvalue().split("\n\n")]
    nodes, square = (block for block in blocks if len(block) > 1 and block[1].startswith("---"))
    for block in (nodes, square):
        assert {width(line) for line in block[1:]} == {len(block[1])}
        assert width(block[0]) <= len(block[1])
    assert len(nodes) == 2 + 5
    assert len(square) == 2 + 2 + (words != ["shared"])


@pytest.mark.usefixtures("published")
def test_the_squares_show_pairs_by_the_numbers_of_rows() -> None:
    shown = {}
    for words in COMMANDS:
        out = io.StringIO()
        with translation.override("en"):
            call_command(*words, stdout=out)
        lines = out.getvalue().splitlines()
        start = next(number for number, line in enumerate(lines) if line.startswith(" 1 picks"))
        shown[words[0]] = [line.split()[-2:] for line in lines[start : start + 2]]
    assert shown["shared"] == [["2", "0"], ["0", "0"]]
    assert shown["transitions"] == [["-", "0"], ["1", "-"]]


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("words", COMMANDS)
def test_an_answer_costs_the_same_queries_in_every_slice(words: list[str]) -> None:
    with CaptureQueriesContext(connection) as whole:
        run(*words)
    with CaptureQueriesContext(connection) as part:
        run(*words, "--unit=O1", "--tier=t1")
    assert len(part) == len(whole) <= 9

"""What was counted once is not counted again; whatever an answer is made of, a change of it is seen at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from accounts.models import Client
from core.actor import system
from core.operations import import_calendar
from smart_products.statistics.operations import publish_retention
from smart_products.statistics.queries import (
    NotPublished,
    UnknownScope,
    league,
    matrix,
    node_names,
    retention,
    retention_by,
    shared,
    standing,
    transitions,
)
from tests import houses
from tests.oracle import service
from tests.oracle.broker import trading_days
from tests.statistics.cases import account, client, history, night, product, signed, units

DAYS = trading_days(date(2024, 1, 29), date(2024, 2, 6))
PEOPLE = ("one", "two", "three", "four")

Question = Callable[[], object]

QUESTIONS: dict[str, Question] = {
    "matrix": lambda: matrix(since=DAYS[0]),
    "matrix of two dimensions": lambda: matrix(since=DAYS[0], unit="B1", tier="t2", by="outlet"),
    "standing": lambda: standing(since=DAYS[0], node="grid"),
    "shared": shared,
    "transitions": lambda: transitions(since=DAYS[0]),
    "retention": retention,
    "retention of an earlier day": lambda: retention(as_of=DAYS[2]),
    "retention_by": lambda: retention_by(by="outlet"),
    "league": lambda: league(by="unit"),
}


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """A small broker with retention published."""
    with houses.standing(django_db_blocker), service.fresh_service() as folder:
        service.import_test_calendar()
        masters: dict[str, Any] = {
            "clients": [client(name, outlet="O1" if name < "p" else "O2") for name in PEOPLE],
            "accounts": [account(name, name) for name in PEOPLE],
            "products": [product("grid"), product("auto")],
            "subscriptions": [
                signed("S1", "one", "one", DAYS[0]),
                signed("S2", "two", "two", DAYS[1], DAYS[3], "withdrawn"),
                signed("S3", "three", "three", DAYS[2], of="auto"),
            ],
        }
        held = {day: dict.fromkeys(PEOPLE, (350000 + place, 0)) for place, day in enumerate(DAYS)}
        service.deliver_in_order(folder, [history(held, **masters)])
        service.close()
        publish()
        yield folder


@pytest.fixture
def closed(house: Path, db: None) -> Path:
    """The house, and a savepoint of its transaction."""
    return house


def publish() -> None:
    publish_retention(by=system("test"), at=service.AT)


def files() -> dict[Path, int]:
    """Return the files of kept answers, each with the time it was written."""
    return {path: path.stat().st_mtime_ns for path in Path(settings.CACHES["answers"]["LOCATION"]).iterdir()}


def restate(folder: Path, sequence: int, **masters: Any) -> None:
    """Deliver the last day once more with other values, and close what that touches."""
    again = night({DAYS[-1]: dict.fromkeys(PEOPLE, (900_000, 0))}, **masters)
    service.deliver_in_order(folder, [replace(again, sequence=sequence)])
    service.close()
    publish()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_counted_once(closed: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = QUESTIONS[name]()
    kept = files()
    assert len(kept) == 1
    # With no file of the publications left, only what was kept can answer.
    monkeypatch.setattr(settings, "FACTS_DIR", closed / "nowhere")
    assert QUESTIONS[name]() == first
    assert files() == kept


def test_the_day_and_version_of_a_question_are_settled(closed: Path) -> None:
    assert retention() == retention(as_of=DAYS[-1]) == retention(as_of=DAYS[-1], version=1)
    assert len(files()) == 1
    retention(as_of=DAYS[-2])
    assert len(files()) == 2


def test_a_restated_day_has_new_answers_and_its_old_version_the_old_ones(closed: Path) -> None:
    before = {name: ask() for name, ask in QUESTIONS.items()}
    old = matrix(version=1, since=DAYS[0])
    restate(closed, 2, subscriptions=[signed("S4", "four", "four", DAYS[-1])])
    for name in ("matrix", "matrix of two dimensions", "shared", "transitions", "retention", "league"):
        assert QUESTIONS[name]() != before[name], name
    assert matrix().publication.version == 2
    again = matrix(version=1, since=DAYS[0])
    assert (again.rows, again.overlap, again.line) == (old.rows, old.overlap, old.line)
    assert [one.version for one in again.versions] == [2, 1], "what is told of publications is told as it is now"
    assert retention(as_of=DAYS[-1], version=1) == before["retention"]


def test_another_name_of_a_node_or_another_tree_shows_at_once(closed: Path) -> None:
    names = [row.name for row in matrix().rows]
    renamed = night(
        {DAYS[-1]: dict.fromkeys(PEOPLE, (350_000 + len(DAYS) - 1, 0))},
        products=[{**product("grid"), "name": "another"}],
        units=[{**row, "name": "B1 anew"} for row in units() if row["unit"] == "B1"],
    )
    assert "another" not in names
    league(by="unit")
    kept = files()
    service.deliver_in_order(closed, [replace(renamed, sequence=2)])
    assert "another" in {one.name for one in node_names()}
    assert "another" in {row.name for row in matrix().rows}
    league(by="unit")
    assert len(files()) == len(kept) + 2, "both were asked under another tree"


def test_another_calendar_shows_at_once(closed: Path) -> None:
    assert matrix(since=DAYS[0]).warnings == ()
    saturday = date(2024, 2, 3)
    rows = [(day, day in DAYS or day == saturday, True) for day in (date(2024, 1, n) for n in range(1, 32))]
    rows += [(day, day in DAYS or day == saturday, True) for day in (date(2024, 2, n) for n in range(1, 29))]
    import_calendar(rows=rows, by=system("test"), at=service.AT)
    assert matrix(since=DAYS[0]).warnings == ("2024-02-03",)


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "nothing in it": lambda _: b"",
    "no such thing": lambda _: b"no answer at all",
    "cut within the time of its end": lambda good: good[:15],
    "cut within the answer": lambda good: good[:-30],
    "another answer": lambda good: good[:21] + b"x" * 40,
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_file_is_counted_anew_and_replaced(closed: Path, how: str, caplog: pytest.LogCaptureFixture) -> None:
    first = retention()
    (path,) = files()
    good = path.read_bytes()
    path.write_bytes(SPOILT[how](good))
    assert retention() == first
    assert how == "nothing in it" or "could not be read" in caplog.text
    assert len(path.read_bytes()) == len(good)
    caplog.clear()
    assert retention() == first
    assert caplog.text == ""


def test_a_folder_that_can_not_be_written_is_no_error(closed: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = Path(settings.CACHES["answers"]["LOCATION"])
    aside = folder.rename(folder.with_name("aside"))
    folder.write_text("in the way")
    try:
        assert retention().as_of == DAYS[-1]
        assert "could not be kept" in caplog.text
    finally:
        folder.unlink()
        aside.rename(folder)


def test_the_folder_is_ours_alone(closed: Path) -> None:
    folder = Path(settings.CACHES["answers"]["LOCATION"])
    aside = folder.rename(folder.with_name("away"))
    try:
        retention()
        assert folder.stat().st_mode & 0o077 == 0
        assert all(path.stat().st_mode & 0o077 == 0 for path in files())
    finally:
        for path in files():
            path.unlink()
        folder.rmdir()
        aside.rename(folder)


def test_what_depends_on_more_than_publications_is_not_kept(closed: Path) -> None:
    ids = set(Client.objects.values_list("pk", flat=True))
    retention(population=ids)
    retention(against=ids)
    retention(gap=1)
    retention(since=DAYS[0], until=DAYS[1])
    retention_by(by="unit", gap=1)
    retention(as_of=date(2024, 2, 4))  # a Sunday, counted from what is known now
    with pytest.raises(NotPublished):
        matrix(as_of=date(2024, 2, 4))
    with pytest.raises(UnknownScope):
        matrix(unit="none")
    assert files() == {}


def test_nothing_is_kept_before_retention_is_published(closed: Path) -> None:
    late = night({date(2024, 2, 7): dict.fromkeys(PEOPLE, (1, 0))})
    service.deliver_in_order(closed, [late])
    service.close()
    assert matrix().as_of == date(2024, 2, 7)
    retention()
    assert files() == {}
    publish()
    matrix()
    retention()
    assert len(files()) == 2

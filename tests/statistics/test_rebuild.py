"""Published days computed again from their facts are what was published, and what was spoilt is found and mended."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from core.actor import system
from core.files import path_of
from smart_products.statistics.models import Cell, DataCut, Grain, Publication
from smart_products.statistics.operations import closing
from tests.effort import PROFILE, histories
from tests.oracle import service
from tests.oracle.broker import Shape, trading_days
from tests.statistics.cases import account, client, history, night, product, signed
from tests.statistics.cuts import bounds, closed, differences, published, shapes, two_sources

DAYS = trading_days(date(2024, 3, 25), date(2024, 4, 8))
MARCH = [day for day in DAYS if day.month == 3]


@pytest.fixture
def calendar(db: None) -> None:
    service.import_test_calendar()


def rebuild(*words: str) -> dict[str, Any]:
    """Run the command; `code` is its exit code."""
    out = io.StringIO()
    try:
        call_command("rebuild", *words, "--json", stdout=out, stderr=io.StringIO())
        code = 0
    except CommandError as error:
        code = error.returncode
    return {**json.loads(out.getvalue()), "code": code}


def deliver_nights(folder: Path) -> None:
    """Deliver and close a history of four days, then night after night; every other night somebody signs."""
    values = {day: {f"A{n}": (1_000 * n + place, place) for n in range(1, 9)} for place, day in enumerate(DAYS)}
    first = history(
        {day: values[day] for day in DAYS[:4]},
        clients=[client(f"C{n}", f"O{1 + n % 2}") for n in range(1, 9)],
        accounts=[account(f"A{n}", f"C{n}") for n in range(1, 9)],
        products=[product("grid"), product("dca")],
        subscriptions=[signed("S0", "C8", "A8", DAYS[0])],
    )
    service.deliver_in_order(folder, [first])
    service.close()
    for place, day in enumerate(DAYS[4:], 4):
        number = place // 2
        signing = [signed(f"S{number}", f"C{number}", f"A{number}", day, of="dca")] if place % 2 else []
        masters = {"subscriptions": signing} if signing else {}
        service.deliver_in_order(folder, [night({day: values[day]}, **masters)])
        service.close()


def rows_in_postgres() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Publication, Cell, DataCut))


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
@histories(0.2)
@given(shapes(20 if PROFILE == "full" else 8, daily=True), st.integers(0, 2**32 - 1), st.integers(2, 200))
def test_days_of_many_cuts_come_out_as_published(shape: Shape, seed: int, rows: int) -> None:
    random = Random(seed)
    with service.fresh_service() as folder:
        for one in two_sources(shape, seed):
            service.deliver(folder, [one])
            if random.random() < 0.5:
                closing.close(by=system("test"), at=service.AT, confirm=True)
        closing.close(by=system("test"), at=service.AT, confirm=True)
        before = rows_in_postgres()
        with bounds(rows=rows, batch=random.randint(1, 5)):
            found = rebuild("--check")
        assert (found["differences"], found["code"]) == ([], 0)
        assert len(found["days"]) == Publication.objects.filter(grain=Grain.DAY, is_current=True).count()
        assert rows_in_postgres() == before


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
def test_each_day_is_computed_from_the_cut_it_was_published_from() -> None:
    with service.fresh_service() as folder:
        deliver_nights(folder)
        cuts = Publication.objects.filter(grain=Grain.DAY, is_current=True).values("cut").distinct().count()
        files = sorted(settings.FACTS_DIR.rglob("*"))
        whole = rebuild("--check")
        assert cuts == whole["cuts"] >= 3
        assert whole["days"] == [day.isoformat() for day in DAYS]
        assert whole["months"] == [MARCH[-1].isoformat()]
        assert sorted(settings.FACTS_DIR.rglob("*")) == files
        part = rebuild(f"--from={DAYS[5]}", f"--to={DAYS[-2]}", "--check")
        assert (part["days"], part["months"]) == ([day.isoformat() for day in DAYS[5:-1]], [])
        assert whole["differences"] == part["differences"] == []


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
def test_what_is_delivered_and_not_closed_yet_is_no_difference() -> None:
    with service.fresh_service() as folder:
        deliver_nights(folder)
        late = night({DAYS[-1]: {"A1": (9, 0)}}, subscriptions=[signed("S99", "C7", "A7", DAYS[2])])
        service.deliver(folder, [late.again(2, **late.sheets)])
        assert rebuild("--check")["differences"] == []
        assert service.close()["days"]


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
def test_what_was_spoilt_is_named_and_mended() -> None:
    spoilt = {"mark": DAYS[3], "month": MARCH[-1], "cell": DAYS[5], "file": DAYS[6], "lost": DAYS[7]}
    with service.fresh_service() as folder:
        deliver_nights(folder)
        expected = published()
        kinds = [spoil(what, day) for what, day in spoilt.items()]
        before = rows_in_postgres()
        found = rebuild("--check")
        assert (found["code"], rows_in_postgres()) == (1, before)
        assert [(one["day"], one["grain"], one["kind"]) for one in found["differences"]] == kinds
        assert rebuild()["closed"] == [day.isoformat() for day in sorted(spoilt.values())]
        assert rebuild("--check")["differences"] == []
        assert differences(published(), expected) == []
        months = Publication.objects.filter(grain=Grain.MONTH, is_current=True)
        assert list(months.values_list("as_of", "version")) == [(MARCH[-1], 2)]


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
def test_facts_that_were_spoilt_are_named() -> None:
    with service.fresh_service() as folder:
        deliver_nights(folder)
        day, _, kind = spoil("facts", DAYS[6])
        found = rebuild("--check")
        assert found["code"] == 1
        assert (found["differences"][0]["day"], kind) == (day, "marginals")
        assert kind in {one["kind"] for one in found["differences"] if one["day"] == day}


def spoil(what: str, day: date) -> tuple[str, str, str]:
    """Change what is published behind the service's back; return day, grain and kind of the figures it is in."""
    row = Publication.objects.get(as_of=day, grain=Grain.MONTH if what == "month" else Grain.DAY)
    kind = {"mark": "state", "month": "cells", "cell": "cells", "facts": "marginals"}.get(what, "cube")
    if kind == "cells":
        assert Cell.objects.filter(publication=row, kind=1, node=0).update(assets=1) > 0
    elif what == "mark":
        Publication.objects.filter(pk=row.pk).update(files={**row.files, "state": "1"})
    elif what == "facts":
        other = Publication.objects.get(as_of=DAYS[0], grain=Grain.DAY)
        paths = [settings.FACTS_DIR / "facts" / one.files["facts"]["core"] for one in (row, other)]
        paths[0].write_bytes(paths[1].read_bytes())
    else:
        path = path_of(settings.FACTS_DIR, row.files[kind])
        path.write_bytes(path.read_bytes()[:-1])
        if what == "lost":
            path.unlink()
    return day.isoformat(), row.grain, kind


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
def test_days_that_are_named_are_closed_again_and_no_others() -> None:
    with service.fresh_service() as folder:
        deliver_nights(folder)
        expected = published()
        found = rebuild(f"--from={DAYS[3]}", f"--to={DAYS[5]}")
        assert found["closed"] == [day.isoformat() for day in DAYS[3:6]]
        versions = dict(Publication.objects.filter(grain=Grain.DAY, is_current=True).values_list("as_of", "version"))
        assert versions == {day: 2 if day in DAYS[3:6] else 1 for day in DAYS}
        assert differences(published(), expected) == []


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
def test_the_table_says_what_was_done() -> None:
    with service.fresh_service() as folder:
        deliver_nights(folder)
        out = io.StringIO()
        call_command("rebuild", "--check", stdout=out, stderr=io.StringIO())
        assert str(len(DAYS)) in out.getvalue()
        Cell.objects.filter(publication__as_of=DAYS[6], kind=1, node=0).update(assets=1)
        with pytest.raises(CommandError):
            call_command("rebuild", "--check", stdout=out, stderr=io.StringIO())
        assert f"{DAYS[6]} day cells" in out.getvalue()
        assert "assets=1 " in out.getvalue()


@pytest.mark.usefixtures("calendar")
def test_a_history_computed_at_once_is_what_nights_published() -> None:
    with service.fresh_service() as folder:
        deliver_nights(folder)
        nights = published()
        found = closed([None])
        figures = {place: rows for place, rows in found.items() if not place.endswith("marks")}
        assert differences(figures, {place: rows for place, rows in nights.items() if place in figures}) == []
        assert rebuild("--check")["cuts"] == 1

"""The portal's copy: arrays of closed months, rows of the open one, and only what changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from django.conf import settings
from django.test import override_settings

from core.files import store_parquet
from core.models import AuditEvent
from smart_products.holdings.models import AccountDay, AccountMonth, ServedMonth
from smart_products.holdings.operations import serve as serving
from smart_products.holdings.operations import serve_months
from smart_products.holdings.served import DayFiles, MonthFiles
from tests.tasks.conftest import settings_below
from tests.tasks.house import AT, BY

pytestmark = pytest.mark.django_db

Entry = tuple[int, int, int, int]
"""account, value, flow, status."""
NOVEMBER, DECEMBER = date(2024, 11, 1), date(2024, 12, 1)
DAYS = (date(2024, 11, 28), date(2024, 11, 29), date(2024, 12, 2), date(2024, 12, 3))
BOOK: dict[date, list[Entry]] = {
    DAYS[0]: [(1, 100, 5, 1), (2, -200, 0, 1), (9, 7, 0, -1)],
    DAYS[1]: [(1, 110, -9_000_000_000_000, 1), (2, -200, 0, 2), (3, 2**60, 1, 1)],
    DAYS[2]: [(1, 120, 0, 1), (3, 5, 0, 0)],
    DAYS[3]: [(1, 130, 0, 2), (3, 6, 6, 1)],
}


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path) -> Iterator[None]:
    with override_settings(**settings_below(tmp_path)):
        (settings.FACTS_DIR / "facts").mkdir(parents=True)
        yield


def files_of(day: date, entries: list[Entry]) -> DayFiles:
    """Write the members and the facts of a day as the close and the delivery do."""
    with duckdb.connect() as connection:
        rows = ", ".join(str(entry) for entry in entries)
        connection.execute(f"CREATE TABLE book AS SELECT * FROM (VALUES {rows}) AS v (account_id, value, flow, status)")
        members = store_parquet(
            connection,
            f"SELECT DATE '{day}' AS day, account_id::BIGINT AS account_id, value::BIGINT AS value, "
            "status::SMALLINT AS status FROM book",
            settings.FACTS_DIR,
        )
        name = f"{day}-{abs(hash(tuple(entries)))}.parquet"
        connection.execute(
            "COPY (SELECT account_id::BIGINT AS account_id, value::BIGINT AS value, flow::BIGINT AS net_flow FROM book "
            f"WHERE status IN (-1, 1)) TO '{settings.FACTS_DIR / 'facts' / name}' (FORMAT parquet)"
        )
    return DayFiles(day, members, members, (name,))


def months(book: dict[date, list[Entry]], *, last: date = DECEMBER) -> list[MonthFiles]:
    """Return the months of a book; `last` is the open one."""
    found = []
    for month in (NOVEMBER, DECEMBER):
        days = tuple(files_of(day, entries) for day, entries in book.items() if day.replace(day=1) == month)
        if days:
            found.append(MonthFiles(month, days, month == last))
    return found


def serve(book: dict[date, list[Entry]], *, last: date = DECEMBER, anew: bool = False) -> serving.Served:
    return serve_months(months=months(book, last=last), by=BY, at=AT, anew=anew)


def folded() -> dict[tuple[int, date], tuple[list[date], list[int], list[int]]]:
    rows = AccountMonth.objects.order_by("account_id", "month")
    return {(row.account_id, row.month): (row.days, row.values, row.net_flows) for row in rows}


def open_rows() -> list[tuple[int, date, int, int, bool]]:
    rows = AccountDay.objects.order_by("day", "account_id")
    return list(rows.values_list("account_id", "day", "value", "net_flow", "carried"))


def test_closed_months_become_arrays_and_the_open_one_rows() -> None:
    done = serve(BOOK)
    assert folded() == {
        (1, NOVEMBER): ([DAYS[0], DAYS[1]], [100, 110], [5, -9_000_000_000_000]),
        (2, NOVEMBER): ([DAYS[0], DAYS[1]], [-200, -200], [0, 0]),
        (3, NOVEMBER): ([DAYS[1]], [2**60], [1]),
    }
    assert open_rows() == [
        (1, DAYS[2], 120, 0, False), (1, DAYS[3], 130, 0, True), (3, DAYS[3], 6, 6, False),
    ]  # fmt: skip
    assert (done.months, done.days, done.rows) == ([NOVEMBER], [DAYS[2], DAYS[3]], 6)


def test_serving_again_changes_nothing_and_writes_nothing() -> None:
    serve(BOOK)
    before = (folded(), open_rows(), AuditEvent.objects.count())
    again = serve(BOOK)
    assert (again.months, again.days, again.rows) == ([], [], 0)
    assert (folded(), open_rows(), AuditEvent.objects.count()) == before
    serve(BOOK, anew=True)
    assert (folded(), open_rows()) == before[:2]
    assert AuditEvent.objects.count() == before[2] + 2


def test_only_the_day_that_changed_is_written() -> None:
    serve(BOOK)
    changed = {**BOOK, DAYS[3]: [(1, 131, 1, 1)]}
    done = serve(changed)
    assert (done.months, done.days, done.rows) == ([], [DAYS[3]], 1)
    assert open_rows() == [(1, DAYS[2], 120, 0, False), (1, DAYS[3], 131, 1, False)]
    corrected = {**changed, DAYS[0]: [(1, 101, 5, 1)]}
    done = serve(corrected)
    assert (done.months, done.days) == ([NOVEMBER], [])
    assert folded()[1, NOVEMBER][1] == [101, 110]


def test_a_month_that_closes_is_folded_and_one_that_opens_again_is_spread() -> None:
    early = {day: entries for day, entries in BOOK.items() if day.month == 11}
    serve(early, last=NOVEMBER)
    assert len(open_rows()) == 5
    assert folded() == {}
    serve(BOOK)
    assert {day.month for _, day, *_ in open_rows()} == {12}
    assert len(folded()) == 3
    serve(early, last=NOVEMBER)
    assert len(open_rows()) == 5
    assert folded() == {}
    assert list(ServedMonth.objects.values_list("month", "folded")) == [(NOVEMBER, False)]


def test_many_accounts_are_taken_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_module(), "CHUNK", 2)
    serve(BOOK)
    in_parts = (folded(), open_rows())
    monkeypatch.undo()
    serve(BOOK, anew=True)
    assert (folded(), open_rows()) == in_parts


def serving_module() -> object:
    return __import__("sys").modules["smart_products.holdings.operations.serve"]

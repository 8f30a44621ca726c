"""Rows of PostgreSQL arrive in DuckDB as they were: empty text beside none, quotes, line ends, far days, no row."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from django.db import connection as postgres

from core.columnar import DAY, LONG, SMALL, TEXT, Limits, connect, table_from_query, table_from_rows

COLUMNS = {"number": LONG, "text": TEXT, "day": DAY, "small": SMALL}
ROWS = [
    (1, "", date(2024, 2, 29), 7),
    (2, None, None, None),
    (-(2**62), 'a "quoted", 王小明\r\nline', date(1, 1, 1), -3),
    (3, "NULL", date(9999, 12, 31), 0),
]


def found(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT number, text, CAST(day AS VARCHAR), small FROM kept").fetchall()


EXPECTED = [(number, text, day and day.isoformat().zfill(10), small) for number, text, day, small in ROWS]


@pytest.mark.django_db
def test_a_query_gives_what_the_table_holds() -> None:
    with postgres.cursor() as cursor, connect(Limits(threads=1)) as duck:
        cursor.execute('CREATE TEMPORARY TABLE held (number bigint, "text" text, day date, small smallint)')
        cursor.executemany("INSERT INTO held VALUES (%s, %s, %s, %s)", ROWS)
        table_from_query(duck, "kept", COLUMNS, "SELECT * FROM held")
        assert found(duck) == EXPECTED


@pytest.mark.django_db
def test_a_query_takes_parameters_and_may_give_nothing() -> None:
    with connect(Limits(threads=1)) as duck:
        query = "SELECT 1::bigint, x, NULL::date, 2::smallint FROM unnest(ARRAY['it''s', 'other']) AS x WHERE x = %s"
        table_from_query(duck, "kept", COLUMNS, query, ["it's"])
        assert found(duck) == [(1, "it's", None, 2)]
        table_from_query(duck, "none", COLUMNS, query, ["nobody"])
        assert duck.execute("SELECT count(*) FROM none").fetchone() == (0,)


def test_rows_in_hand_become_a_table() -> None:
    with connect(Limits(threads=1)) as duck:
        table_from_rows(duck, "kept", COLUMNS, iter(ROWS))
        assert found(duck) == EXPECTED
        table_from_rows(duck, "none", COLUMNS, ())
        assert duck.execute("SELECT count(*) FROM none").fetchone() == (0,)

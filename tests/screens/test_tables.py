"""Tables as files: numbers are numbers, texts are texts, and nothing acts as a formula."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.http import Http404
from django.test import RequestFactory

from screens.downloads import table_file
from screens.tables import Entry, Table, csv_text, workbook

LINE: list[Entry] = ["=1+1", "-2", 7, Decimal("9999999999999.99"), 0.25, date(2024, 12, 31), None, "北京"]
TABLE = Table([f"c{number}" for number in range(len(LINE))], [LINE])


def cells(data: bytes) -> list[tuple[str, str]]:
    """Return kind and value of each cell of the first line of a workbook: `inlineStr` or `n`."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        text = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in text
    row = re.findall(r"<row [^>]*>(.*?)</row>", text)[1]
    return [(kind or "n", value) for kind, value in re.findall(r'<c [^>]*?(?:t="(\w+)")?>.*?<[vt]>(.*?)</[vt]>', row)]


def test_a_workbook_keeps_numbers_exact_and_texts_as_texts() -> None:
    assert cells(workbook([TABLE])) == [
        ("inlineStr", "=1+1"), ("inlineStr", "-2"), ("n", "7"), ("n", "9999999999999.99"), ("n", "0.25"),
        ("inlineStr", "2024-12-31"), ("inlineStr", "北京"),
    ]  # fmt: skip


def test_a_workbook_has_a_sheet_a_table_and_the_day_it_is_given() -> None:
    tables = [Table(["a"], [[Decimal("1.50"), 0.25, 3]], "北京"), Table(["b"], [["x"]], "Left")]
    data = workbook(tables, created=date(2024, 12, 31))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert re.findall(r'<sheet name="(.*?)"', book.read("xl/workbook.xml").decode()) == ["北京", "Left"]
        assert re.findall(r'formatCode="(.*?)"', book.read("xl/styles.xml").decode()) == ["#,##0.00", "0.0%"]
        assert [int(one) for one in re.findall(r's="(\d)"', book.read("xl/worksheets/sheet1.xml").decode())] == [
            1,
            2,
            3,
        ]
        # The only moment in a workbook is the one that is given: equal tables have equal bytes on any day.
        assert set(re.findall(r"\d{4}-\d\d-\d\dT", book.read("docProps/core.xml").decode())) == {"2024-12-31T"}
    assert workbook(tables, created=date(2024, 12, 31)) == data


def test_csv_disarms_texts_and_leaves_numbers() -> None:
    assert csv_text(TABLE).splitlines()[1] == "'=1+1,'-2,7,9999999999999.99,0.25,2024-12-31,,北京"
    assert csv_text(Table(["a"], [[Decimal("-1.50")]])).splitlines()[1] == "-1.50"


@pytest.mark.parametrize(("query", "ending"), [({}, "csv"), ({"as": "csv"}, "csv"), ({"as": "xlsx"}, "xlsx")])
def test_the_address_chooses_the_form(query: dict[str, str], ending: str) -> None:
    answer = table_file(RequestFactory().get("/", query), TABLE, "matrix")
    assert answer["Content-Disposition"] == f'attachment; filename="matrix.{ending}"'


def test_another_form_does_not_exist() -> None:
    with pytest.raises(Http404):
        table_file(RequestFactory().get("/", {"as": "xlsm"}), TABLE, "matrix")

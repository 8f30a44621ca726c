"""A table as a file: CSV, or a workbook of one sheet. What stands in it is the pages' business.

Amounts are Decimal yuan, counts int, shares float, days date, all else text. A workbook holds numbers as numbers and
every text as text, so that none of them is ever a formula. Column heads are names that programs can read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xlsxwriter import Workbook

Entry = str | int | float | Decimal | date | None
WIDTH = 16
"""Characters of a column; a whole day, amount or code fits."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet program takes for the beginning of a formula."""


@dataclass(frozen=True, slots=True)
class Table:
    """Lines below their head."""

    head: Sequence[str]
    lines: Iterable[Sequence[Entry]]


def safe(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_text(table: Table) -> str:
    """Return a table as CSV; a text that could act as a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.head)
    writer.writerows([safe(value) if isinstance(value, str) else value for value in line] for line in table.lines)
    return out.getvalue()


def workbook(table: Table) -> bytes:
    """Return a table as a workbook, written line by line; its head stays in sight."""
    out = io.BytesIO()
    # A workbook that holds one line at a time keeps the others in a file of its own.
    with Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(table.head) - 1, WIDTH)
        for column, name in enumerate(table.head):
            sheet.write_string(0, column, name, bold)
        for row, line in enumerate(table.lines, start=1):
            for column, value in enumerate(line):
                if isinstance(value, int | float | Decimal):
                    sheet.write_number(row, column, value)
                elif value is not None:
                    sheet.write_string(row, column, str(value))
    return out.getvalue()

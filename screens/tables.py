"""Tables as a file: one as CSV, any number as the sheets of a workbook. What stands in them is the caller's business.

Amounts are Decimal yuan, counts int, shares float, days date, all else text. A workbook holds numbers as numbers, exact
to fifteen digits, so to the fen below ten trillion yuan, and every text as text, so that none of them is ever a
formula. Column heads of pages are names that programs can read; those of reports are words.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from xlsxwriter import Workbook

Entry = str | int | float | Decimal | date | None
WIDTH = 18
"""Characters of a column; a whole day, amount or code fits."""
AMOUNT, SHARE = "#,##0.00", "0.0%"
"""How a spreadsheet program shows them; what it holds is the number as it is."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet program takes for the beginning of a formula."""


@dataclass(frozen=True, slots=True)
class Table:
    """Lines below their head; in a workbook a sheet of this name, its first column so many characters wide."""

    head: Sequence[str]
    lines: Iterable[Sequence[Entry]]
    name: str | None = None
    first: int = WIDTH


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


def workbook(tables: Iterable[Table], *, created: date | None = None) -> bytes:
    """Return tables as a workbook of a sheet each, written line by line; the head of each stays in sight.

    With the day on which it counts as created, equal tables give equal bytes.
    """
    out = io.BytesIO()
    # A workbook that holds one line at a time keeps the others in a file of its own.
    with Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        if created is not None:
            book.set_properties({"created": datetime.combine(created, time())})
        bold = book.add_format({"bold": True, "bottom": 1})
        amount, share = (book.add_format({"num_format": form}) for form in (AMOUNT, SHARE))
        for table in tables:
            sheet = book.add_worksheet(table.name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(0, len(table.head) - 1), WIDTH)
            sheet.set_column(0, 0, table.first)
            for column, name in enumerate(table.head):
                sheet.write_string(0, column, name, bold)
            for row, line in enumerate(table.lines, start=1):
                for column, value in enumerate(line):
                    if isinstance(value, int | float | Decimal):
                        form = amount if isinstance(value, Decimal) else share if isinstance(value, float) else None
                        sheet.write_number(row, column, value, form)
                    elif value is not None:
                        sheet.write_string(row, column, str(value))
    return out.getvalue()

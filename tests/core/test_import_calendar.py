"""`import_calendar`: the seed agrees with the packages, a broker's file is read strictly."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from core import calendar
from core.calendar_file import CalendarFileError
from core.models import CalendarDay
from tasks.calendars import file_rows, seed_rows

PACKAGE_DAYS = """
import exchange_calendars
days = exchange_calendars.get_calendar("XSHG", start="1990-12-19").sessions
print("\\n".join(day.date().isoformat() for day in days))
"""

WITHOUT_PANDAS = """
import sys, django
django.setup()
from tasks.calendars import seed_rows
list(seed_rows())
sys.exit("pandas" in sys.modules)
"""


def test_the_seed_has_the_trading_days_of_the_package() -> None:
    # In a process of its own, so that pandas stays out of this one.
    done = subprocess.run([sys.executable, "-c", PACKAGE_DAYS], capture_output=True, text=True, check=True)
    assert [day.isoformat() for day, trading, _ in seed_rows() if trading] == done.stdout.split()


def test_the_seed_has_no_hole_and_brings_no_pandas() -> None:
    days = [day for day, _, _ in seed_rows()]
    assert days == [date(1990, 12, 19) + timedelta(days=number) for number in range(len(days))]
    assert days[-1] >= date(2026, 12, 31)
    done = subprocess.run([sys.executable, "-c", WITHOUT_PANDAS], check=False)
    assert done.returncode == 0


@pytest.mark.django_db
def test_the_command_seeds_and_tells_how_long_it_lasts() -> None:
    out = StringIO()
    call_command("import_calendar", json=True, stdout=out, stderr=StringIO())
    told = json.loads(out.getvalue())
    assert told["first"] == "1990-12-19"
    assert told["inserted"] == CalendarDay.objects.count()
    call_command("import_calendar", json=True, stdout=(again := StringIO()), stderr=StringIO())
    assert json.loads(again.getvalue())["inserted"] == 0


@pytest.mark.django_db
def test_a_broker_corrects_a_day(tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("\ufeffday,trading,working\n2024-01-02,1,1\n2024-01-03,FALSE,true\n", encoding="utf-8")
    err = StringIO()
    call_command("import_calendar", str(file), stdout=StringIO(), stderr=err)
    assert calendar.is_working_day(date(2024, 1, 3))
    assert not calendar.is_trading_day(date(2024, 1, 3))
    assert err.getvalue()


REFUSED = [
    ("", "1:"),
    ("day,working,trading\n2024-01-02,1,1\n", "1:"),
    ("day,trading,working\n", "no days"),
    ("day,trading,working\n2024-01-02,1\n", "2:"),
    ("day,trading,working\n2024-01-02,1,1\n2024-02-30,1,1\n", "3: 2024-02-30"),
    ("day,trading,working\n2024-01-02,1,1\n2024-01-03,ja,1\n", "3:"),
    ("day,trading,working\n2024-01-02,1,1\n2024-01-02,1,1\n", "3: 2024-01-02"),
    ('day,trading,working\n2024-01-02,1,"1\n', "2:"),
]


@pytest.mark.parametrize(("text", "told"), REFUSED)
def test_a_wrong_file_is_refused_by_line(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text(text, encoding="utf-8")
    with translation.override("en"), pytest.raises(CalendarFileError) as caught:
        file_rows(file)
    assert told in str(caught.value)


def test_every_wrong_line_is_told(tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("day,trading,working\nx,1,1\n2024-01-02,1,1\ny,1,1\n", encoding="utf-8")
    with pytest.raises(CalendarFileError) as caught:
        file_rows(file)
    assert len(caught.value.errors) == 2


@pytest.mark.django_db
def test_wrong_bytes_missing_files_and_holes_end_with_a_message(tmp_path: Path) -> None:
    wrong = tmp_path / "gb.csv"
    wrong.write_bytes("day,trading,working\n中文,1,1\n".encode("gb18030"))
    hole = tmp_path / "hole.csv"
    hole.write_text("day,trading,working\n2024-01-02,1,1\n2024-01-04,1,1\n", encoding="utf-8")
    for file in (wrong, hole, tmp_path / "missing.csv"):
        with pytest.raises(CommandError):
            call_command("import_calendar", str(file), stdout=StringIO(), stderr=StringIO())
    assert not CalendarDay.objects.exists()

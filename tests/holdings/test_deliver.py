"""What becomes of a bad delivery in the database and in the files, and how a person is told of it."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from core.models import AuditEvent
from smart_products.holdings.models import Delivery
from smart_products.holdings.queries import inputs_digest
from smart_products.holdings.reading.faults import Refusal
from tests.holdings.reading.feeds import csv_bytes
from tests.limits import limits
from tests.tasks import house as broker

FIRST, SECOND, _THIRD = broker.DAYS
SPOILT = b"account,date,value,net_flow,turnover,revenue\nA1,2024-12-30,12e3,0,0,0\nA2,2024-12-30,1.00,0,0,0\n"


def data() -> dict[str, list[Any]]:
    """Return all rows of all tables but the log and refused deliveries, as text."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            where = " WHERE state = 'accepted'" if table == Delivery._meta.db_table else ""
            if table != AuditEvent._meta.db_table:
                cursor.execute(f'SELECT x::text FROM "{table}" AS x{where} ORDER BY 1')
                found[table] = cursor.fetchall()
    return found


def facts() -> set[str]:
    return {path.name for path in (settings.FACTS_DIR / "facts").iterdir()}


def told(folder: Path, *words: str) -> tuple[int, str]:
    """Deliver by the command line; return the exit code and what was printed."""
    out = io.StringIO()
    try:
        call_command("deliver", str(folder), *words, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()


def test_changed_files_under_an_accepted_manifest_are_refused_by_name(feed: Path) -> None:
    held = data(), inputs_digest()
    folder = feed / "1"
    assert broker.take(folder).state == "repeated"
    content = (folder / "holdings.csv").read_bytes()
    (folder / "holdings.csv").write_bytes(content.replace(b"2500.50", b"9500.50"))
    (folder / "units.csv").unlink()
    outcome = broker.take(folder)
    assert outcome.state == "rejected"
    assert [(one.file, one.rule) for one in outcome.errors] == [
        ("units.csv", "file_missing"), ("holdings.csv", "changed_since"),
    ]  # fmt: skip
    assert (data(), inputs_digest()) == held
    (folder / "holdings.csv").write_bytes(content)
    assert [one.rule for one in broker.take(folder).errors] == ["file_missing"]


def test_a_waiting_delivery_is_compared_with_its_files_too(feed: Path) -> None:
    rows = csv_bytes(
        [{"account": code, "date": str(SECOND), "value": "1.00", "net_flow": "0", "turnover": "0", "revenue": "0"}
         for code in ("A1", "A2", "A9")]
    )  # fmt: skip
    folder = broker.write_day(feed / "2", SECOND, spoil={"holdings": rows})
    with limits(refused_share="0.5"):
        assert broker.take(folder).state == "accepted"
        assert broker.take(folder).state == "repeated"
        (folder / "holdings.csv").write_bytes(rows.replace(b"A9", b"A8"))
        assert [one.rule for one in broker.take(folder).errors] == ["changed_since"]


def test_refused_rows_are_told_in_both_languages_with_their_place(feed: Path) -> None:
    before, files = data(), facts()
    code, text = told(broker.write_day(feed / "2", SECOND, spoil={"holdings": SPOILT}))
    assert code == 1
    for part in ("[too_many_refused]", "1 / 2", "holdings.csv:2 value '12e3'", "Not a plain amount", "金额格式有误"):
        assert part in text
    assert (data(), facts()) == (before, files)


def test_refused_rows_of_an_accepted_delivery_and_warnings_are_told(feed: Path) -> None:
    with limits(refused_share="0.5", missing_share="1"):
        folder = broker.write_day(feed / "2", SECOND, spoil={"holdings": b"\xef\xbb\xbf" + SPOILT})
        code, text = told(folder)
        assert code == 0
        for part in ("holdings.csv:2 value '12e3'", "[bom]", "[accounts_vanished]"):
            assert part in text
        found = json.loads(told(folder, "--json")[1])["deliveries"][0]
        assert [(one["line"], one["rule"]) for one in found["quarantine"]] == [(2, "not_plain_decimal")]


def test_a_folder_without_any_delivery_is_an_error(feed: Path) -> None:
    (feed / "empty").mkdir()
    code, text = told(feed / "empty")
    assert code == 1
    assert "manifest.json" in text


@pytest.mark.parametrize("value", ["a\0b", "a\ud800b"])
def test_what_the_database_cannot_hold_is_named_escaped(feed: Path, value: str) -> None:
    folder = broker.write_day(feed / "2", SECOND, source=value)
    error = broker.take(folder).errors[0]
    assert (error.rule, error.column) == ("manifest_value", "source")
    assert error.value == value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    folder = broker.write_day(feed / "3", SECOND)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, value: value}), encoding="utf-8")
    outcome = broker.take(folder)
    assert outcome.state == "accepted"
    assert outcome.delivery is not None
    assert "unknown_key" in {warning["rule"] for warning in outcome.delivery.warnings}


def test_a_folder_whose_name_is_no_text_is_refused_by_name(feed: Path) -> None:
    folder = feed / os.fsdecode(b"caf\xe9")
    broker.write_day(folder, SECOND)
    before = data()
    outcome = broker.take(folder)
    assert [one.rule for one in outcome.errors] == ["folder_name"]
    assert outcome.folder == "caf\\udce9"
    assert data() == before


def test_missing_accounts_name_the_file_they_are_missing_from(feed: Path) -> None:
    errors = broker.take(broker.write_day(feed / "2", SECOND, {"A1": "1.00"})).errors
    assert errors == (Refusal("holdings.csv", None, "account", "missing_accounts", f"{SECOND}: 1 / 2"),)

"""The manifest: every entry checked, all breaches named at once, and no path out of the folder."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from smart_products.holdings.reading import manifest
from smart_products.holdings.reading.faults import FeedError
from tests.holdings.reading.feeds import DAY, Delivery

WRONG_HEADS: list[tuple[str, dict[str, Any], str, str]] = [
    ("no trading day", {"business_date": "2024-12-28"}, "not_a_trading_day", "business_date"),
    ("tomorrow", {"business_date": "2025-01-01"}, "date_in_future", "business_date"),
    ("1900", {"from": "1900-01-01"}, "date_too_early", "from"),
    ("no day", {"business_date": "31.12.2024"}, "not_iso_date", "business_date"),
    ("a number for a day", {"business_date": 20241231}, "not_iso_date", "business_date"),
    ("no business date", {"business_date": None}, "manifest_key_missing", "business_date"),
    ("from later", {"business_date": "2024-12-30", "from": "2024-12-31"}, "from_after_business_date", "from"),
    ("no source", {"source": None}, "manifest_key_missing", "source"),
    ("empty source", {"source": ""}, "manifest_value", "source"),
    ("our source", {"source": "here"}, "source_reserved", "source"),
    ("sequence of text", {"sequence": "1"}, "manifest_value", "sequence"),
    ("sequence true", {"sequence": True}, "manifest_value", "sequence"),
    ("sequence zero", {"sequence": 0}, "manifest_value", "sequence"),
    ("no files", {"files": None}, "manifest_key_missing", "files"),
    ("files an object", {"files": {}}, "manifest_value", "files"),
    ("files of text", {"files": ["holdings.csv"]}, "manifest_value", "files[0]"),
]

WRONG_ENTRIES: list[tuple[str, dict[str, Any], str, str]] = [
    ("path up", {"name": "../holdings.csv"}, "path_in_name", "name"),
    ("absolute path", {"name": "/etc/holdings.csv"}, "path_in_name", "name"),
    ("backslash", {"name": "..\\holdings.csv"}, "path_in_name", "name"),
    ("hidden", {"name": ".holdings.csv"}, "path_in_name", "name"),
    ("control character", {"name": "holdings.csv\n"}, "path_in_name", "name"),
    ("name of a number", {"name": 1}, "path_in_name", "name"),
    ("unknown kind", {"name": "trades.csv"}, "unknown_kind", "name"),
    ("unknown format", {"name": "holdings.xlsx"}, "unknown_kind", "name"),
    ("encoding", {"encoding": "latin-1"}, "manifest_value", "encoding"),
    ("mode", {"mode": "some"}, "manifest_value", "mode"),
    ("holdings as changes", {"mode": "changes"}, "holdings_not_full", "mode"),
    ("negative rows", {"rows": -1}, "manifest_value", "rows"),
    ("rows of text", {"rows": "2"}, "manifest_value", "rows"),
    ("rows missing", {"rows": None}, "manifest_key_missing", "rows"),
    ("hash missing", {"sha256": None}, "manifest_key_missing", "sha256"),
    ("hash too short", {"sha256": "abc"}, "manifest_value", "sha256"),
    ("total as a number", {"totals": {"value": 1.5}}, "manifest_value", "totals.value"),
    ("total of three decimals", {"totals": {"value": "1.005"}}, "manifest_value", "totals.value"),
    ("totals a list", {"totals": []}, "manifest_value", "totals"),
    ("complete_from", {"complete_from": "soon"}, "not_iso_date", "complete_from"),
]


def _refused(delivery: Delivery) -> FeedError:
    with pytest.raises(FeedError) as caught:
        delivery.load()
    return caught.value


@pytest.mark.parametrize(
    ("head", "rule", "place"), [case[1:] for case in WRONG_HEADS], ids=[case[0] for case in WRONG_HEADS]
)
def test_a_wrong_entry_is_named(head: dict[str, Any], rule: str, place: str, delivery: Delivery) -> None:
    delivery.head = head
    error = _refused(delivery)
    assert (error.file, error.rule, error.column) == (manifest.NAME, rule, place)


@pytest.mark.parametrize(
    ("entry", "rule", "place"), [case[1:] for case in WRONG_ENTRIES], ids=[case[0] for case in WRONG_ENTRIES]
)
def test_a_wrong_file_entry_is_named(entry: dict[str, Any], rule: str, place: str, delivery: Delivery) -> None:
    delivery.entry["holdings"] = entry
    error = _refused(delivery)
    assert (error.file, error.rule, error.column) == (manifest.NAME, rule, f"files[0].{place}")


def test_all_breaches_are_named_at_once(delivery: Delivery) -> None:
    delivery.head = {"source": "here", "sequence": 0}
    delivery.entry["holdings"] = {"rows": -1}
    assert {refusal.rule for refusal in _refused(delivery).refusals} == {"source_reserved", "manifest_value"}
    assert len(_refused(delivery).refusals) == 3


def test_masters_need_a_mode_and_holdings_do_not(delivery: Delivery) -> None:
    delivery.kinds = ("units", "holdings")
    delivery.entry = {"units": {"mode": None}, "holdings": {"mode": None}}
    error = _refused(delivery)
    assert (error.rule, error.column, len(error.refusals)) == ("manifest_key_missing", "files[0].mode", 1)


def test_a_file_of_a_kind_comes_once(delivery: Delivery) -> None:
    delivery.kinds = ("holdings", "units")
    delivery.entry["units"] = {"name": "holdings.parquet"}
    assert _refused(delivery).rule == "duplicate_file"


def test_a_link_is_no_file_of_the_delivery(delivery: Delivery, tmp_path: Path) -> None:
    delivery.write()
    outside = tmp_path / "outside.csv"
    (delivery.folder / "holdings.csv").rename(outside)
    (delivery.folder / "holdings.csv").symlink_to(outside)
    with pytest.raises(FeedError) as caught:
        manifest.load(delivery.folder)
    assert caught.value.rule == "path_in_name"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'{\n "source": "core",\n}', 3),
        (b'{"source": "core"\n,"name": "\xff"}', 2),
        (b'{"source": "core", "source": "core"}', None),
        (b'{"rows": NaN}', None),
        (b"[]", 1),
        (b"", 1),
        (b"[" * 100_000, None),
        (b" " * (manifest.SIZE_LIMIT + 1), None),
    ],
)
def test_what_is_no_manifest_is_refused_with_its_line(content: bytes, line: int | None, tmp_path: Path) -> None:
    (tmp_path / manifest.NAME).write_bytes(content)
    with pytest.raises(FeedError) as caught:
        manifest.load(tmp_path)
    assert (caught.value.rule, caught.value.line) == ("manifest_unreadable", line)


def test_a_folder_without_manifest(tmp_path: Path) -> None:
    with pytest.raises(FeedError) as caught:
        manifest.load(tmp_path)
    assert caught.value.rule == "manifest_missing"


def test_what_is_declared_is_read(delivery: Delivery) -> None:
    delivery.kinds = ("holdings", "subscriptions", "units")
    delivery.head = {"from": "2024-12-27", "note": "x"}
    delivery.entry = {
        "holdings": {"totals": {"value": "-3500.5", "net_flow": "7"}, "encoding": "GB18030", "colour": "red"},
        "subscriptions": {"complete_from": "2023-01-03", "mode": "changes"},
    }
    found = delivery.load()
    assert (found.business_date, found.first, found.source, found.sequence) == (DAY, date(2024, 12, 27), "core", 1)
    assert [entry.kind for entry in found.files] == ["units", "subscriptions", "holdings"]
    holdings, subscriptions = found.entry("holdings"), found.entry("subscriptions")
    assert holdings
    assert subscriptions
    assert (holdings.totals, holdings.encoding) == ({"value": -350050, "net_flow": 700}, "gb18030")
    assert (subscriptions.mode, subscriptions.complete_from) == ("changes", date(2023, 1, 3))
    assert [(warning.rule, warning.column) for warning in found.warnings] == [
        ("unknown_key", "note"),
        ("unknown_key", "files[0].colour"),
    ]


def test_a_delivery_of_masters_alone_is_listed(delivery: Delivery) -> None:
    delivery.kinds = ("units",)
    assert [(warning.rule, warning.column) for warning in delivery.load().warnings] == [("holdings_missing", "files")]


def test_sequence_and_from_may_be_left_out(delivery: Delivery) -> None:
    folder = delivery.write()
    content = json.loads((folder / manifest.NAME).read_text())
    del content["sequence"], content["from"]
    (folder / manifest.NAME).write_text(json.dumps(content))
    found = manifest.load(folder)
    assert (found.sequence, found.first) == (1, DAY)


def test_equal_bytes_have_an_equal_digest(delivery: Delivery) -> None:
    first = delivery.load().digest
    assert delivery.load().digest == first
    delivery.head = {"sequence": 2}
    assert delivery.load().digest != first

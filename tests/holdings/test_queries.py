"""What the feed pages read: the states of deliveries, their files and warnings, and the quarantine."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from smart_products.holdings.queries import UnknownDelivery, deliveries, delivery, inputs_digest, quarantine
from smart_products.holdings.reading import rules
from tests.holdings.reading.feeds import csv_bytes
from tests.tasks import house as broker

FIRST, SECOND, _THIRD = broker.DAYS


def states() -> list[tuple[str, int, str]]:
    """Return day, sequence and state of all deliveries by day and sequence."""
    rows = deliveries(limit=50).rows
    return sorted((str(row.business_date), row.sequence, row.state) for row in rows)


def test_a_delivery_is_superseded_when_all_its_days_are_held_by_higher_sequences(feed: Path) -> None:
    broker.take(broker.write_day(feed / "2", SECOND))
    assert {state for _, _, state in states()} == {"accepted"}
    broker.take(broker.write_day(feed / "3", SECOND, {"A1": "1.00", "A2": "2.00"}, sequence=3))
    assert states() == [
        (str(FIRST), 1, "accepted"), (str(SECOND), 1, "superseded"), (str(SECOND), 3, "accepted"),
    ]  # fmt: skip
    # A lower sequence that arrives late is superseded from the start.
    broker.take(broker.write_day(feed / "4", SECOND, {"A1": "5.00", "A2": "6.00"}, sequence=2))
    assert (str(SECOND), 2, "superseded") in states()


def test_a_refused_delivery_shows_its_errors_and_changes_no_digest(feed: Path) -> None:
    before = inputs_digest()
    folder = broker.write_day(feed / "2", SECOND)
    (folder / "holdings.csv").write_bytes(b"other")
    broker.take(folder)
    row = deliveries(limit=1).rows[0]
    page = delivery(row.public_id)
    assert (row.state, page.files) == ("rejected", [])
    assert "hash_differs" in {error.rule for error in page.errors}
    assert inputs_digest() == before
    broker.take(broker.write_day(feed / "3", SECOND))
    assert inputs_digest() != before


def test_a_delivery_shows_files_totals_and_summed_warnings(feed: Path) -> None:
    rows = [
        {"account": account, "date": str(SECOND), "value": value, "net_flow": "0.00", "turnover": "0", "revenue": "0"}
        for account, value in (("A1", "-1.00"), ("A2", "-2.00"))
    ]
    folder = broker.write_day(feed / "2", SECOND, spoil={"holdings": csv_bytes(rows)})
    assert broker.take(folder).state == "accepted"
    page = delivery(deliveries(limit=1).rows[0].public_id)
    (file,) = page.files
    assert (file.name, file.format, file.encoding, file.rows, file.accepted) == ("holdings.csv", "csv", "utf-8", 2, 2)
    found = {remark.rule: remark.count for remark in page.warnings}
    assert found["negative_value"] == 2
    assert page.delivery.warnings == sum(found.values())


def test_the_quarantine_gives_place_rule_and_value(feed: Path) -> None:
    bad = [{"account": f"X{n}", "date": str(SECOND), "value": "1", "net_flow": "0", "turnover": "0", "revenue": "0"}
           for n in range(3)]  # fmt: skip
    broker.take(broker.write_day(feed / "2", SECOND, spoil={"holdings": csv_bytes(bad)}))
    row = deliveries(limit=1).rows[0]
    assert row.quarantined == 3
    every = quarantine(row.public_id, limit=None)
    assert [(one.file, one.line, one.column, one.rule, one.value) for one in every] == [
        ("holdings.csv", n + 2, "account", "unknown_account", f"X{n}") for n in range(3)
    ]
    assert list(quarantine(row.public_id, limit=1)) == list(every[:1])
    assert rules.title("unknown_account")
    assert rules.title("no such rule") == "no such rule"
    clean = deliveries(limit=1, offset=1).rows[0]
    assert list(quarantine(clean.public_id, limit=None)) == []


@pytest.mark.django_db
def test_an_unknown_delivery_is_named() -> None:
    for ask in (lambda: delivery(uuid.uuid4()), lambda: quarantine(uuid.uuid4(), limit=1)):
        with pytest.raises(UnknownDelivery):
            ask()


def test_the_list_costs_the_same_queries_for_one_row_and_for_three(feed: Path) -> None:
    with CaptureQueriesContext(connection) as one:
        assert len(deliveries(limit=50).rows) == 1
    broker.take(broker.write_day(feed / "2", SECOND))
    broker.take(broker.write_day(feed / "3", SECOND, {"A1": "1.00", "A2": "2.00"}, sequence=3))
    with CaptureQueriesContext(connection) as three:
        found = deliveries(limit=50)
    assert (found.total, len(found.rows), len(three)) == (3, 3, len(one))
    with CaptureQueriesContext(connection) as small:
        delivery(found.rows[0].public_id)
    with CaptureQueriesContext(connection) as large:
        assert len(delivery(found.rows[2].public_id).files) == 6
    assert len(small) == len(large)

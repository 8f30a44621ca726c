"""Feed status in words: rules in the reader's language, values as they came, sheets that start no formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.utils import translation

from backoffice.pages import feeds
from screens.tables import csv_text
from smart_products.holdings.queries import DeliveryView, Refusal
from smart_products.holdings.reading.rules import RULES

ID = UUID(int=7)


def view(first: date | None, last: date | None, folder: str = "") -> DeliveryView:
    at = datetime(2025, 1, 5, 15, 41, tzinfo=UTC)
    return DeliveryView(ID, "core", last, first, 2, "accepted", at, 1_204_386, 12, 3, folder)


def test_a_history_load_names_both_ends() -> None:
    with translation.override("zh-hans"):
        assert feeds.days(view(date(2023, 1, 3), date(2024, 12, 31))) == "2023-01-03 至 2024-12-31"
        assert feeds.days(view(date(2024, 12, 31), date(2024, 12, 31))) == "2024-12-31"
        assert feeds.days(view(None, None, "broken")) == "broken"


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_has_words_in_both_languages(code: str) -> None:
    texts = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            texts[language] = feeds.words_of(code)
            assert all(texts[language])
    if code != "utf_16":
        assert texts["zh-hans"][1] != texts["en"][1]


def test_an_unknown_rule_is_shown_by_its_code() -> None:
    assert feeds.words_of("never_heard_of") == ("never_heard_of", "")


def test_the_sheet_starts_no_formula() -> None:
    rows = [
        Refusal("holdings.csv", 17, "value", next(iter(RULES)), value) for value in ("=1+1", "@x", "+1", "-1", "ok")
    ]
    written = list(csv.DictReader(io.StringIO(csv_text(feeds.quarantine_table(rows)))))
    assert [row["value"] for row in written] == ["'=1+1", "'@x", "'+1", "'-1", "ok"]
    assert [row["line"] for row in written] == ["17"] * 5


def test_totals_are_grouped() -> None:
    assert feeds.grouped("113988897.28") == "113,988,897.28"
    assert feeds.grouped("-12.50") == "−12.50"
    assert not feeds.grouped("")


def test_a_long_value_is_shortened() -> None:
    assert len(feeds.shorten("x" * 5_000)) == feeds.LONGEST_VALUE + 1
    assert feeds.shorten("short") == "short"


@pytest.mark.parametrize(
    ("offset", "total", "around"),
    [(0, 10, (None, None)), (0, 51, (None, 50)), (50, 51, (0, None)), (20, 200, (0, 70)), (100, 200, (50, 150))],
)
def test_pages_before_and_after(offset: int, total: int, around: tuple[int | None, int | None]) -> None:
    assert feeds.pages_around(offset, 50, total) == around

"""What a client is on a day: which assessment counts, until when, and the same for many at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Client
from smart_products.suitability.queries import (
    Expiring,
    NothingPublished,
    expiring,
    matching_rules,
    standing_of,
    standings_of,
)
from smart_products.suitability.rules import CLASSES, Facts, stand
from tests.effort import examples
from tests.suitability.house import START, TODAY, assess, client, feed_says, furnish, rules

DAY = timedelta(days=1)
NOTHING: dict[str, Any] = {
    "feed_class": "",
    "feed_assessed_on": None,
    "feed_investor_class": "ordinary",
    "own_class": "",
    "own_protected": False,
    "own_assessed_on": None,
    "own_expires_on": None,
    "declined_on": None,
    "professional": False,
}
UNTIL = date(2026, 6, 3)
NEITHER = {"lowest_is_protected": False, "professional_counts": False}


def own(risk_class: str, on: date, **others: Any) -> dict[str, Any]:
    return {"own_class": risk_class, "own_assessed_on": on, "own_expires_on": UNTIL, **others}


def feed(risk_class: str, on: date | None) -> dict[str, Any]:
    return {"feed_class": risk_class, "feed_assessed_on": on}


def found(*facts: dict[str, Any], on: date = TODAY, **changes: Any) -> Any:
    values = dict(NOTHING)
    for some in facts:
        values |= some
    return stand(Facts(**values), rules(**changes), on)


@pytest.mark.parametrize(
    ("here", "there", "risk_class", "source"),
    [
        (own("C2", TODAY), feed("C4", TODAY - DAY), "C2", "here"),
        (own("C2", TODAY - DAY), feed("C4", TODAY), "C4", "feed"),
        (own("C2", TODAY), feed("C4", TODAY), "C2", "here"),
        (own("C4", TODAY), feed("C2", TODAY), "C2", "feed"),
        (own("C3", TODAY), feed("C3", TODAY), "C3", "feed"),
        (own("C2", TODAY), feed("C4", None), "C2", "here"),
        ({}, feed("C4", None), None, None),
        ({}, feed("C4", TODAY + DAY), None, None),
        (own("C2", TODAY - DAY), feed("C4", TODAY + DAY), "C2", "here"),
        ({}, {}, None, None),
    ],
)
def test_the_later_assessment_counts_and_on_a_tie_the_stricter(
    here: dict[str, Any], there: dict[str, Any], risk_class: str | None, source: str | None
) -> None:
    standing = found(here, there)
    assert (standing.risk_class, standing.source) == (risk_class, source)


def test_on_a_tie_protection_is_stricter_than_any_class() -> None:
    standing = found(own("C1", TODAY, own_protected=True), feed("C1", TODAY), feed=NEITHER)
    assert (standing.protected, standing.source) == (True, "here")
    later = found(own("C1", TODAY - DAY, own_protected=True), feed("C3", TODAY))
    assert (later.risk_class, later.protected) == ("C3", False)


def test_whether_the_feed_s_lowest_class_is_protected_is_data() -> None:
    assert found(feed("C1", TODAY)).protected
    assert not found(feed("C1", TODAY), feed=NEITHER).protected
    assert not found(feed("C2", TODAY)).protected


def test_whether_the_feed_s_professional_investors_count_is_data() -> None:
    told = {"feed_investor_class": "professional"}
    assert found(told).investor_class == "ordinary"
    assert found(told, feed={**NEITHER, "professional_counts": True}).investor_class == "professional"
    assert found({"professional": True}).investor_class == "professional"


def test_the_feed_s_class_holds_as_long_as_the_rules_say() -> None:
    leap = found(feed("C3", date(2024, 2, 29)))
    assert (leap.expires_on, leap.valid_class(date(2026, 2, 28))) == (date(2026, 2, 28), "C3")
    assert leap.valid_class(date(2026, 3, 1)) is None
    assert found(feed("C3", TODAY), validity_months=1).expires_on == date(2024, 7, 3)


def test_a_refusal_ends_what_was_known_before_and_protection_outlives_it() -> None:
    refused = found(own("C4", TODAY - DAY), {"declined_on": TODAY})
    assert (refused.declined, refused.valid_class(TODAY), refused.protected) == (True, None, False)
    assert found(own("C1", TODAY - DAY, own_protected=True), {"declined_on": TODAY}).protected
    assert found({"declined_on": TODAY}).declined
    assert found(feed("C4", TODAY), {"declined_on": TODAY}).declined
    again = found(feed("C4", TODAY + DAY), {"declined_on": TODAY}, on=TODAY + DAY)
    assert (again.declined, again.valid_class(TODAY + DAY)) == (False, "C4")


facts = st.builds(
    Facts,
    feed_class=st.sampled_from(["", *CLASSES]),
    feed_assessed_on=st.none() | st.dates(START, TODAY),
    feed_investor_class=st.sampled_from(["", "ordinary", "professional"]),
    own_class=st.sampled_from(["", *CLASSES]),
    own_protected=st.booleans(),
    own_assessed_on=st.none() | st.dates(START, TODAY),
    own_expires_on=st.none() | st.dates(TODAY, UNTIL),
    declined_on=st.none() | st.dates(START, TODAY),
    professional=st.booleans(),
)


@examples(300)
@given(facts, st.dates(START, UNTIL))
def test_facts_keep_their_meaning_as_json(one: Facts, on: date) -> None:
    assert Facts.from_plain(one.plain()) == one
    standing = stand(one, rules(), on)
    assert standing.assessed_on is None or standing.assessed_on <= on
    assert (standing.risk_class is None) == (standing.source is None)


@pytest.mark.django_db
def test_without_rules_there_is_no_standing() -> None:
    with pytest.raises(NothingPublished):
        matching_rules(TODAY)


@pytest.mark.django_db
class TestQueries:
    @pytest.fixture(autouse=True)
    def _house(self) -> None:
        furnish()

    def test_the_feed_is_read_as_of_the_day(self) -> None:
        feed_says("C2", TODAY, "C4", TODAY - DAY)
        feed_says("C2", TODAY + 10 * DAY, "C2", TODAY + 9 * DAY)
        feed_says("C2", TODAY + 20 * DAY, None, None)
        told = [standing_of(client(), TODAY + days * DAY).risk_class for days in (-1, 0, 9, 10, 19, 20)]
        assert told == [None, "C4", "C4", "C2", "C2", None]

    def test_an_own_assessment_is_read_as_of_the_day(self) -> None:
        assess(client(), TODAY)
        assess(client(), TODAY + 5 * DAY, loss="to_10")
        told = [standing_of(client(), TODAY + days * DAY).risk_class for days in (-1, 0, 4, 5)]
        assert told == [None, "C5", "C5", "C3"]

    def test_of_two_on_one_day_the_later_taken_counts(self) -> None:
        assess(client(), loss="to_10")
        assess(client())
        assert standing_of(client(), TODAY).risk_class == "C5"

    def test_many_are_read_as_one_by_one(self, django_assert_num_queries: Any) -> None:
        feed_says("C4", TODAY, "C1", TODAY)
        assess(client("C3"), objective="steady")
        ids = list(Client.objects.order_by("pk").values_list("pk", flat=True))
        for some in (ids[:1], ids):
            with django_assert_num_queries(2):
                many = standings_of(some, TODAY)
            assert many == {one: standing_of(Client.objects.get(pk=one), TODAY) for one in some}
        assert [many[one].risk_class for one in ids] == ["C3", None, "C3", "C1"]
        assert standings_of([], TODAY) == {}

    def test_what_expires_soon_is_listed_the_next_first(self) -> None:
        assess(client("C2"), TODAY)
        assess(client("C4"), TODAY + DAY)
        ids = list(Client.objects.values_list("pk", flat=True))
        last = date(2026, 6, 3)
        ends = [Expiring(client("C2").pk, last), Expiring(client("C4").pk, last + DAY)]
        assert expiring(ids, last - 30 * DAY, 29) == []
        assert expiring(ids, last - 30 * DAY, 30) == ends[:1]
        assert expiring(ids, last, 0) == ends[:1]
        assert expiring(ids, last, 1) == ends
        assert expiring(ids, last + DAY, 10) == ends[1:]
        assert expiring([client("C4").pk], last, 1) == ends[1:]

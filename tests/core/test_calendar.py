"""Trading days and working days differ, and the law counts in working days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.core.checks import Warning as CheckWarning
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from core import calendar
from core.actor import Actor
from core.calendar import CalendarGap
from core.checks import calendar_lasts
from core.merging import ConflictingRows
from core.models import AuditEvent, CalendarDay
from core.operations import CalendarHole, CalendarRow, import_calendar
from tests.effort import examples

pytestmark = pytest.mark.django_db


def days(first: date, count: int) -> Iterator[CalendarRow]:
    for number in range(count):
        day = first + timedelta(days=number)
        yield day, day.weekday() < 5, day.weekday() < 5


@pytest.mark.usefixtures("calendar_table")
class TestSeeded:
    def test_spring_festival_2024(self) -> None:
        # Closed from 9 February (an exchange holiday beside the legal ones) to 18 February.
        assert calendar.trading_days(date(2024, 2, 5), date(2024, 2, 21)) == [
            *(date(2024, 2, day) for day in (5, 6, 7, 8)),
            *(date(2024, 2, day) for day in (19, 20, 21)),
        ]
        assert calendar.previous_trading_day(date(2024, 2, 19)) == date(2024, 2, 8)
        assert calendar.next_trading_day(date(2024, 2, 8)) == date(2024, 2, 19)

    def test_make_up_days_are_working_days_and_no_trading_days(self) -> None:
        for day in (date(2024, 2, 4), date(2024, 2, 18), date(2024, 4, 7), date(2024, 10, 12)):
            assert day.weekday() >= 5
            assert calendar.is_working_day(day)
            assert not calendar.is_trading_day(day)

    def test_the_exchange_rests_on_a_legal_working_day(self) -> None:
        assert calendar.is_working_day(date(2024, 2, 9))
        assert not calendar.is_trading_day(date(2024, 2, 9))

    def test_working_days_over_spring_festival(self) -> None:
        # Signed on Tuesday the 6th: 7, 8, 9 February, then Sunday the 18th and Monday the 19th.
        assert calendar.add_working_days(date(2024, 2, 6), 5) == date(2024, 2, 19)
        assert calendar.add_working_days(date(2024, 2, 19), -5) == date(2024, 2, 6)
        # A holiday itself is not counted.
        assert calendar.add_working_days(date(2024, 2, 12), 1) == date(2024, 2, 18)
        assert calendar.add_working_days(date(2024, 2, 12), 0) == date(2024, 2, 12)

    def test_working_days_over_national_day(self) -> None:
        assert calendar.add_working_days(date(2024, 9, 30), 5) == date(2024, 10, 12)

    def test_leap_day(self) -> None:
        assert calendar.is_trading_day(date(2024, 2, 29))
        assert calendar.next_trading_day(date(2024, 2, 28)) == date(2024, 2, 29)
        assert calendar.trading_day_on_or_before(date(2020, 2, 29)) == date(2020, 2, 28)

    def test_first_day_of_trading(self) -> None:
        assert calendar.is_trading_day(date(1990, 12, 19))
        with pytest.raises(CalendarGap) as caught:
            calendar.previous_trading_day(date(1990, 12, 19))
        assert caught.value.day == date(1990, 12, 18)

    def test_before_the_legal_calendar_a_week_has_five_working_days(self) -> None:
        assert calendar.is_working_day(date(1999, 2, 17))
        assert not calendar.is_working_day(date(1999, 2, 20))

    @examples(25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.dates(min_value=date(2004, 1, 1), max_value=date(2025, 6, 30)),
        st.integers(min_value=1, max_value=40),
    )
    def test_adding_counts_the_working_days_passed(self, day: date, count: int) -> None:
        end = calendar.add_working_days(day, count)
        passed = CalendarDay.objects.filter(day__gt=day, day__lte=end, working=True).count()
        assert passed == count
        assert calendar.is_working_day(end)

    def test_neighbours_are_inverse(self) -> None:
        for one, other in pairwise(calendar.trading_days(date(2024, 1, 2), date(2024, 3, 29))):
            assert calendar.next_trading_day(one) == other
            assert calendar.previous_trading_day(other) == one


def test_an_empty_table_knows_no_day() -> None:
    for question in (calendar.is_trading_day, calendar.trading_day_on_or_before, calendar.is_working_day):
        with pytest.raises(CalendarGap):
            question(date(2024, 1, 2))
    assert calendar.days_left(date(2024, 1, 2)) == 0


def test_no_answer_beyond_the_ends(by: Actor, at: datetime) -> None:
    import_calendar(rows=days(date(2024, 1, 1), 31), by=by, at=at)
    with pytest.raises(CalendarGap):
        calendar.trading_days(date(2024, 1, 1), date(2024, 2, 1))
    with pytest.raises(CalendarGap):
        calendar.next_trading_day(date(2024, 1, 31))
    with pytest.raises(CalendarGap):
        calendar.add_working_days(date(2024, 1, 30), 2)
    assert calendar.add_working_days(date(2024, 1, 30), 1) == date(2024, 1, 31)


def test_an_import_corrects_and_extends(by: Actor, at: datetime) -> None:
    import_calendar(rows=days(date(2024, 1, 1), 31), by=by, at=at)
    again = import_calendar(rows=reversed(list(days(date(2024, 1, 1), 31))), by=by, at=at)
    assert (again.inserted, again.updated) == (0, 0)
    merged = import_calendar(rows=[(date(2024, 1, 31), False, True), (date(2024, 2, 1), True, True)], by=by, at=at)
    assert (merged.inserted, merged.updated) == (1, 1)
    assert not calendar.is_trading_day(date(2024, 1, 31))
    assert AuditEvent.objects.filter(action="import_calendar").count() == 3


def test_a_hole_is_refused_and_nothing_stays(by: Actor, at: datetime) -> None:
    rows = [row for row in days(date(2024, 1, 1), 31) if row[0].day != 10]
    with pytest.raises(CalendarHole):
        import_calendar(rows=rows, by=by, at=at)
    assert not CalendarDay.objects.exists()


def test_a_day_that_comes_twice_must_say_the_same(by: Actor, at: datetime) -> None:
    day = date(2024, 1, 2)
    with pytest.raises(ConflictingRows):
        import_calendar(rows=[(day, True, True), (day, False, True)], by=by, at=at)
    assert import_calendar(rows=[(day, True, True)] * 2, by=by, at=at).inserted == 1


def test_days_left_are_calendar_days(by: Actor, at: datetime) -> None:
    today = date(2024, 12, 31)
    import_calendar(rows=days(today, 60), by=by, at=at)
    assert calendar.days_left(today) == 59
    import_calendar(rows=days(today, 61), by=by, at=at)
    assert calendar.days_left(today) == 60


def test_the_system_check_warns(by: Actor, at: datetime) -> None:
    import_calendar(rows=days(date(2024, 1, 1), 31), by=by, at=at)
    found = calendar_lasts(databases=["default"])
    assert [message.id for message in found] == ["core.W001"]
    assert isinstance(found[0], CheckWarning)
    assert calendar_lasts(databases=None) == []
    import_calendar(rows=days(date(2024, 1, 1), 40_000), by=by, at=at)
    assert calendar_lasts(databases=["default"]) == []

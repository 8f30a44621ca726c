"""Calendar days that one person proposes and another confirms: two people, nothing published, no hole, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.actor import Actor, PersonNeeded, TwoPeopleNeeded, system
from core.calendar_file import CalendarRow
from core.models import AuditEvent, CalendarDay, CalendarProposal
from core.operations import (
    CalendarHole,
    ClosedDays,
    NothingNew,
    ProposalOver,
    confirm_calendar,
    import_calendar,
    propose_calendar,
    withdraw_calendar,
)
from core.queries import calendar_changes, calendar_months, calendar_proposals

LI, WANG = Actor("user", "li", 1), Actor("user", "wang", 2)
FIRST, LAST, CLOSED = date(2024, 12, 1), date(2024, 12, 31), date(2024, 12, 20)
NEXT: list[CalendarRow] = [(LAST + timedelta(days=n), False, False) for n in (1, 2)]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _december(db: None, at: datetime) -> None:
    days = [FIRST + timedelta(days=n) for n in range(31)]
    import_calendar(rows=[(day, day.weekday() < 5, day.weekday() < 5) for day in days], by=system("test"), at=at)


def propose(rows: list[CalendarRow], at: datetime, by: Actor = LI) -> CalendarProposal:
    return propose_calendar(rows=rows, closed=CLOSED, by=by, at=at)


def test_nothing_changes_before_a_colleague_confirms(at: datetime) -> None:
    moved = (date(2024, 12, 30), False, True)
    proposal = propose([moved, *NEXT], at)
    (changes,) = calendar_changes([moved, *NEXT])
    assert (changes.added, changes.changed) == ((NEXT[0][0], NEXT[1][0]), ((moved[0], (True, True), (False, True)),))
    assert CalendarDay.objects.count() == 31
    with pytest.raises(TwoPeopleNeeded):
        confirm_calendar(proposal=proposal, closed=CLOSED, by=LI, at=at)
    assert list(calendar_proposals()) == [proposal]
    merged = confirm_calendar(proposal=proposal, closed=CLOSED, by=WANG, at=at)
    assert (merged.inserted, merged.updated, CalendarDay.objects.count()) == (2, 1, 33)
    assert not CalendarDay.objects.get(day=moved[0]).trading
    done = AuditEvent.objects.filter(subject_kind="calendar", actor_kind="user").order_by("pk")
    assert [(one.action, one.actor_name) for one in done] == [
        ("propose_calendar", "li"), ("confirm_calendar", "wang"), ("import_calendar", "wang"),
    ]  # fmt: skip
    with pytest.raises(ProposalOver):
        confirm_calendar(proposal=proposal, closed=CLOSED, by=WANG, at=at)


def test_published_days_stand_also_when_they_were_published_meanwhile(at: datetime) -> None:
    with pytest.raises(ClosedDays):
        propose([(CLOSED, False, False)], at)
    with pytest.raises(ClosedDays):
        propose([(FIRST - timedelta(days=1), False, False)], at)
    late = propose([(date(2024, 12, 23), False, False)], at)
    with pytest.raises(ClosedDays) as caught:
        confirm_calendar(proposal=late, closed=date(2024, 12, 23), by=WANG, at=at)
    assert caught.value.days == (date(2024, 12, 23),)
    assert CalendarDay.objects.get(day=date(2024, 12, 23)).trading


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([(LAST, True, True)], NothingNew),
        ([NEXT[1]], CalendarHole),
        ([NEXT[0], (LAST + timedelta(days=4), False, False)], CalendarHole),
    ],
)
def test_nothing_new_and_no_hole(rows: list[CalendarRow], error: type[Exception], at: datetime) -> None:
    with pytest.raises(error):
        propose(rows, at)
    assert not CalendarProposal.objects.exists()


def test_a_proposal_is_taken_back_once_and_by_persons_alone(at: datetime) -> None:
    with pytest.raises(PersonNeeded):
        propose(NEXT, at, by=system("test"))
    proposal = propose(NEXT, at)
    withdraw_calendar(proposal=proposal, by=WANG, at=at)
    with pytest.raises(ProposalOver):
        withdraw_calendar(proposal=proposal, by=WANG, at=at)
    with pytest.raises(ProposalOver):
        confirm_calendar(proposal=proposal, closed=CLOSED, by=WANG, at=at)
    assert CalendarDay.objects.count() == 31


def test_the_database_itself_wants_two_people(at: datetime) -> None:
    proposal = propose(NEXT, at)
    for given in ({"confirmed_at": at, "confirmed_by": 1}, {"confirmed_at": at}, {"withdrawn_by": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CalendarProposal.objects.filter(pk=proposal.pk).update(**given)


def test_months_count_what_is_held() -> None:
    assert [(one.month, one.days, one.trading) for one in calendar_months(LAST, 3)] == [(FIRST, 31, 22)]

"""Who gets a report: whom two people named, whose own role reaches the unit on the day; each try is on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import RoleGrant, User
from accounts.operations import end_grant
from accounts.operations.notices import Message
from accounts.queries import acting
from accounts.rules import Role
from core import clock
from core.actor import TwoPeopleNeeded
from core.models import AuditEvent
from core.senders import Refused, Unavailable
from smart_products.reports.models import Recipient, Report, ReportDelivery
from smart_products.reports.operations import (
    BeyondReach,
    Listed,
    NotOnList,
    NotWaiting,
    confirm_recipient,
    end_plan,
    propose_recipient,
    send_again,
    send_next,
    send_report,
    withdraw_recipient,
)
from smart_products.reports.operations.sending import ATTEMPTS
from smart_products.reports.states import MOVES, DeliveryState, Frequency, IllegalMove, Refusal, check_move
from tasks.reports import words
from tests.accounts.organisation import BY, organise, staff
from tests.reports.written import report

pytestmark = pytest.mark.django_db
DOMAINS = ["broker.example"]


class Post:
    """A sender that keeps what it is handed, or says why not."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.taken: list[Message] = []
        self.problem = problem

    def __call__(self, message: Message) -> str:
        self.taken.append(message)
        if self.problem is not None:
            raise self.problem
        return f"<{len(self.taken)}@broker.example>"


@pytest.fixture
def people() -> dict[str, User]:
    organise()
    return {
        "one": staff("one", "HQ", Role.ADMINISTRATOR),
        "two": staff("two", "B1", Role.ADMINISTRATOR),
        "branch": staff("branch", "B1", Role.BRANCH_MANAGER),
        "sibling": staff("sibling", "B2", Role.BRANCH_MANAGER),
        "outlet": staff("outlet", "O11", Role.OUTLET_MANAGER),
    }


def listed(held: Report, people: dict[str, User], who: str = "branch", address: str = "a@broker.example") -> Recipient:
    one = propose(held, people, who, address)
    return confirm_recipient(recipient=one, by=acting(people["two"]), at=clock.now())


def propose(held: Report, people: dict[str, User], who: str, address: str = "") -> Recipient:
    return propose_recipient(
        plan=held.plan, user=people[who], address=address, domains=DOMAINS, by=acting(people["one"]), at=clock.now()
    )


def send(post: Post, *, later: timedelta = timedelta()) -> int:
    count = 0
    while send_next(hand=post, words=words, domains=DOMAINS, by=BY, at=clock.now() + later):
        count += 1
    return count


def test_two_people_put_somebody_on_the_list(people: dict[str, User]) -> None:
    held, post = report(), Post()
    one = propose(held, people, "branch", "a@broker.example")
    assert send_report(report=held, by=BY, at=clock.now()) == []
    with pytest.raises(TwoPeopleNeeded):
        confirm_recipient(recipient=one, by=acting(people["one"]), at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Recipient.objects.filter(pk=one.pk).update(confirmed_at=clock.now(), confirmed_by=people["one"])
    with pytest.raises(BeyondReach):
        confirm_recipient(recipient=one, by=acting(people["sibling"]), at=clock.now())
    with pytest.raises(Listed):
        propose(held, people, "branch")
    confirm_recipient(recipient=one, by=acting(people["two"]), at=clock.now())
    with pytest.raises(NotWaiting):
        confirm_recipient(recipient=one, by=acting(people["two"]), at=clock.now())
    assert len(send_report(report=held, by=BY, at=clock.now())) == 1
    assert send_report(report=held, by=BY, at=clock.now()) == [], "everybody was asked for once"
    assert send(post) == 1
    (message,) = post.taken
    assert message.to == "a@broker.example"
    assert str(held.public_id) in message.body
    assert "亿元" not in message.body


@pytest.mark.parametrize(
    ("who", "address", "why"),
    [
        ("sibling", "", Refusal.NO_GRANT),
        ("outlet", "", Refusal.NO_GRANT),
        ("branch", "a@elsewhere.example", Refusal.DOMAIN),
        ("branch", "a@notbroker.example", Refusal.DOMAIN),
    ],
)
def test_others_can_not_stand_on_the_list(people: dict[str, User], who: str, address: str, why: Refusal) -> None:
    with pytest.raises(NotOnList) as refused:
        propose(report(), people, who, address)
    assert refused.value.refusal == why
    assert not Recipient.objects.exists()


def test_who_lost_the_role_gets_nothing_and_the_log_says_why(people: dict[str, User]) -> None:
    held, post = report(), Post()
    listed(held, people)
    send_report(report=held, by=BY, at=clock.now())
    grant = RoleGrant.objects.get(user=people["branch"])
    end_grant(grant=grant, until=clock.shanghai_today(), by=BY, at=clock.now())
    assert send(post) == 1
    row = ReportDelivery.objects.get()
    assert (row.state, row.reason, row.sent_at, post.taken) == ("refused", "no_grant", None, [])
    told = AuditEvent.objects.filter(action="send_report").latest("pk").details
    assert told == {"recipient": "branch", "state": "refused", "reason": "no_grant"}


@pytest.mark.parametrize("how", ["off", "withdrawn"])
def test_who_is_switched_off_or_withdrawn_gets_nothing(people: dict[str, User], how: str) -> None:
    held, post = report(), Post()
    one = listed(held, people)
    send_report(report=held, by=BY, at=clock.now())
    if how == "off":
        User.objects.filter(pk=people["branch"].pk).update(is_active=False)
    else:
        withdraw_recipient(recipient=one, by=acting(people["one"]), at=clock.now())
    send(post)
    why = {"off": "switched_off", "withdrawn": "ended"}[how]
    assert (ReportDelivery.objects.get().reason, post.taken) == (why, [])


def test_the_same_bytes_go_again_as_a_delivery_of_their_own(people: dict[str, User]) -> None:
    held, post = report(), Post()
    listed(held, people)
    (first,) = send_report(report=held, by=BY, at=clock.now())
    send(post)
    with pytest.raises(BeyondReach):
        send_again(delivery=first, by=acting(people["sibling"]), at=clock.now())
    second = send_again(delivery=first, by=acting(people["two"]), at=clock.now())
    assert send(post) == 1
    rows = list(ReportDelivery.objects.order_by("number"))
    assert [(row.number, row.state, row.report_id) for row in rows] == [(1, "sent", held.pk), (2, "sent", held.pk)]
    assert len({message.reference for message in post.taken}) == 2
    assert second.message_id != rows[1].message_id
    assert Report.objects.count() == 1


def test_a_sender_that_is_away_is_asked_again_and_then_a_person(people: dict[str, User]) -> None:
    held, away = report(), Post(Unavailable("busy"))
    listed(held, people)
    send_report(report=held, by=BY, at=clock.now())
    assert send(away) == 1, "not again before its time"
    assert ReportDelivery.objects.get().state == DeliveryState.FAILED
    for number in range(1, ATTEMPTS):
        send(away, later=timedelta(hours=number))
    row = ReportDelivery.objects.get()
    assert (row.state, row.attempts, row.error) == ("parked", ATTEMPTS, "busy")
    assert send(Post(), later=timedelta(days=9)) == 0
    send_again(delivery=row, by=BY, at=clock.now())
    assert send(Post(Refused("nobody"))) == 1
    assert ReportDelivery.objects.latest("pk").reason == Refusal.ADDRESS


def test_without_an_address_it_lies_on_the_page_for_him(people: dict[str, User]) -> None:
    held, post = report(frequency=Frequency.DAILY), Post()
    listed(held, people, address="")
    send_report(report=held, by=BY, at=clock.now())
    send(post)
    assert (ReportDelivery.objects.get().state, post.taken) == ("sent", [])
    end_plan(plan=held.plan, by=acting(people["two"]), at=clock.now())
    with pytest.raises(BeyondReach):
        end_plan(plan=held.plan, by=acting(people["branch"]), at=clock.now())


def test_every_move_of_a_delivery_is_in_the_table() -> None:
    for old in DeliveryState:
        for new in DeliveryState:
            if new in MOVES[old]:
                check_move(old, new)
            else:
                with pytest.raises(IllegalMove):
                    check_move(old, new)

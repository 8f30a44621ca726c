"""What clients see of their own assets adds up, day by day and term by term, to the matrix of the whole house."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.models import Client
from smart_products.signing.intervals import EFFECTIVE_INTERVALS
from smart_products.signing.queries import demo_clients, subscriptions_of
from smart_products.statistics import personal, queries
from smart_products.statistics.personal import Day, Period, Worth
from tests.delivered import Broker, published

pytestmark = pytest.mark.django_db

D = [date(2024, 3, day) for day in (1, 4, 5, 6, 7)]


@pytest.fixture(scope="module")
def broker(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    with published(django_db_blocker, tmp_path_factory.mktemp("books") / "broker", clients=60, days=30) as broker:
        call_command("serve", verbosity=0)
        yield broker


def whole_house() -> dict[date, Day]:
    """Return the days of all clients added up."""
    found: dict[date, Day] = {}
    for client in Client.objects.values_list("pk", flat=True):
        for index, day in enumerate(queries.client_book(client).line()):
            known = found.get(day.day, Day(day.day, 0))
            terms = ("entered", "left", "flow", "market") if index else ()
            added = {name: getattr(known, name) + getattr(day, name) for name in terms}
            kept = {name: getattr(known, name) for name in ("entered", "left", "flow", "market")}
            found[day.day] = Day(day.day, known.assets + day.assets, **{**kept, **added})
    return dict(sorted(found.items()))


def test_all_clients_add_up_to_the_matrix(broker: Broker) -> None:
    days = whole_house()
    assert list(days) == queries.fact_days()
    first, *rest = days.values()
    matrix = queries.matrix(since=first.day)
    ours, theirs = Period(first, tuple(rest)), matrix.total.assets
    assert (ours.base.assets, ours.last.assets) == (theirs.before, theirs.now)
    assert (ours.entered, ours.left) == (theirs.entered_total, theirs.left_total)
    assert (ours.flow, ours.market) == (theirs.flow, theirs.market)
    assert ours.market != 0
    assert ours.entered > 0
    returns = ours.returns()
    assert returns.time_weighted == pytest.approx(matrix.total.returns.time_weighted, abs=1e-12)
    assert returns.modified_dietz == pytest.approx(matrix.total.returns.modified_dietz, abs=1e-12)
    assert returns.skipped_days == 0


def test_every_period_is_told_to_the_fen(broker: Broker) -> None:
    for client in Client.objects.values_list("pk", flat=True)[:40]:
        book = queries.client_book(client)
        line = book.line()
        for since, until in ((date(1, 1, 1), date.max), (date(2024, 12, 10), date(2024, 12, 20))):
            period = personal.over(line, since, until)
            if period is None:
                continue
            change = period.entered - period.left + period.flow + period.market
            assert period.last.assets - period.base.assets == change
            assert period.own + period.market == period.last.assets


def test_ends_that_hold_are_those_of_the_close(broker: Broker) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT client_id, account_id, start, ended FROM ({EFFECTIVE_INTERVALS}) AS i")
        told = sorted(map(str, cursor.fetchall()))
    views = [
        (client, one.account_id, one.start, one.ended)
        for client in Client.objects.values_list("pk", flat=True)
        for one in subscriptions_of(client)
    ]
    assert sorted(map(str, views)) == told
    assert any(one[3] for one in views)


def test_the_book_asks_three_questions(broker: Broker, django_assert_num_queries: object) -> None:
    one = demo_clients(date(2024, 12, 31))[0]
    with django_assert_num_queries(3):  # type: ignore[operator]
        queries.client_book(one).line()


def test_two_clients_with_different_stories(broker: Broker) -> None:
    one, two = demo_clients(date(2024, 12, 31))
    live = [[sub for sub in subscriptions_of(client) if sub.in_force(date(2024, 12, 31))] for client in (one, two)]
    assert len(live[0]) >= 2
    assert len(live[1]) >= 1


def book(values: dict[date, int], flows: dict[date, int] | None = None) -> Worth:
    return Worth(values, flows or {})


def test_two_products_over_one_account_count_once() -> None:
    line = personal.history(D[:3], {1: book(dict(zip(D[:3], (100, 110, 120), strict=True)))}, {1: [(D[1], None)] * 2})
    assert line == (Day(D[0], 0), Day(D[1], 110, entered=100, market=10), Day(D[2], 120, market=10))


def test_a_first_signing_and_an_end_within_the_record() -> None:
    worth = book(dict(zip(D, (100, 110, 121, 130, 140), strict=True)), {D[2]: 11})
    line = personal.history(D, {1: worth}, {1: [(D[1], D[3]), (D[4], None)]})
    assert [(day.assets, day.entered, day.left, day.flow, day.market) for day in line] == [
        (0, 0, 0, 0, 0), (110, 100, 0, 0, 10), (121, 0, 0, 11, 0), (0, 0, 121, 0, 0), (140, 130, 0, 0, 10),
    ]  # fmt: skip
    period = personal.over(line, D[0], D[-1])
    assert period is not None
    assert (period.own, period.market) == (120, 20)
    assert period.returns().time_weighted == pytest.approx(1.1 * (140 / 130) - 1)


def test_a_day_without_a_value_has_no_market() -> None:
    worth = book({D[0]: 100, D[2]: 130}, {D[2]: 5})
    line = personal.history(D[:3], {1: worth}, {1: [(D[0], None)]})
    assert line == (Day(D[0], 100), Day(D[1], 0, flow=-100), Day(D[2], 130, flow=130))


def test_a_first_value_of_an_account_signed_before_it_enters_with_what_did_not_flow() -> None:
    line = personal.history(D[:2], {1: book({D[1]: 130}, {D[1]: 30})}, {1: [(D[1], None)]})
    assert line == (Day(D[0], 0), Day(D[1], 130, entered=100, flow=30))


def test_nobody_signed_nothing_to_tell() -> None:
    assert personal.history(D, {}, {}) == ()
    assert personal.over((), D[0], D[1]) is None
    line = personal.history(D, {1: book({D[0]: 1})}, {1: [(D[0], None)]})
    period = personal.over(line, D[3], D[1])
    assert period is not None
    assert (period.base.day, period.days) == (D[1], ())
    assert period.returns().time_weighted is None

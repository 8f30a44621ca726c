"""What a report holds: its own unit and nothing else, frozen, made once, whatever is published later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import AssetAccount, Unit
from core import clock, jobs
from screens.report import document, draw
from smart_products.reports.figures import frozen, thawed
from smart_products.reports.models import Report, ReportDelivery, ReportPlan
from smart_products.reports.operations import BeyondReach, make_plan, make_report, report_due, set_up_recipient
from smart_products.reports.queries import NothingToReport, due_ends, figures_of, period_ends
from smart_products.reports.states import Frequency, Language
from smart_products.signing.queries import read_document
from smart_products.statistics.queries import fact_days
from tasks import chores
from tasks.reports import make_due, send_all
from tests.delivered import Broker
from tests.reports.samples import BY, made, places, plan_of, texts
from tests.restated import revalue

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")

CELLS = """
SELECT c.slice_key, c.node, coalesce(c.assets, 0), coalesce(c.retained, 0)
FROM statistics_cell AS c JOIN statistics_publication AS p ON p.id = c.publication_id
WHERE p.grain = 'day' AND p.is_current AND p.as_of = %s AND c.kind = 1 AND c.slice_key = ANY(%s)
"""
TERMS = """
SELECT sum(coalesce(c.market, 0)), sum(coalesce(c.flow, 0)), sum(coalesce(c.lapsed, 0))
FROM statistics_cell AS c JOIN statistics_publication AS p ON p.id = c.publication_id
WHERE p.grain = 'day' AND p.is_current AND p.as_of > %s AND p.as_of <= %s
  AND c.kind = 1 AND c.slice_key = %s AND c.node = 0
"""


@pytest.mark.parametrize("frequency", list(Frequency))
def test_a_branchs_report_holds_its_own_published_cells_and_nothing_else(broker: Broker, frequency: Frequency) -> None:
    root, branch, sibling = places()
    as_of = period_ends(frequency)[-1]
    report = made(plan_of(branch, frequency), as_of)
    figures = thawed(report.figures)
    below = {unit.code: unit for unit in Unit.objects.filter(path__startswith=branch.path)}
    named = {one.place.code for span in (figures.period, figures.year) for one in span.units}
    assert named <= set(below) - {branch.code}
    assert named
    with connection.cursor() as cursor:
        cursor.execute(CELLS, [as_of, [unit.pk for unit in below.values()]])
        published = {(key, node): (assets, retained) for key, node, assets, retained in cursor.fetchall()}
        cursor.execute(TERMS, [figures.period.since, as_of, branch.pk])
        terms = cursor.fetchone()
    for span in (figures.period, figures.year):
        assert span.total.unit == branch.code
        assert (span.total.assets.now, span.total.clients.retained) == published[branch.pk, 0]
        for one in span.units:
            told = one.row.assets.now, one.row.clients.retained
            assert told == published.get((below[one.place.code].pk, 0), (0, 0))
    period = figures.period.total
    assert (period.assets.market, period.assets.flow, period.clients.lapsed) == terms
    outside = Unit.objects.exclude(path__startswith=branch.path)
    held = json.dumps(report.figures, ensure_ascii=False) + texts(read_document(report.workbook_id))
    held += repr(document(figures, report.plan.language))
    assert sibling in outside
    assert root in outside
    for unit in outside:
        assert f'"{unit.code}"' not in held
        assert unit.name not in held or any(unit.name in one.name for one in below.values())


def test_the_house_is_another_than_the_branch(broker: Broker) -> None:
    """The negative control of the test above: what a branch must not hold is there to be held."""
    root, branch, sibling = places()
    as_of = fact_days()[-1]
    whole, part = (figures_of(unit=one, frequency=Frequency.DAILY, as_of=as_of) for one in (root, branch))
    assert whole.period.total.assets.now > part.period.total.assets.now > 0
    assert sibling.code in {one.place.code for one in whole.period.units}


def test_what_is_frozen_comes_back_as_it_was(broker: Broker) -> None:
    root, _branch, _sibling = places()
    figures = figures_of(unit=root, frequency=Frequency.MONTHLY, as_of=period_ends(Frequency.MONTHLY)[-1])
    assert thawed(json.loads(json.dumps(frozen(figures), allow_nan=False))) == figures
    assert draw(figures, "en") == draw(figures, "en")


def test_a_restated_day_changes_the_next_report_and_not_the_sent_one(broker: Broker, tmp_path: Path) -> None:
    _root, branch, _sibling = places()
    day, following = fact_days()[-2:]
    plan = plan_of(branch)
    first = made(plan, day)
    told, pdf = dict(first.figures), read_document(first.pdf_id)
    every = set(AssetAccount.objects.values_list("code", flat=True))
    revalue(broker, tmp_path / "restated", day.isoformat(), every, sequence=2, factor="1.10")

    again, new = make_report(plan=plan, as_of=day, draw=draw, by=BY, at=clock.now())
    assert (again.pk, new) == (first.pk, False), "nothing is made by itself"
    held = Report.objects.get(pk=first.pk)
    assert held.figures == told
    assert read_document(held.pdf_id) == pdf

    next_one = thawed(made(plan, following).figures)
    sent = thawed(told).period.total.assets.now
    assert next_one.period.total.assets.before > sent
    second = made(plan, day, again=True)
    assert (second.revision, second.version, second.pk != first.pk) == (2, 2, True)
    assert thawed(second.figures).period.total.assets.now == next_one.period.total.assets.before
    assert made(plan, day, again=True).pk == second.pk, "the same publication is drawn once"


def test_a_report_is_made_once_and_never_changes(broker: Broker) -> None:
    root, _branch, _sibling = places()
    plan, as_of = plan_of(root, language=Language.ENGLISH), fact_days()[-1]
    one = made(plan, as_of)
    assert made(plan, as_of) == one
    assert plan_of(root, language=Language.ENGLISH) == plan
    for statement in (
        "UPDATE reports_report SET version = 9",
        "DELETE FROM reports_report",
        "TRUNCATE reports_report CASCADE",
        "DELETE FROM reports_reportdelivery",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_period_that_is_not_over_has_no_report(broker: Broker) -> None:
    days = fact_days()
    assert period_ends(Frequency.DAILY) == days
    weeks, months = period_ends(Frequency.WEEKLY), period_ends(Frequency.MONTHLY)
    assert all(day.isocalendar()[:2] != after.isocalendar()[:2] for day, after in pairwise(weeks))
    middle = next(day for day in days[:-1] if day.month == days[days.index(day) + 1].month)
    assert middle not in period_ends(Frequency.MONTHLY, days[: days.index(middle) + 1])
    assert set(months) <= set(days)
    root, _branch, _sibling = places()
    with pytest.raises(NothingToReport):
        figures_of(unit=root, frequency=Frequency.DAILY, as_of=days[0].replace(year=1990))


def plan_made_on(unit: Unit, day: date, frequency: Frequency = Frequency.DAILY) -> ReportPlan:
    morning = datetime.combine(day, time(9), tzinfo=SHANGHAI)
    plan = make_plan(unit=unit, frequency=frequency, language=Language.ENGLISH, by=BY, at=morning)
    return ReportPlan.objects.get(pk=plan.pk)


def test_what_was_missed_is_made_once_oldest_first_each_of_its_own_day(broker: Broker, tmp_path: Path) -> None:
    root, branch, _sibling = places()
    days = fact_days()[-5:]
    plan, weekly = plan_made_on(root, days[0]), plan_made_on(branch, days[0], Frequency.WEEKLY)
    set_up_recipient(plan=plan, user=broker.user("head_office_manager"), by=BY, at=clock.now())
    there = made(plan, days[1])
    every = set(AssetAccount.objects.values_list("code", flat=True))
    revalue(broker, tmp_path / "restated", days[2].isoformat(), every, sequence=2, factor="1.10")
    run, _created = jobs.request(chores.REPORTS, days[-1], "missed", by=BY, at=clock.now())
    told: list[tuple[int, int, str]] = []
    result = make_due(run, BY, lambda *progress: told.append(progress))
    found = list(Report.objects.filter(plan=plan).exclude(pk=there.pk).order_by("pk"))
    assert [one.as_of for one in found] == [days[0], *days[2:]]
    assert [one.version for one in found] == [1, 2, *[one.version for one in found[2:]]]
    for one in found:
        assert thawed(one.figures) == figures_of(unit=root, frequency=Frequency.DAILY, as_of=one.as_of)
    weeks = list(Report.objects.filter(plan=weekly).order_by("pk").values_list("as_of", flat=True))
    assert weeks == [day for day in period_ends(Frequency.WEEKLY) if day >= days[0]]
    assert (result["made"], result["asked"]) == (4 + len(weeks), 4)
    assert told[-1] == (result["made"], result["made"], "report")
    asked = ReportDelivery.objects.order_by("due_at", "pk").values_list("report__as_of", flat=True)
    assert list(asked) == [one.as_of for one in found]
    again = make_due(run, BY, lambda *_progress: None)
    assert (again["made"], again["asked"]) == (0, 0)


@pytest.mark.parametrize(
    ("since", "first"), [(date(2024, 1, 1), date(2024, 10, 31)), (date(2024, 11, 1), date(2024, 11, 29))]
)
def test_what_was_missed_is_made_for_three_months_and_no_further_than_the_plan(
    broker: Broker, since: date, first: date
) -> None:
    plan = plan_made_on(places()[0], since, Frequency.MONTHLY)
    ends = [date(2024, month, day) for month, day in ((7, 31), (8, 30), (9, 30), (10, 31), (11, 29), (12, 30))]
    assert due_ends(plan, ends) == ends[ends.index(first) :]
    assert due_ends(plan, ends[:1]) == ends[:1], "the newest is due whenever the plan was made"
    assert due_ends(plan, []) == []


def test_a_report_that_can_not_be_sent_is_not_made_either(broker: Broker) -> None:
    plan, day = plan_of(places()[0]), fact_days()[-1]
    set_up_recipient(plan=plan, user=broker.user("head_office_manager"), by=BY, at=clock.now())
    with pytest.raises(DatabaseError), connection.execute_wrapper(_no_deliveries):
        report_due(plan=plan, as_of=day, draw=draw, by=BY, at=clock.now())
    assert not Report.objects.filter(plan=plan).exists()


def _no_deliveries(execute: Any, sql: str, *rest: Any) -> Any:
    if sql.startswith('INSERT INTO "reports_reportdelivery"'):
        raise DatabaseError("the disk is full")
    return execute(sql, *rest)


def test_who_does_not_manage_reports_makes_none(broker: Broker) -> None:
    from_outside = broker.user("branch_manager")
    root, _branch, _sibling = places()
    plan = plan_of(root)
    with pytest.raises(BeyondReach):
        make_report(
            plan=plan, as_of=fact_days()[-1], draw=draw, by=replace(BY, kind="user", user_id=from_outside.pk),
            at=clock.now(),
        )  # fmt: skip


def test_a_name_that_looks_like_a_formula_is_text_in_the_workbook(broker: Broker) -> None:
    root, _branch, _sibling = places()
    figures = figures_of(unit=root, frequency=Frequency.DAILY, as_of=fact_days()[-1])
    rows = tuple(replace(row, name="=1+1", name_en="=1+1") for row in figures.period.rows)
    evil = replace(figures, period=replace(figures.period, rows=rows))
    held = texts(draw(evil, "en").workbook)
    assert "=1+1" in held
    assert "<f>" not in held
    total = figures.period.total.assets.now
    assert f"<v>{total / 100:.16G}</v>" in held


def test_the_job_makes_and_asks_once_however_often_it_runs(broker: Broker) -> None:
    root, branch, _sibling = places()
    for unit, frequency in ((root, Frequency.MONTHLY), (branch, Frequency.WEEKLY), (branch, Frequency.DAILY)):
        plan = plan_of(unit, frequency, Language.ENGLISH)
        set_up_recipient(plan=plan, user=broker.user("head_office_manager"), by=BY, at=clock.now())
    run, _created = jobs.request(chores.REPORTS, fact_days()[-1], "x", by=BY, at=clock.now())
    first, second = (make_due(run, BY, lambda *_progress: None) for _ in range(2))
    assert (first["made"], first["asked"]) == (3, 3)
    assert (second["made"], second["asked"]) == (0, 0)
    assert send_all() == 3
    assert set(ReportDelivery.objects.values_list("state", flat=True)) == {"sent"}

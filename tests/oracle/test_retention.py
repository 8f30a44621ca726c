"""The command `retention` and the judge give the same figures on random histories: every node, slice, basis and gap."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from core.actor import system
from smart_products.statistics.operations import publish_retention
from tests.effort import histories
from tests.oracle import service, statement
from tests.oracle.broker import CHANNELS
from tests.oracle.feeds import Delivery
from tests.oracle.judge import MATRIX, TIERS, Judge, Where
from tests.oracle.retention import Question, curve
from tests.oracle.stories import stories
from tests.oracle.test_matrix import tell
from tests.oracle.world import resolve

BASES = st.sampled_from(("signed", "confirmed"))


@pytest.fixture(autouse=True)
def calendar(db: None) -> None:
    service.import_test_calendar()


def wrong(got: Any, expected: Any, place: str = "") -> Iterator[str]:
    """Yield what of an answer is not as expected: counts exactly, shares within the rounding of floating point."""
    if isinstance(expected, dict):
        missing = expected.keys() - got.keys()
        yield from (f"{place}.{name} is missing" for name in sorted(missing))
        yield from chain.from_iterable(
            wrong(got[name], expected[name], f"{place}.{name}") for name in expected.keys() - missing
        )
    elif isinstance(expected, list) and isinstance(got, list) and len(got) == len(expected):
        for number, (one, other) in enumerate(zip(got, expected, strict=True)):
            yield from wrong(one, other, f"{place}[{number}]")
    elif isinstance(expected, float) and isinstance(got, int | float):
        if not math.isclose(got, expected, rel_tol=1e-9, abs_tol=1e-12):
            yield f"{place}: got {got} expected {expected}"
    elif got != expected:
        yield f"{place}: got {got} expected {expected}"


def asked(question: Question, **more: Any) -> dict[str, Any]:
    """Ask the service the judge's question."""
    where = question.where
    return service.retention(
        as_of=question.as_of,
        node=question.node,
        basis=question.basis,
        gap=question.gap,
        since=question.since,
        until=question.until,
        unit=where.unit,
        tier=where.tier,
        channel=where.channel,
        **more,
    )


def compare(question: Question, **more: Any) -> list[str]:
    """Return where the service's answer to a question is not the judge's, in words."""
    expected = question.figures() | {
        "as_of": question.as_of.isoformat(),
        "node": question.node,
        "basis": question.basis,
        "unit": question.where.unit or "HQ",
        "tier": question.where.tier,
        "channel": question.where.channel,
    }
    title = f"{question.as_of} {question.node} {question.where} {question.basis} gap {question.gap} {question.since}"
    return list(wrong(asked(question, **more), expected, title))


@pytest.mark.slow
@histories(0.8)
@given(stories(), BASES, st.sampled_from((1, 3, 5, 30)), st.sampled_from((1, 2)))
def test_every_node(story: list[Delivery], basis: str, gap: int, half: int) -> None:
    judge = Judge(resolve(story))
    day = judge.days[len(judge.days) // half - 1]
    with service.fresh_service() as folder:
        service.deliver(folder, story)
        service.close()
        found: list[str] = []
        for node in judge.nodes:
            found += compare(Question(judge, node, day, basis=basis, gap=gap))
    tell(judge.world, story)
    assert found == []


@histories(0.8)
@given(stories(), BASES, st.sampled_from((MATRIX, "P0", "F0")), st.sampled_from((1, 2)))
def test_every_slice(story: list[Delivery], basis: str, node: str, half: int) -> None:
    """Slices of one kind in one published answer; a slice that the answer leaves out has nobody."""
    judge = Judge(resolve(story))
    question = Question(judge, node, judge.days[len(judge.days) // half - 1], basis=basis)
    outlets = tuple(unit for unit, level in judge.world.levels.items() if level == "outlet")
    kinds = {"unit": ("unit", ("B1", "B2")), "outlet": ("unit", outlets), "tier": ("tier", TIERS)}
    kinds["channel"] = ("channel", CHANNELS)
    with service.fresh_service() as folder:
        service.deliver(folder, story)
        service.close()
        publish_retention(by=system("test"), at=service.AT)
        found: list[str] = []
        for by, (kind, places) in kinds.items():
            slices = {each[kind]: each for each in asked(question, by=by)["slices"]}
            for place in places:
                expected = replace(question, where=Where(**{kind: place}))
                if place in slices or expected.starts:
                    found += wrong(slices[place], expected.figures(), f"{question.as_of} {node} {basis} {place}")
        known = asked(question, by="channel")["slices"][0]["channel"]  # nobody need have come by any one channel
        for where in (Where(unit="B1", channel=known), Where(unit="O0", tier="t4")):
            found += compare(replace(question, where=where))
    tell(judge.world, story)
    assert found == []


@pytest.mark.slow
@histories(0.8)
@given(stories(), st.integers(0, 120), st.integers(0, 200))
def test_a_named_period(story: list[Delivery], ago: int, length: int) -> None:
    judge = Judge(resolve(story))
    day = judge.days[-1]
    until = day - timedelta(days=ago)
    question = Question(judge, as_of=day, since=until - timedelta(days=length), until=until)
    with service.fresh_service() as folder:
        service.deliver(folder, story)
        service.close()
        found = compare(question) + compare(replace(question, node="P0", basis="confirmed", where=Where(unit="B2")))
    tell(judge.world, story)
    assert found == []


@histories(0.5)
@given(stories(), st.sets(st.integers(0, 8)))
def test_populations(story: list[Delivery], chosen: set[int]) -> None:
    """One population against another: the curve of the first, and the log-rank test of both."""
    judge = Judge(resolve(story))
    clients = frozenset(judge.world.clients)
    ours = frozenset(f"C{number}" for number in chosen) & clients
    one = Question(judge, as_of=judge.days[-1], population=ours)
    other = replace(one, population=clients - ours)
    with service.fresh_service() as folder:
        service.deliver(folder, story)
        service.close()
        files = {name: listed(folder, name, each) for name, each in (("ours", ours), ("others", clients - ours))}
        found = compare(one, population=files["ours"])
        answer = asked(one, population=files["ours"], against=files["others"])
    found += wrong({"logrank": answer["logrank"]}, {"logrank": one.logrank(other)})
    tell(judge.world, story)
    assert found == []


def listed(folder: Path, name: str, clients: frozenset[str]) -> Path:
    """Write a population file."""
    path = folder.parent / f"{name}.txt"
    path.write_text("".join(f"{client}\n" for client in sorted(clients)), encoding="utf-8")
    return path


@histories(0.5)
@given(stories(), st.sampled_from(("outlet", "tier", "channel")))
def test_slices_add_up(story: list[Delivery], by: str) -> None:
    """Over outlets, tiers and channels counts add up, also below one branch."""
    judge = Judge(resolve(story))
    day = judge.days[-1]
    found = []
    with service.fresh_service() as folder:
        service.deliver(folder, story)
        service.close()
        for unit in ("HQ", "B1"):
            one, several = service.retention(as_of=day, unit=unit), service.retention(as_of=day, unit=unit, by=by)
            assert several["by"] == by
            found.append((unit, summed(several["slices"]), summed([one])))
    tell(judge.world, story)
    for unit, parts, whole in found:
        assert parts == whole, unit


def summed(slices: list[dict[str, Any]]) -> dict[str, int]:
    """Return the counts of several slices, added up by name; what is 0 is left out."""
    total: dict[str, int] = {}
    for each in slices:
        counts = {name: each["first_sign"][name] for name in ("clients", "retained")}
        counts |= {name: each["survival"][name] for name in ("spells", "ends")}
        for row in each["n_day"]:
            counts |= {f"{row['days']} {name}": row[name] for name in ("observable", "retained")}
        for cohort in each["cohorts"]:
            counts[cohort["month"]] = cohort["clients"]
            counts |= {f"{cohort['month']} {k}": count or 0 for k, count in enumerate(cohort["retained"])}
        for name, count in counts.items():
            total[name] = total.get(name, 0) + count
    return {name: count for name, count in total.items() if count}


@pytest.mark.slow
@histories(0.5)
@given(stories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(story: list[Delivery], random: Any) -> None:
    shuffled = []
    for one in story:
        sheets = {
            kind: replace(each, rows=tuple(random.sample(each.rows, len(each.rows))))
            for kind, each in one.sheets.items()
        }
        shuffled.append(replace(one, sheets=sheets))
    day = resolve(story).days[-1]
    answers: list[dict[str, Any]] = []
    for told in (story, shuffled):
        with service.fresh_service() as folder:
            service.deliver(folder, told)
            service.close()
            answers.append(service.retention(as_of=day, by="outlet"))
    assert not list(wrong(answers[0], answers[1]))


@histories(3)
@given(stories(), BASES)
def test_judge_and_statement_have_the_same_cohorts(story: list[Delivery], basis: str) -> None:
    """The two oracles, written apart; no service is asked."""
    judge = Judge(resolve(story))
    with transaction.atomic():
        statement.load(judge.world)
        for node in judge.nodes:
            for day in (judge.days[0], judge.days[-1]):
                told = Question(judge, node, day, basis=basis).cohorts()
                expected = {each["month"]: (each["clients"], each["retained"]) for each in told}
                assert statement.cohorts(node, day, basis) == expected
        transaction.set_rollback(True)


@histories(20)
@given(stories(), st.integers(0, 60))
def test_without_censoring_survival_is_the_share_of_longer_first_spells(story: list[Delivery], day: int) -> None:
    """An identity of metrics.md, on the judge itself: over the first spells of those seen for longer than N days."""
    judge = Judge(resolve(story))
    question = Question(judge, as_of=judge.days[-1])
    firsts = {each.client: each for each in sorted(question.spells(), key=lambda each: each.start, reverse=True)}
    seen = [each for each in firsts.values() if each.ended or each.length > day]
    levels = [point["survival"] for point in curve(seen)["points"] if point["day"] <= day]
    longer = sum(each.length > day for each in seen)
    assert not seen or math.isclose((levels or [1.0])[-1], longer / len(seen), abs_tol=1e-12)

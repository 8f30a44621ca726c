"""Job runs in words: names, scopes, times, errors, and which of them a person may ask for again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import translation

from backoffice.pages.jobs import LONGEST_TRACE, JobLine, lasting, line, page
from core.jobs import Progress
from core.queries import JobRunList, JobRunView
from core.states import JobState

AT = datetime(2025, 1, 5, 18, 10, tzinfo=UTC)
DIGEST = "3fa96bd201aa9911c0ffee00"
RUN = JobRunView(UUID(int=7), "close", date(2024, 12, 31), JobState.RUNNING, 1, AT, None, None, "", DIGEST, AT)


def drawn(run: JobRunView) -> JobLine:
    with translation.override("en"):
        return line(run)


def test_a_running_run_says_how_far_it_is() -> None:
    one = drawn(replace(RUN, progress=Progress(124, 485, "day")))
    assert (one.name, one.scope, one.day, one.verdict) == ("Daily close", DIGEST[:12], "2024-12-31", "running")
    assert one.bar is not None
    assert (one.bar.done, one.bar.total, one.bar.text) == (124, 485, "124 of 485 days")
    assert (one.took, one.open, one.again) == ("since 2025-01-06 02:10", True, False)


@pytest.mark.parametrize("state", list(JobState))
def test_only_what_ended_badly_may_be_asked_for_again(state: JobState) -> None:
    one = drawn(replace(RUN, state=state))
    assert one.again == (state in {JobState.FAILED, JobState.PARKED})
    assert one.open == (state in {JobState.REQUESTED, JobState.RUNNING})
    with translation.override("en"):
        assert one.verdict == str(state.label)


def test_an_error_shows_its_last_line_and_opens_to_the_rest() -> None:
    trace = "Traceback\n" + "  line\n" * 2_000 + "OSError: no disk"
    one = drawn(replace(RUN, state=JobState.PARKED, error="OSError: no disk", trace=trace))
    assert one.error == "OSError: no disk"
    assert one.trace.endswith(one.error)
    assert len(one.trace) == LONGEST_TRACE
    assert drawn(replace(RUN, error="too many days", trace="too many days\n")).trace == ""


@pytest.mark.parametrize(
    ("job", "scope", "words"),
    [
        ("collect_facts", "nightly", "every night"),
        ("deliver", "2024-12-31", "2024-12-31"),
        ("deliver", "core-资产", "core-资产"),
        ("backfill", AT.isoformat(), ""),
        ("serve", AT.isoformat(), ""),
        ("close", DIGEST, DIGEST[:12]),
    ],
)
def test_a_scope_is_told_where_it_tells_something(job: str, scope: str, words: str) -> None:
    assert drawn(replace(RUN, job=job, scope=scope)).scope == words


def test_a_job_that_nobody_named_keeps_its_name() -> None:
    assert drawn(replace(RUN, job="night_watch")).name == "night_watch"


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (119, "119 s"), (400, "7 min"), (9000, "2 h")])
def test_a_duration_stands_in_the_unit_that_suits_it(seconds: float, words: str) -> None:
    with translation.override("en"):
        assert lasting(timedelta(seconds=seconds)) == words


def test_the_page_counts_by_state_and_knows_what_will_change() -> None:
    rows = (
        RUN,
        replace(RUN, id=UUID(int=8), state=JobState.SUCCEEDED, finished_at=AT),
        replace(RUN, id=UUID(int=9), state=JobState.REQUESTED),
    )
    found = JobRunList(3, {JobState.RUNNING: 1, JobState.SUCCEEDED: 1, JobState.REQUESTED: 1}, rows)
    with translation.override("en"):
        made = page(found, JobState.RUNNING, "", lambda state, job: f"/{state or job}")
    assert [(tab.name, tab.count) for tab in made.tabs if tab.count != "0"] == [
        ("All", "3"), ("Waiting", "1"), ("Running", "1"), ("Done", "1"),
    ]  # fmt: skip
    assert [tab.name for tab in made.tabs if tab.chosen] == ["Running"]
    assert made.changing == (UUID(int=7), UUID(int=9))

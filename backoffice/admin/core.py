"""Records of core: days of the calendar, storage periods, job runs, and the outbox with its receipts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.roles import Area
from backoffice.admin.acts import Act
from backoffice.admin.records import Records
from backoffice.admin.scopes import OfHouse
from core import jobs
from core.actor import Actor
from core.models import CalendarDay, JobRun, OutboxEvent, OutboxReceipt, StoragePeriod
from core.operations import TooShort, set_storage_period
from core.states import MOVES, IllegalMove, JobState

FEEDS = OfHouse(Area.FEEDS)
AT_ONCE = 200
"""Job runs that are asked for again at once, at most."""


class Period(forms.Form):
    """How long, and by which rule."""

    months = forms.IntegerField(label=_("Months"), min_value=1, max_value=1200)
    source = forms.CharField(label=_("By which rule"), max_length=300)


def _keep(rows: list[Any], given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    for row in rows:
        set_storage_period(kind=row.kind, months=given["months"], source=given["source"], by=by, at=at)


def _restart(rows: list[Any], given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    for row in rows:
        jobs.restart(public_id=row.public_id, by=by, at=at)


def _parked(rows: Any) -> list[Any]:
    return list(rows.filter(state=JobState.PARKED).order_by("pk")[:AT_ONCE])


class CalendarDays(Records):
    """Days of the calendar; they change by two people, on the page of operations."""

    model = CalendarDay
    scope = FEEDS
    listed = ("day", "trading", "working")
    key = ("day",)
    filtered = ("trading", "working")
    ordering = ("-day",)


class StoragePeriods(Records):
    """How long records are stored."""

    model = StoragePeriod
    scope = OfHouse(Area.AUDIT)
    listed = ("kind", "nature", "months", "source")
    key = ("kind",)
    filtered = ("nature",)
    ordering = ("nature", "kind")
    acts = (
        Act(
            "keep", _("Change the period"), _("Records of this kind are stored so long; nothing is deleted by itself."),
            Area.MANAGE_RULES, _keep, Period,
            start=lambda row: {"months": row.months, "source": row.source},
            refusals={TooShort: _("The law demands a longer period: 6 months for logs, 240 for records.")},
        ),
    )  # fmt: skip


class JobRuns(Records):
    """Job runs."""

    model = JobRun
    scope = FEEDS
    listed = ("job", "business_date", "scope", "state", "attempts", "requested_at", "finished_at")
    filtered = ("state",)
    searched = ("job", "scope")
    ordering = ("-requested_at", "-pk")
    acts = (
        Act(
            "again", _("Run it again"), _("The run is put in line once more, with its attempts counted anew."),
            Area.FEEDS, _restart, fits=lambda row: JobState.REQUESTED in MOVES[JobState(row.state)],
            refusals={IllegalMove: _("The run does not wait any more.")},
        ),
        Act(
            "again-parked", _("Run all parked ones again"),
            _("%(count)s parked runs are put in line once more, with their attempts counted anew."),
            Area.FEEDS, _restart, on_table=True, rows=_parked,
            refusals={IllegalMove: _("One of the runs does not wait any more: look again.")},
        ),
    )  # fmt: skip


class OutboxEvents(Records):
    """What happened, for others to absorb."""

    model = OutboxEvent
    scope = FEEDS
    listed = ("kind", "subject_key", "business_date", "at")
    hidden = frozenset({"transaction_id"})
    searched = ("kind", "subject_key")
    ordering = ("-pk",)


class OutboxReceipts(Records):
    """Who has absorbed what happened, and who has not."""

    model = OutboxReceipt
    scope = FEEDS
    listed = ("event", "handler", "absorbed_at", "attempts", "parked_at")
    key = ("event__public_id", "handler")
    searched = ("handler",)
    ordering = ("-pk",)


RECORDS = (CalendarDays, StoragePeriods, JobRuns, OutboxEvents, OutboxReceipts)

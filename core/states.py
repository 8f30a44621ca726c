"""The states of a job run, each in words, and the one table of allowed moves.

Pure: `core.jobs` moves a run inside a row lock and asks this table; nothing else
changes a state. Holds no model and reads no clock.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """Where a job run stands."""

    REQUESTED = "requested", _("waiting to run")
    RUNNING = "running", _("running")
    SUCCEEDED = "succeeded", _("done")
    FAILED = "failed", _("failed, will be tried again")
    PARKED = "parked", _("parked, waits for a person")
    CANCELLED = "cancelled", _("cancelled by a person")


MOVES: dict[JobState, frozenset[JobState]] = {
    JobState.REQUESTED: frozenset({JobState.RUNNING, JobState.CANCELLED}),
    JobState.RUNNING: frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.PARKED, JobState.CANCELLED}),
    JobState.FAILED: frozenset({JobState.REQUESTED, JobState.CANCELLED}),
    JobState.PARKED: frozenset({JobState.REQUESTED}),
    JobState.CANCELLED: frozenset({JobState.REQUESTED}),
    JobState.SUCCEEDED: frozenset(),
}
"""A run is claimed, ends well or badly; what failed, was parked or cancelled is asked for again."""


class IllegalMove(ValueError):
    """The table does not allow this change of state."""


def check_move(old: JobState, new: JobState) -> None:
    """Raise IllegalMove unless the table allows `old` to become `new`."""
    if new not in MOVES[old]:
        raise IllegalMove(f"a job run can not go from {old} to {new}")

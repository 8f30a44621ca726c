"""What became of a folder that was sent from a page: three steps, and where the outcome stands.

Takes what the inbox, the job run and the delivery say. Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.pages.feeds import verdict
from core.queries import JobRunView
from core.states import JobState
from smart_products.holdings.queries import DeliveryView


@dataclass(frozen=True, slots=True)
class Step:
    """A step on the way, and how it stands."""

    name: str
    mark: str
    state: str


@dataclass(frozen=True, slots=True)
class SentPage:
    """Everything the template draws; `open` while something will still change by itself."""

    folder: str
    steps: tuple[Step, ...]
    error: str
    outcome: str
    address: str
    open: bool


def page(folder: str, judged: DeliveryView | None, run: JobRunView | None, *, here: bool) -> SentPage:
    """Return the page; while the folder lies in the inbox, an older delivery of its name says nothing."""
    found = None if here else judged
    over = run is not None and run.state in {JobState.PARKED, JobState.CANCELLED}
    return SentPage(
        folder=folder,
        steps=(
            Step(_("Put into the inbox"), "accepted", _("done")),
            _taken(run, found),
            Step(_("Judged"), found.state if found else "superseded", verdict(found.state) if found else _("waits")),
        ),
        error=run.error if run and found is None else "",
        outcome=verdict(found.state) if found else "",
        address=reverse("backoffice:delivery", args=(found.public_id,)) if found else "",
        open=found is None and not over,
    )


def _taken(run: JobRunView | None, judged: DeliveryView | None) -> Step:
    name = _("Taken in by the workers")
    if judged is not None:
        return Step(name, "accepted", _("done"))
    if run is None:
        return Step(name, "superseded", _("waits, a minute at most while workers run"))
    marks = {JobState.RUNNING: "running", JobState.PARKED: "rejected", JobState.FAILED: "failed"}
    return Step(name, marks.get(run.state, "superseded"), str(run.state.label))

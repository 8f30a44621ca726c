"""The calendar as it is drawn: its reach, what somebody's days would change, and why they were refused.

Takes what core answered. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from backoffice.pages.terms.refusals import CONFLICT, FORBIDDEN, UNPROCESSABLE, Refusal
from core.actor import TwoPeopleNeeded
from core.calendar import ALARM_DAYS
from core.calendar_file import CalendarFileError
from core.models import CalendarProposal
from core.operations import CalendarHole, ClosedDays, NothingNew, ProposalOver
from core.queries import CalendarChanges
from screens import formats

REFUSED = (CalendarFileError, CalendarHole, ClosedDays, NothingNew, ProposalOver, TwoPeopleNeeded)
SHOWN = 40
"""Changed days that are listed; of added ones the ends alone."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the calendar goes."""

    mark: str
    text: str
    closed: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What some days would change, in words; `text` is the file as it was read."""

    added: str
    changed: tuple[str, ...]
    more: int
    warnings: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """Days that wait for a second person."""

    public_id: UUID
    who: str
    preview: Preview
    mine: bool


def reach(ends: tuple[date, date] | None, left: int, closed: date | None) -> Reach:
    """Return how far the calendar goes, and the last published day, which never changes."""
    if ends is None:
        return Reach("rejected", _("It holds no days."), "")
    words = {"first": ends[0].isoformat(), "last": ends[1].isoformat(), "left": formats.heads(left)}
    text = _("From %(first)s to %(last)s without a gap; %(left)s days are left.") % words
    return Reach("rejected" if left < ALARM_DAYS else "accepted", text, closed.isoformat() if closed else "")


def preview(changes: CalendarChanges, closed: date | None, text: str = "") -> Preview:
    """Return what days would change, and what stands against that."""
    warnings = []
    if not changes.touched:
        warnings.append(_("The calendar says all of this already."))
    published = [day for day in changes.touched if closed is not None and day <= closed]
    if published:
        warnings.append(_published(published))
    if changes.hole is not None:
        warnings.append(_("%(day)s would be missing.") % {"day": changes.hole.isoformat()})
    return Preview(
        added=_added(changes),
        changed=tuple(_changed(one) for one in changes.changed[:SHOWN]),
        more=max(0, len(changes.changed) - SHOWN),
        warnings=tuple(warnings),
        text=text,
    )


def proposal(row: CalendarProposal, changes: CalendarChanges, closed: date | None, reader: int | None) -> ProposalLine:
    """Return what somebody proposed, as it would change the calendar now."""
    words = {"who": row.proposer, "at": formats.moment(row.proposed_at)}
    who = _("Proposed by %(who)s, %(at)s") % words
    return ProposalLine(row.public_id, who, preview(changes, closed), row.proposed_by == reader)


def _published(days: Sequence[date]) -> str:
    words = {"count": formats.heads(len(days)), "first": days[0].isoformat()}
    return _("%(count)s of these days are published, the first is %(first)s: they can not change.") % words


def _added(changes: CalendarChanges) -> str:
    if not changes.added:
        return _("No day is added.")
    words = {
        "count": formats.heads(len(changes.added)),
        "first": changes.added[0].isoformat(),
        "last": changes.added[-1].isoformat(),
    }
    return _("%(count)s days are added, from %(first)s to %(last)s.") % words


def _changed(change: tuple[date, tuple[bool, bool], tuple[bool, bool]]) -> str:
    day, before, after = change
    parts = []
    if before[0] != after[0]:
        parts.append(_("becomes a trading day") if after[0] else _("is no trading day any more"))
    if before[1] != after[1]:
        parts.append(_("becomes a working day") if after[1] else _("is no working day any more"))
    return f"{day.isoformat()} · {' · '.join(parts)}"


def too_large() -> Refusal:
    """Return why a file was not read."""
    return Refusal(_("The file was refused."), _("It is larger than one megabyte."), UNPROCESSABLE)


def refusal(problem: Exception) -> Refusal:
    """Return why days were refused, or an act on a proposal."""
    if isinstance(problem, CalendarFileError):
        return Refusal(_("The file was refused."), " ".join(problem.errors), UNPROCESSABLE)
    if isinstance(problem, ClosedDays):
        return Refusal(_("Published days stand."), _published(problem.days), UNPROCESSABLE)
    texts = {
        CalendarHole: (_("A day would be missing."), _("Give every day up to the new end."), UNPROCESSABLE),
        NothingNew: (_("Nothing would change."), _("The calendar says all of this already."), UNPROCESSABLE),
        ProposalOver: (_("Somebody was faster."), _("It was confirmed or taken back already."), CONFLICT),
        TwoPeopleNeeded: (
            _("Two people are needed."), _("Who proposed days can not confirm them: a colleague does."), FORBIDDEN,
        ),
    }  # fmt: skip
    return Refusal(*texts[type(problem)])

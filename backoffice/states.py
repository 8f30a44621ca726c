"""Pages that have no figures to show, in words: what is, why, and what one can do.

Pure words and links; the same template draws them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Act:
    """Something one can do next."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class State:
    """One such page."""

    title: str
    texts: tuple[str, ...]
    mark: str = ""
    acts: tuple[Act, ...] = field(default=())


def nothing_published(feeds_address: str) -> State:
    """Return the page before the first publication."""
    return State(
        _("No matrix has been published yet"),
        (
            _("The matrix appears once a day's holdings have been delivered and closed."),
            _("Put a feed folder into the inbox, or use the commands deliver and close."),
        ),
        "day",
        (Act(_("Look at the feeds"), feeds_address),) if feeds_address else (),
    )


def not_published(day: date, latest: date | None, address: str) -> State:
    """Return the page for a day without a publication."""
    texts = [_("Either it is no trading day, or its holdings have not been delivered and closed yet.")]
    acts: tuple[Act, ...] = ()
    if latest is not None:
        texts.insert(0, _("The latest one is as of %(day)s.") % {"day": latest.isoformat()})
        acts = (Act(_("Open %(day)s") % {"day": latest.isoformat()}, address),)
    return State(_("The matrix of %(day)s is not published") % {"day": day.isoformat()}, tuple(texts), "day", acts)


def beyond_units(name: str, views: str) -> State:
    """Return the page for a view of a unit that the reader does not see."""
    return State(
        _("%(name)s shows a unit that is not yours") % {"name": name},
        (_("The view is shared with you, but your roles do not reach the unit that it was saved for."),),
        "lock",
        (Act(_("Saved views"), views),),
    )


def reported_once(day: date, history: str) -> State:
    """Return the page for a day with one version alone, so that there is nothing to compare."""
    return State(
        _("%(day)s was reported once") % {"day": day.isoformat()},
        (_("A corrected delivery or a late signing publishes a second version; the first one stays readable."),),
        "day",
        (Act(_("Version history"), history),),
    )


def no_such_version(day: date, version: int, versions: Sequence[int], history: str, last_two: str) -> State:
    """Return the page for a version that the day does not have; `versions` are those it has, the newest first."""
    words = {"day": day.isoformat(), "number": version, "last": versions[0]}
    title = _("%(day)s has no version %(number)s") if version else _("Nothing came before version 1 of %(day)s")
    text = _("The day was published once.") if len(versions) == 1 else _("Its versions are 1 to %(last)s.")
    acts = [Act(_("Compare the last two"), last_two)] if last_two else []
    return State(title % words, (text % words,), "day", (*acts, Act(_("Version history"), history)))


def no_role() -> State:
    """Return the page for a login without a role on any unit."""
    return State(
        _("Your login has no role on any unit"),
        (
            _("What one sees follows from a role on a unit: that unit and everything below it."),
            _("An administrator grants roles; each grant is recorded."),
        ),
        "lock",
    )


def not_waiting(jobs: str) -> State:
    """Return the page for a job run that can not be asked for again: it waits already, runs, or is done."""
    return State(
        _("This run is not to be tried again"),
        (_("It waits to run already, runs, or has ended well since the page was loaded. Nothing was changed."),),
        "day",
        (Act(_("Look at the job runs"), jobs),),
    )


def not_open(jobs: str) -> State:
    """Return the page for a job run that can not be cancelled: it ended since, or waits for a person already."""
    return State(
        _("This run is not to be cancelled"),
        (_("It has ended, or waits for a person, since the page was loaded. Nothing was changed."),),
        "day",
        (Act(_("Look at the job runs"), jobs),),
    )


def not_found(address: str) -> State:
    """Return the page for an address that leads nowhere, or beyond the reader's role; it does not say
    which.
    """
    return State(
        _("There is nothing here for you to see"),
        (_("Either this address leads nowhere, or what it names is not for you to see."),),
        "",
        (Act(_("Go to the start page"), address),),
    )


def refused(address: str) -> State:
    """Return the page for a request that was refused: a form that went stale, or a foreign one."""
    return State(
        _("This request was refused"),
        (_("The form may be too old, or came from elsewhere. Nothing was changed. Load the page again and repeat."),),
        "lock",
        (Act(_("Go to the start page"), address),),
    )


def broken(number: str, address: str) -> State:
    """Return the page for an error of ours, with the number under which it stands in the log."""
    texts = [_("It has been logged. What is published is not affected.")]
    if number:
        texts.append(_("Number %(number)s") % {"number": number})
    return State(_("Something went wrong on our side"), tuple(texts), "fault", (Act(_("Try again"), address),))

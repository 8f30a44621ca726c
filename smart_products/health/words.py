"""What a check found and what to do about it, in words: the same on the page, in the command and in the runbook.

Pure. A state alone helps nobody: each that is not good says what a person does next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.limits import SEALED
from smart_products.health.rules import Check, State

MINUTES_OF_AN_HOUR = 60
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Said:
    """A check in words; `todo` is empty while it is good."""

    title: str
    found: str
    todo: str


def said(check: Check) -> Said:
    """Return the words of a check."""
    values = {name: "" if value is None else value for name, value in check.values.items()}
    todo = "" if check.state is State.GOOD else _todo(check.code)
    return Said(_title(check), _found(check, values), todo)


def state_words(state: State) -> str:
    """Return a state in a word."""
    return {State.GOOD: _("good"), State.LOOK: _("look"), State.ACT: _("act")}[state]


def _title(check: Check) -> str:
    titles = {
        "feed": _("Feed %(name)s") % {"name": check.subject} if check.subject else _("Feeds"),
        "close": _("Last close and publication"),
        "broker": _("Broker of messages"),
        "schedule": _("Schedule (beat)"),
        "queue": _("Job runs"),
        "outbox": _("Outbox"),
        "calendar": _("Calendar"),
        "disk": _("Disk of %(name)s") % {"name": _folders(check)},
        "evidence_head": _("Sealed head of the evidence"),
        "audit_head": _("Sealed head of the audit"),
        "seals": _("What proofs rest on"),
        "channel": _("Notices by %(name)s") % {"name": channels().get(check.subject, check.subject)},
    }
    return titles[check.code]


def _folders(check: Check) -> str:
    words = {
        "facts": _("facts"),
        "documents": _("documents"),
        "inbox": _("the inbox"),
        "anchors": _("sealed heads"),
        "temporary": _("temporary files"),
    }
    return _(", ").join(words[name] for name in check.values.get("folders", ()))


def channels() -> dict[str, str]:
    """Return the channels within a title."""
    return {"sms": _("text message"), "email": _("e-mail"), "wecom": _("WeCom")}


def _found(check: Check, values: dict[str, Any]) -> str:
    asked: dict[str, Callable[[dict[str, Any]], str]] = {
        "feed": _feed,
        "close": _close,
        "broker": _broker,
        "schedule": _schedule,
        "queue": _queue,
        "outbox": _queue,
        "calendar": _calendar,
        "disk": _disk,
        "evidence_head": _evidence,
        "audit_head": _audit,
        "seals": _seals,
        "channel": _channel,
    }
    return asked[check.code](values)


def _broker(values: dict[str, Any]) -> str:
    return _("It answers.") if values["answers"] else _("It does not answer; nothing is lost, all waits.")


def _schedule(values: dict[str, Any]) -> str:
    minutes = values["minutes"]
    if minutes == "":
        return _("Nothing that it sent has reached a worker yet.")
    if minutes < 2 * MINUTES_OF_AN_HOUR:
        return _("What it sent last reached a worker %(count)s minutes ago.") % {"count": minutes}
    return _("What it sent last reached a worker %(count)s hours ago.") % {"count": minutes // MINUTES_OF_AN_HOUR}


def _calendar(values: dict[str, Any]) -> str:
    return _("%(days_left)s days left, until %(last)s.") % values if values["last"] else _("It holds no days.")


def _disk(values: dict[str, Any]) -> str:
    told = {"free": f"{values['free_bytes'] / GIB:,.1f}", "share": f"{values['free_share']:.0%}"}
    return _("%(free)s GiB free, %(share)s of it.") % told


def _evidence(values: dict[str, Any]) -> str:
    told = {"day": values["day"] or _("never"), "count": values["unsealed"]}
    return _("Last sealed: %(day)s; %(count)s records wait.") % told


def _audit(values: dict[str, Any]) -> str:
    return _("Last sealed: %(day)s.") % {"day": values["day"] or _("never")}


def _seals(values: dict[str, Any]) -> str:
    if values["problem"]:
        return _("It can not be opened: %(problem)s") % values
    if values["missing"]:
        names = _(", ").join(str(SEALED[key]) for key in values["missing"])
        return _("Not agreed by two people, so nothing is sealed: %(names)s.") % {"names": names}
    return _("Agreed by two people.")


def _feed(values: dict[str, Any]) -> str:
    if not values["newest"]:
        return _("No holdings have been delivered yet.")
    if values["behind"] == "":
        return _("Holdings until %(newest)s; the calendar does not reach today.") % values
    if not values["behind"]:
        return _("Holdings until %(newest)s: nothing is overdue.") % values
    return _("Holdings until %(newest)s: %(behind)s trading days are overdue.") % values


def _close(values: dict[str, Any]) -> str:
    if not values["as_of"]:
        return _("Nothing is published yet.")
    told = {**values, "at": f"{localtime(values['published_at']):%Y-%m-%d %H:%M}"}
    text = _("%(as_of)s, version %(version)s, published %(at)s.") % told
    if values["newest"] and values["newest"] > values["as_of"]:
        return _both(text, _("Holdings of %(newest)s are not closed.") % told)
    return text


def _queue(values: dict[str, Any]) -> str:
    text = _("%(waiting)s waiting, %(running)s running, %(parked)s parked.") % values
    return text if values["oldest_minutes"] == "" else _both(text, _oldest(values["oldest_minutes"]))


def _channel(values: dict[str, Any]) -> str:
    ways = {"sends": _("Set up."), "file": _("Written to a file, not sent."), "off": _("Not set up.")}
    text = _both(ways[values["way"]], _("%(waiting)s waiting, %(given_up)s given up in a week.") % values)
    return text if values["oldest_minutes"] == "" else _both(text, _oldest(values["oldest_minutes"]))


def _both(one: str, other: str) -> str:
    """Return two sentences one after the other; only languages with spaces put one between them."""
    return _("%(one)s %(other)s") % {"one": one, "other": other}


def _oldest(minutes: int) -> str:
    if minutes < 2 * MINUTES_OF_AN_HOUR:
        return _("The oldest waits for %(count)s minutes.") % {"count": minutes}
    return _("The oldest waits for %(count)s hours.") % {"count": minutes // MINUTES_OF_AN_HOUR}


def _todo(code: str) -> str:
    return {
        "feed": _("Ask the sender for the missing days, and look into the inbox and at refused deliveries."),
        "close": _("Look whether the close failed or waits for a person among the job runs; close by command."),
        "broker": _("Start the broker again; the sweep sends what was lost."),
        "schedule": _("See that one beat runs, and that a worker is free to take what it sends each minute."),
        "queue": _("See that workers and beat run; look at parked runs and try them again."),
        "outbox": _("See that workers run; list parked receipts with the command outbox and release them."),
        "calendar": _("Import the coming days: one person proposes, another confirms."),
        "disk": _("Free or add room before the next delivery."),
        "evidence_head": _("Run the command seal_head, and see why the night did not."),
        "audit_head": _("Run the command seal_audit, and see why the night did not."),
        "seals": _("Compare the fingerprint with what was ordered; two administrators agree on it under Limits."),
        "channel": _(
            "See whether the provider answers and the address is set; what was given up is sent again by hand."
        ),
    }[code]

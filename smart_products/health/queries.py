"""Everything that is looked at, one check each: the only source of the page and of the command.

Owns what is looked at and in which order. Never writes, never reads the clock, never words a state.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.queries import ChannelQueue, channel_queues
from accounts.rules import Channel
from core import calendar
from core.messages import broker_answers
from core.queries import last_audit_head, last_schedule, open_work
from smart_products.health.rules import Check, State, from_limits, from_room, waiting
from smart_products.holdings.queries import newest_days, newest_delivery
from smart_products.signing.queries import unsealed_evidence
from smart_products.signing.seals.configured import fingerprints, not_agreed
from smart_products.signing.seals.keys import KeyProblem
from smart_products.signing.seals.trust import TrustError
from smart_products.statistics.queries import last_published

NO_QUEUE = ChannelQueue(0, None, 0)


def health(*, today: date, at: datetime) -> list[Check]:
    """Return how everything stands on a day at a moment, in the order in which a person should read it."""
    newest = newest_days()
    return [
        *_feeds(newest, today),
        _close(max(newest.values(), default=None), at),
        *_queues(at),
        _calendar(today),
        *_disks(),
        *_heads(today, at),
        *_seals(at),
        *_channels(at),
    ]


def _feeds(newest: Mapping[str, date], today: date) -> Iterator[Check]:
    look, act = settings.FEED_LOOK_DAYS, settings.FEED_ACT_DAYS
    if not newest:
        yield Check("feed", State.LOOK, values={"newest": None, "behind": None})
        return
    try:
        first, last = min(newest.values()) + timedelta(days=1), today - timedelta(days=1)
        due: list[date] | None = calendar.trading_days(first, last) if first <= last else []
    except calendar.CalendarGap:
        due = None
    for source, day in sorted(newest.items()):
        behind = None if due is None else sum(one > day for one in due)
        yield Check("feed", from_limits(behind, look, act), source, {"newest": day, "behind": behind})


def _close(newest: date | None, at: datetime) -> Check:
    found = last_published()
    values: dict[str, Any] = {"as_of": None, "version": None, "published_at": None, "newest": newest}
    if found is not None:
        values |= {"as_of": found.as_of, "version": found.version, "published_at": found.published_at}
    if newest is None or (found is not None and found.as_of >= newest):
        return Check("close", State.GOOD, values=values)
    minutes = _minutes(newest_delivery(), at)
    return Check("close", State.ACT if (minutes or 0) >= settings.CLOSE_ACT_MINUTES else State.LOOK, values=values)


def _queues(at: datetime) -> Iterator[Check]:
    look, act = settings.QUEUE_LOOK_MINUTES, settings.QUEUE_ACT_MINUTES
    answers = broker_answers()
    yield Check("broker", State.GOOD if answers else State.ACT, values={"answers": answers})
    sent = _minutes(last_schedule(), at)
    yield Check("schedule", from_limits(sent, look, act), values={"minutes": sent})
    for code, work in open_work().items():
        oldest = _minutes(work.oldest, at)
        values = {"waiting": work.waiting, "running": work.running, "parked": work.parked, "oldest_minutes": oldest}
        yield Check(code, waiting(oldest, work.parked, look, act), values=values)


def _calendar(today: date) -> Check:
    left, ends = calendar.days_left(today), calendar.reach()
    state = from_limits(-left, -settings.CALENDAR_LOOK_DAYS + 1, -calendar.ALARM_DAYS + 1)
    return Check("calendar", state, values={"days_left": left, "last": ends[1] if ends else None})


def _disks() -> Iterator[Check]:
    folders = {
        "facts": settings.FACTS_DIR,
        "documents": settings.DOCUMENTS_DIR,
        "inbox": settings.INBOX_DIR,
        "anchors": settings.ANCHOR_DIR,
        "temporary": settings.DUCKDB_TEMP_DIR,
    }
    disks: dict[int, list[str]] = {}
    for name, folder in folders.items():
        disks.setdefault(_there(folder).stat().st_dev, []).append(name)
    for names in disks.values():
        usage = shutil.disk_usage(_there(folders[names[0]]))
        share = usage.free / usage.total
        state = from_room(share, settings.DISK_LOOK_SHARE, settings.DISK_ACT_SHARE)
        yield Check(
            "disk", state, names[0], {"folders": names, "free_bytes": usage.free, "free_share": round(share, 4)}
        )


def _there(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists: there it will be made."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def _heads(today: date, at: datetime) -> Iterator[Check]:
    day_ago, days_ago = 26 * 60, 74 * 60
    evidence = unsealed_evidence()
    oldest = _minutes(evidence.oldest, at)
    state = State.GOOD if oldest is None else from_limits(oldest, day_ago, days_ago)
    yield Check("evidence_head", state, values={"day": evidence.sealed, "unsealed": evidence.waiting})
    head = last_audit_head()
    behind = None if head is None else (today - head).days
    yield Check("audit_head", from_limits(behind, 2, 4), values={"day": head})


def _seals(at: datetime) -> Iterator[Check]:
    """Tell whether two people agreed on what proofs rest on; nothing where the stand-in of the machine seals."""
    try:
        missing, running = not_agreed(at), bool(fingerprints(at))
    except (KeyProblem, TrustError, OSError) as problem:
        yield Check("seals", State.ACT, values={"missing": [], "problem": str(problem)})
        return
    if running:
        yield Check("seals", State.ACT if missing else State.GOOD, values={"missing": missing, "problem": ""})


def _channels(at: datetime) -> Iterator[Check]:
    look, act = settings.QUEUE_LOOK_MINUTES, settings.QUEUE_ACT_MINUTES
    ways = {
        Channel.SMS: settings.SMS_URL,
        Channel.EMAIL: settings.SMTP_URL,
        Channel.WECOM: settings.WECOM_CORPORATION,
    }
    queues = channel_queues(since=at - timedelta(days=7))
    for channel, address in ways.items():
        queue = queues.get(channel, NO_QUEUE)
        way = "sends" if address else "file" if channel in settings.CONSOLE_CHANNELS else "off"
        oldest = _minutes(queue.oldest, at)
        state = State.GOOD if oldest is None else from_limits(oldest, look, act)
        if queue.given_up and state is State.GOOD:
            state = State.LOOK
        values = {"way": way, "waiting": queue.waiting, "given_up": queue.given_up, "oldest_minutes": oldest}
        yield Check("channel", state, channel.value, values)


def _minutes(then: datetime | None, at: datetime) -> int | None:
    return None if then is None else max(0, int((at - then).total_seconds() // 60))

"""What beat sends, and when: the whole schedule on one screen.

Each entry names a task of `tasks.jobs` or `tasks.outbox` and carries no data but a job's name: a task finds its own
work in the database, so that two beats or a message sent twice do nothing twice. Times are Shanghai's.
"""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

EVERY_MINUTE = 60.0
UNSENT = {"expires": 50}
"""A look that nobody took before the next one is due is dropped."""

SCHEDULE: dict[str, dict[str, Any]] = {
    "note_schedule": {"task": "tasks.note_schedule", "schedule": EVERY_MINUTE, "options": UNSENT},
    "inbox": {"task": "tasks.watch_inbox", "schedule": EVERY_MINUTE, "options": UNSENT},
    "sweep": {"task": "tasks.sweep", "schedule": EVERY_MINUTE, "options": UNSENT},
    # Both follow a message after commit; these find what a lost one was about.
    "outbox": {"task": "tasks.outbox.dispatch", "schedule": EVERY_MINUTE, "options": UNSENT},
    "notices": {"task": "tasks.notices.send", "schedule": EVERY_MINUTE, "options": UNSENT},
    "webhooks": {"task": "tasks.webhooks.push", "schedule": EVERY_MINUTE, "options": UNSENT},
    "reports_send": {"task": "tasks.reports.send", "schedule": EVERY_MINUTE, "options": UNSENT},
    "link_audit": {"task": "tasks.link_audit", "schedule": 5 * EVERY_MINUTE, "options": {"expires": 280}},
    # What a new day brings to contracts, before the close counts it.
    "contracts": {
        "task": "tasks.nightly",
        "schedule": crontab(hour=0, minute=10),
        "kwargs": {"job": "tasks.contracts"},
    },
    # After what the day itself brings: who ended or was suspended by it is not moved.
    "move_terms": {
        "task": "tasks.nightly",
        "schedule": crontab(hour=0, minute=40),
        "kwargs": {"job": "tasks.move_terms"},
    },
    # The close follows each delivery; this one takes what was signed or ended here since.
    "close": {
        "task": "tasks.nightly",
        "schedule": crontab(hour=1, minute=30),
        "kwargs": {"job": "tasks.close"},
    },
    "serve": {
        "task": "tasks.nightly",
        "schedule": crontab(hour=3, minute=0),
        "kwargs": {"job": "tasks.serve"},
    },
    # Cohorts of a month end stand with its close; this one takes what was recorded late.
    "retention": {
        "task": "tasks.nightly",
        "schedule": crontab(hour=3, minute=30),
        "kwargs": {"job": "tasks.publish_retention"},
    },
    # Reports follow the close and its cohorts; this one finds a week or month that ended without a new close.
    "reports": {
        "task": "tasks.nightly",
        "schedule": crontab(hour=6, minute=30),
        "kwargs": {"job": "tasks.reports"},
    },
    "collect": {
        "task": "tasks.nightly",
        "schedule": crontab(hour=4, minute=0),
        "kwargs": {"job": "tasks.collect_facts"},
    },
    "settlement": {
        "task": "tasks.nightly",
        "schedule": crontab(hour=4, minute=30),
        "kwargs": {"job": "tasks.settlement"},
    },
    "calendar": {
        "task": "tasks.nightly",
        "schedule": crontab(hour=8, minute=0),
        "kwargs": {"job": "tasks.check_calendar"},
    },
    # Before the day ends in Shanghai: a head covers what was signed until then, the next one the rest.
    "seal_head": {
        "task": "tasks.nightly",
        "schedule": crontab(hour=23, minute=50),
        "kwargs": {"job": "tasks.seal_head"},
    },
    "seal_audit": {
        "task": "tasks.nightly",
        "schedule": crontab(hour=23, minute=55),
        "kwargs": {"job": "tasks.seal_audit"},
    },
    "report_storage": {
        "task": "tasks.nightly",
        "schedule": crontab(hour=5, minute=0, day_of_month=1),
        "kwargs": {"job": "tasks.report_storage"},
    },
    "restamp": {
        "task": "tasks.nightly",
        "schedule": crontab(hour=4, minute=30),
        "kwargs": {"job": "tasks.restamp"},
    },
}

"""Messages to the workers: a task asked for by its name, when what it is about is committed.

Owns the sending. A message is a hint and carries ids alone: the rows are the truth, and a sweep finds what a lost
message was about. Never imports a task and never runs one.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def send_after_commit(task: str, **arguments: Any) -> None:
    """Send a message to a task when the present transaction is committed; nothing is sent when it is not."""
    transaction.on_commit(partial(_send, task, arguments))


def _send(task: str, arguments: dict[str, Any]) -> None:
    """Send it; a broker that is away is no failure, since a sweep sends again."""
    try:
        current_app.send_task(task, kwargs=arguments, retry=False)
    except (OperationalError, OSError):
        log.warning("the message to %s %s was not sent; the sweep will see to it", task, arguments, exc_info=True)


def broker_answers() -> bool:
    """Tell whether the broker of messages can be reached now."""
    try:
        with current_app.connection_for_write(connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0)
    except (OperationalError, OSError):
        return False
    return True

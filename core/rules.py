"""What the law says of storing: logs at least six months, contracts and records at least twenty years.

Pure. The database refuses a shorter period as well; which kinds of records there are is data.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

LOG_MONTHS = 6
"""Cybersecurity Law, article 21: network logs."""
RECORD_MONTHS = 240
"""Measures on securities brokers' suitability and account records: twenty years."""


class Nature(models.TextChoices):
    """What a kind of records is to the law."""

    LOG = "log", _("log")
    RECORD = "record", _("record")


LEAST = {Nature.LOG: LOG_MONTHS, Nature.RECORD: RECORD_MONTHS}

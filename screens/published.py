"""When figures were published and by whom, in words. Pure."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from screens import formats

PARTS = {"close": gettext_lazy("the close"), "backfill": gettext_lazy("the close of past days")}
"""Parts of the system that publish."""


def published(at: datetime, by: str) -> str:
    """Return the moment, and who or what published where that was kept."""
    if not by:
        return formats.moment(at)
    return _("%(at)s by %(who)s") % {"at": formats.moment(at), "who": PARTS.get(by, by)}

"""The words for acquisition channels.

A channel is the feed's own string; common ones have words in both languages, any other stands as it came.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import pgettext


def names(codes: Iterable[str]) -> dict[str, str]:
    """Return the name of each channel by its code, in the order given."""
    words = {
        "branch": pgettext("channel", "Outlet"),
        "online": pgettext("channel", "Online"),
        "bank": pgettext("channel", "Bank"),
        "referral": pgettext("channel", "Referral"),
        "partner": pgettext("channel", "Partner"),
    }
    return {code: words.get(code, code) for code in codes}

"""The words for asset tiers, made from their limits.

The limits belong to statistics; here is only how a reader sees them.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from screens import formats
from smart_products.statistics.tiers import Tier


def _bound(fen: int, language: str | None) -> str:
    """Return a limit in round words: `3 万` or `30,000`."""
    if formats.is_chinese(language) and fen % 10**6 == 0:
        return f"{formats.heads(fen // 10**6)} 万"
    return formats.heads(fen // 100)


def names(tiers: Sequence[Tier], language: str | None) -> dict[str, str]:
    """Return the name of each tier by its code, lowest first."""
    found = {}
    for place, tier in enumerate(tiers):
        above = tiers[place + 1].lower_bound if place + 1 < len(tiers) else None
        words = {
            "low": "" if tier.lower_bound is None else _bound(tier.lower_bound, language),
            "high": "" if above is None else _bound(above, language),
        }
        if tier.lower_bound is None:
            text = _("below %(high)s")
        elif above is None:
            text = _("%(low)s and above")
        else:
            text = _("%(low)s to %(high)s")
        found[tier.code] = text % words
    return found

"""What a reader must know about the data behind a page: shown as usual, and said beside it.

Each note says what is, how much of it, and what will become of it. Never hides a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.filters import Filters
from backoffice.pages.frame import Frame
from screens import formats
from smart_products.statistics.figures import MatrixRow
from smart_products.statistics.queries import PublicationView


@dataclass(frozen=True, slots=True)
class Note:
    """A note: `notice` for what is worth knowing, `fault` for what makes figures wrong."""

    kind: str
    strong: str
    text: str = ""
    link: str = ""
    address: str = ""


def notes(
    frame: Frame,
    row: MatrixRow,
    shown: PublicationView,
    versions: Sequence[PublicationView],
    warnings: Sequence[str],
    filters: Filters,
) -> list[Note]:
    """Return the notes of a page, the gravest first."""
    found = [Note("fault", str(warning)) for warning in warnings]
    found.extend(about_version(shown, versions, filters))
    if frame.opening:
        strong = _("%(day)s is the first day with facts: an opening balance without terms.")
        found.append(Note("notice", strong % {"day": frame.as_of.isoformat()}))
    found.extend(_about_values(frame, row))
    return found


def about_version(shown: PublicationView, versions: Sequence[PublicationView], filters: Filters) -> list[Note]:
    """Return the note of a page about a version that is not the current one."""
    current = next((one for one in versions if one.current), shown)
    if shown.current:
        return []
    strong = _("This is version %(number)s as it was reported then.") % {"number": shown.version}
    text = _("Version %(number)s is the current one.") % {"number": current.version}
    return [Note("notice", strong, text, _("Open the current version"), filters.address(version=None))]


def _about_values(frame: Frame, row: MatrixRow) -> list[Note]:
    assets, found = row.assets, []
    if assets.carried_accounts:
        strong = ngettext(
            "On %(day)s %(count)s account stands at its last value",
            "On %(day)s %(count)s accounts stand at their last value",
            assets.carried_accounts,
        )
        words = {
            "day": frame.as_of.isoformat(),
            "count": formats.heads(assets.carried_accounts),
            "amount": str(frame.sized(assets.carried_value)),
        }
        text = _("%(amount)s in all. A late file publishes a new version.") % words
        if assets.now > 0:
            share = formats.rate(assets.carried_value / assets.now, digits=2)
            told = _("%(amount)s in all, %(share)s of signed assets. A late file publishes a new version.")
            text = told % {**words, "share": share}
        found.append(Note("notice", strong % words, text))
    if assets.unvalued_accounts:
        strong = ngettext(
            "%(count)s account lacked a value at one end of a day",
            "%(count)s accounts lacked a value at one end of a day",
            assets.unvalued_accounts,
        )
        count = {"count": formats.heads(assets.unvalued_accounts)}
        found.append(Note("notice", strong % count, _("Their change stands in net inflow, not in the market.")))
    return found

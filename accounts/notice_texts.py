"""The words of notices in the reader's language: a title and a sentence a kind, from what the event said.

Pure: gettext and the parameters of a notice. Never looks anything up, and never says more than happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.rules import NoticeKind

_K = NoticeKind

TEXTS: Mapping[str, tuple[Any, Any]] = {
    _K.SIGNED: (_("Signed: %(product)s"), _("You signed %(product)s on %(on)s. Agreement number: %(contract)s.")),
    _K.WITHDRAWN: (
        _("Withdrawn: %(product)s"),
        _("You withdrew from %(product)s on %(on)s, within the cooling-off period. Fees charged are refunded in full."),
    ),
    _K.PAUSED: (_("Paused: %(product)s"), _("%(product)s is paused from %(on)s until %(until)s.")),
    _K.RESUMED: (_("Running again: %(product)s"), _("%(product)s runs again from %(on)s.")),
    _K.SUSPENDED: (
        _("Suspended: %(product)s"),
        _("%(product)s is suspended from %(on)s. Please look at the reason and confirm again."),
    ),
    _K.RELEASED: (_("Running again: %(product)s"), _("%(product)s is no longer suspended and runs again from %(on)s.")),
    _K.REMATCHED: (
        _("Please confirm: %(product)s"),
        _("Your risk class or the grade of %(product)s has changed. Please look at the result and confirm."),
    ),
    _K.RENEWED: (_("Renewed: %(product)s"), _("%(product)s is renewed; the new term lasts until %(last_day)s.")),
    _K.EXPIRING: (_("About to end: %(product)s"), _("The agreed term of %(product)s ends on %(last_day)s.")),
    _K.EXPIRED: (_("Ended: %(product)s"), _("The agreed term of %(product)s has ended.")),
    _K.TERMINATED: (
        _("Ended: %(product)s"),
        _("%(product)s ended on %(on)s. Fees charged for later days are refunded."),
    ),
    _K.COOLING_OFF_ENDED: (
        _("Cooling-off period over: %(product)s"),
        _("The cooling-off period of %(product)s is over. You can still leave at any time."),
    ),
    _K.TERMS_TOLD: (
        _("New terms: %(product)s"),
        _(
            "New terms of %(product)s apply to your contract %(contract)s from %(until)s. Until then, as at any time,"
            " you can leave without cost; fees for later days are given back."
        ),
    ),
    _K.TERMS_TO_SIGN: (
        _("Please sign the new terms: %(product)s"),
        _(
            "There are new terms of %(product)s. Your contract %(contract)s goes on unchanged until you sign them."
            " Please decide before %(until)s."
        ),
    ),
    _K.TERMS_MOVED: (
        _("New terms apply: %(product)s"),
        _("Since %(on)s the new terms of %(product)s apply to your contract %(contract)s, as you were told."),
    ),
    _K.TERMS_KEPT: (
        _("Nothing changes: %(product)s"),
        _("The new terms of %(product)s do not apply to your contract %(contract)s. The old ones stay."),
    ),
    _K.CODE: (
        _("Verification code"),
        _("Your verification code is %(code)s, valid for %(minutes)s minutes. Give it to nobody, not even to staff."),
    ),
}
DAYS = ("on", "until", "last_day")


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice in words."""

    title: str
    body: str


def text_of(kind: str, params: Mapping[str, Any], **more: str) -> NoticeText:
    """Return a notice in the language that is active; what it does not say is left blank."""
    title, body = TEXTS[kind]
    said = _Said({**params, **more, "product": _product(params)})
    for name in DAYS:
        if said.get(name):
            said[name] = date_format(date.fromisoformat(str(said[name])), "DATE_FORMAT")
    return NoticeText(str(title) % said, str(body) % said)


class _Said(dict[str, Any]):
    """Parameters, of which a missing one is blank."""

    def __missing__(self, key: str) -> str:
        return ""


def _product(params: Mapping[str, Any]) -> str:
    """Return the product's name in the active language, else in Chinese, else its code."""
    names = params.get("names", {})
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return str(names.get(language) or names.get("zh") or params.get("product", ""))

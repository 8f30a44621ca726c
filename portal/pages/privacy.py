"""What each consent means, in words: what it is for, what ends when it is withdrawn, what stays stored.

Pure words.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.queries import ConsentView
from accounts.rules import Purpose
from screens import formats


@dataclass(frozen=True, slots=True)
class ConsentWords:
    """One consent as the privacy centre shows it."""

    purpose: str
    title: str
    means: str
    withdrawing: str
    stands: bool
    state: str


def words(consents: list[ConsentView]) -> tuple[ConsentWords, ...]:
    """Return every purpose in words, with how the client stands to it."""
    meanings = {
        Purpose.FINANCIAL_ACCOUNTS: (
            _("Values and flows of your accounts are read to show you your signed assets and what the market did."),
            _("At once they are shown and used no more: home and mine have no amounts."),
        ),
        Purpose.ESIGN: (
            _("Agreements are signed on this site with your login and a one-time code, instead of on paper."),
            _("You can sign nothing new here. What you have signed stays valid and can be ended as before."),
        ),
        Purpose.AUTOMATED_DECISIONS: (
            _("A program compares your risk class with a product's risk level and says whether it fits, and why."),
            _("No program decides for you any more: nothing new can be signed here, your outlet looks at it with you."),
        ),
        Purpose.MARKETING: (
            _("Offers are chosen by what you hold and have signed."),
            _("You get no personal offers. Notices about your own agreements go on."),
        ),
    }
    return tuple(
        ConsentWords(one.purpose.value, str(one.purpose.label), *meanings[one.purpose], one.stands, _state(one))
        for one in sorted(consents, key=lambda one: list(meanings).index(one.purpose))
    )


def _state(one: ConsentView) -> str:
    if one.given_at is None:
        return _("Never given")
    if one.withdrawn_at is None:
        return _("Given on %(moment)s") % {"moment": formats.moment(one.given_at)}
    return _("Given on %(given)s, withdrawn on %(moment)s") % {
        "given": formats.moment(one.given_at),
        "moment": formats.moment(one.withdrawn_at),
    }

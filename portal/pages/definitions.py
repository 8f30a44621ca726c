"""How the figures of the portal are computed, in plain words.

Pure words; docs/metrics.md is the law they retell.
"""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> tuple[tuple[str, str], ...]:
    """Return each figure with its explanation, in the order of the page."""
    return (
        (
            _("Signed assets"),
            _(
                "All net assets, after debt, of the accounts over which you have signed a product, at the day's close. "
                "An account counts once, however many products stand over it."
            ),
        ),
        (
            _("From me"),
            _(
                "What the accounts were worth when you signed, and what you have paid in and out since, cash and "
                "securities. What you ended no longer counts."
            ),
        ),
        (
            _("From the market"),
            _(
                "The rest of every day's change, to the fen: prices, dividends and interest, less fees and taxes. "
                "From me and from the market add up to the signed assets exactly."
            ),
        ),
        (
            _("Time-weighted"),
            _(
                "The return of each day, linked. When and how much you paid in does not move it: it tells how what you "
                "held did. A day without assets is left out."
            ),
        ),
        (
            _("Modified Dietz"),
            _(
                "The market's amount over what was at work on average, each payment weighted by the days it was there. "
                "It tells how your money did; the two differ when you paid in at good or bad moments."
            ),
        ),
        (
            _("Dates"),
            _("Figures stand for closes of trading days. What is signed today counts from today, with the next close."),
        ),
    )

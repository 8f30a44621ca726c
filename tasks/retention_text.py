"""Retention as tables for a terminal: shares in per cent, a dash for what can not be observed yet.

Owns the columns of the tables. Never computes a figure.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smart_products.statistics.retention import Cohort, NDay, Retention, pooled
from tasks.matrix_text import DASH, share
from tasks.tables import table

SHOWN_DAYS = (30, 61, 91, 183, 365, 730)
"""Days at which a terminal shows a curve: about 1, 2, 3, 6, 12 and 24 months."""
SHOWN_COHORTS, SHOWN_MONTHS = 12, 12


def lines(found: Retention) -> list[str]:
    """Return the retention of one slice as lines of text: first signings, N days, cohorts, survival."""
    first = found.first_sign
    low, high = first.interval or (None, None)
    words = {
        "day": found.as_of,
        "node": found.node,
        "from": first.since,
        "to": first.until,
        "clients": f"{first.clients:,}",
        "retained": f"{first.retained:,}",
        "rate": share(first.rate),
        "low": share(low),
        "high": share(high),
        "days": DASH if first.mean_days is None else f"{first.mean_days:.0f}",
    }
    return [
        _("Retention of %(node)s as of %(day)s") % words,
        _(
            "First signings %(from)s to %(to)s: %(retained)s of %(clients)s retained, %(rate)s (%(low)s to %(high)s), "
            "%(days)s days after signing on average"
        )
        % words,
        "",
        *_n_day_table(found.n_day),
        "",
        *_cohort_table(found.cohorts),
        "",
        *_survival_table(found),
    ]


def _n_day_table(found: Sequence[NDay]) -> list[str]:
    head = [
        pgettext("retention table", "Days since first signing"),
        pgettext("retention table", "observable"),
        pgettext("retention table", "retained"),
        pgettext("retention table", "share"),
        pgettext("retention table", "then or later"),
    ]
    rows = [
        [str(each.days), f"{each.observable:,}", f"{each.retained:,}", share(each.rate), share(each.unbounded_rate)]
        for each in found
    ]
    return table(head, rows)


def _cohort_table(found: Sequence[Cohort]) -> list[str]:
    """Return the newest cohorts and all together, month by month."""
    newest = found[-SHOWN_COHORTS:]
    months = range(min(SHOWN_MONTHS, max((len(each.cells) for each in newest), default=0)))
    head = [
        pgettext("retention table", "Month of first signing"),
        pgettext("retention table", "clients"),
        *(f"+{month}" for month in months),
    ]
    rows = [
        [f"{each.month:%Y-%m}", f"{each.clients:,}", *(share(each.rate(month)) for month in months)] for each in newest
    ]
    every = {each.months: each for each in pooled(tuple(found))}
    total = [share(every[month].rate if month in every else None) for month in months]
    clients = f"{sum(each.clients for each in found):,}"
    return table(head, [*rows, [pgettext("retention table", "all cohorts"), clients, *total]])


def _survival_table(found: Retention) -> list[str]:
    curve, other = found.survival, found.against
    words = {"spells": f"{curve.spells:,}", "ends": f"{curve.ends:,}", "median": curve.median_days or DASH}
    head = [
        pgettext("retention table", "Days"),
        pgettext("retention table", "at risk"),
        pgettext("retention table", "still in force"),
        *([pgettext("retention table", "against")] if other else []),
    ]
    rows = [
        [str(day), f"{curve.at_risk(day):,}", share(curve.at(day)), *([share(other.at(day))] if other else [])]
        for day in SHOWN_DAYS
    ]
    test = found.logrank
    told = [_("Log-rank: chi-square %(chi2).2f, p = %(p).4f") % {"chi2": test.chi2, "p": test.p}] if test else []
    return [
        _("Survival of %(spells)s spells, %(ends)s ended; median %(median)s days") % words,
        *table(head, rows),
        *told,
    ]


def slice_lines(found: Sequence[Retention], by: str) -> list[str]:
    """Return one row a slice: first signings, and what is left after 180 and 365 days."""
    head = [
        pgettext("retention table", "Slice"),
        pgettext("retention table", "first signings"),
        pgettext("retention table", "retained"),
        pgettext("retention table", "share"),
        pgettext("retention table", "180 days"),
        pgettext("retention table", "365 days"),
        pgettext("retention table", "median days"),
    ]
    rows = []
    for each in found:
        seen = {day.days: day for day in each.n_day}
        rows.append(
            [
                {"tier": each.tier, "channel": each.channel}.get(by) or each.unit or "",
                f"{each.first_sign.clients:,}",
                f"{each.first_sign.retained:,}",
                share(each.first_sign.rate),
                share(seen[180].rate),
                share(seen[365].rate),
                str(each.survival.median_days or DASH),
            ]
        )
    return table(head, rows)

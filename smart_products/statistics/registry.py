"""The registry of metrics: every figure that is published, with its one definition.

Owns name, title, definition, unit and grain of each figure; pages, commands and reports take them from here
(docs/metrics.md gives the full text). Never computes anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class MetricUnit(StrEnum):
    """What a figure counts."""

    CLIENTS = "clients"
    ACCOUNTS = "accounts"
    FEN = "fen"
    SHARE = "share"
    DAYS = "days"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure: its snake-case name, title, definition, unit, and the columns of a cell that it needs.

    One that needs none is read from the members of its days.
    """

    name: str
    title: _StrPromise
    definition: _StrPromise
    unit: MetricUnit
    needs: tuple[str, ...]


def _metric(
    name: str, unit: MetricUnit, title: _StrPromise, definition: _StrPromise, *needs: str
) -> tuple[str, Metric]:
    return name, Metric(name, title, definition, unit, needs)


REGISTRY: dict[str, Metric] = dict(
    (
        _metric(
            "retained_clients",
            MetricUnit.CLIENTS,
            _("Retained signed clients"),
            _("Clients with at least one subscription in force on the day; each person counts once."),
            "retained",
        ),
        _metric(
            "funded_clients",
            MetricUnit.CLIENTS,
            _("Funded clients"),
            _("Retained clients whose accounts in scope are worth more than 0 together."),
            "funded",
        ),
        _metric(
            "first_time_clients",
            MetricUnit.CLIENTS,
            _("First signings"),
            _("Clients whose first subscription ever starts in the period; over a period events are counted."),
            "first_time",
        ),
        _metric(
            "reactivated_clients",
            MetricUnit.CLIENTS,
            _("Reactivated clients"),
            _("Clients in force today who were not the day before and had signed earlier."),
            "reactivated",
        ),
        _metric(
            "lapsed_clients",
            MetricUnit.CLIENTS,
            _("Lapsed clients"),
            _("Clients in force the day before, or signing for the first time today, who are not in force today."),
            "lapsed",
        ),
        _metric(
            "clients_on_books",
            MetricUnit.CLIENTS,
            _("Clients on the books"),
            _("Clients with an open account, signed or not."),
            "on_books",
        ),
        _metric(
            "penetration",
            MetricUnit.SHARE,
            _("Penetration"),
            _("Retained signed clients over clients on the books."),
            "retained",
            "on_books",
        ),
        _metric(
            "products_per_client",
            MetricUnit.NUMBER,
            _("Products per client"),
            _("Pairs of client and product in force over retained clients."),
            "retained",
        ),
        _metric(
            "gross_clients",
            MetricUnit.CLIENTS,
            _("Clients, summed over products"),
            _("Clients of each product of the node, added: pairs of client and product in force."),
        ),
        _metric(
            "overlap_clients",
            MetricUnit.CLIENTS,
            _("Clients counted more than once"),
            _("Clients summed over products, less the retained clients of the node."),
        ),
        _metric(
            "elsewhere_clients",
            MetricUnit.CLIENTS,
            _("Clients in other products too"),
            _("Retained clients of the node who are in a product outside it as well; each person counts once."),
        ),
        _metric(
            "shared_clients",
            MetricUnit.CLIENTS,
            _("Shared clients"),
            _("Clients retained in both of two products."),
        ),
        _metric(
            "transitions",
            MetricUnit.CLIENTS,
            _("Transitions"),
            _(
                "Clients in one product and not in the other at the start of a period, and the other way "
                "round at its end. One client may stand in several transitions."
            ),
        ),
        _metric(
            "switched_clients",
            MetricUnit.CLIENTS,
            _("Clients who changed products"),
            _("Clients who stand in at least one transition of the period; each person counts once."),
        ),
        _metric(
            "stayed",
            MetricUnit.CLIENTS,
            _("Stayed"),
            _("Clients in the node at the start of the period and at its end."),
        ),
        _metric(
            "left_clients",
            MetricUnit.CLIENTS,
            _("Clients who left"),
            _("Clients in the node at the start of the period who are not in it at its end."),
        ),
        _metric(
            "switched_out",
            MetricUnit.CLIENTS,
            _("Switched to others"),
            _(
                "Clients who left the node and at the end are in a product that they were not in at the "
                "start; each counts once."
            ),
        ),
        _metric(
            "kept_others",
            MetricUnit.CLIENTS,
            _("Kept others"),
            _("Clients who left the node and at the end are only in products that they were in at the start as well."),
        ),
        _metric(
            "outside",
            MetricUnit.CLIENTS,
            _("In no product"),
            _("Clients of the node at the start who are in no product at the end."),
        ),
        _metric(
            "came_clients",
            MetricUnit.CLIENTS,
            _("Clients who came"),
            _("Clients in the node at the end of the period who were not in it at its start."),
        ),
        _metric(
            "switched_in",
            MetricUnit.CLIENTS,
            _("Switched from others"),
            _("Clients new in the node who have left another product since the start; each counts once."),
        ),
        _metric(
            "added",
            MetricUnit.CLIENTS,
            _("Added"),
            _("Clients new in the node who are still in every product that they were in at the start."),
        ),
        _metric(
            "from_outside",
            MetricUnit.CLIENTS,
            _("From outside"),
            _("Clients in the node at the end who were in no product at the start."),
        ),
        _metric(
            "signed_assets",
            MetricUnit.FEN,
            _("Signed assets"),
            _(
                "Net value, after debt, at the close of the day of all accounts with at least one subscription "
                "in force. An account with several products counts once."
            ),
            "assets",
        ),
        _metric(
            "entered",
            MetricUnit.FEN,
            _("Entered"),
            _("Value at the close before of accounts that came into scope: new, returned or expanding clients."),
            "entered_new_client",
            "entered_returned_client",
            "entered_expanded",
        ),
        _metric(
            "left",
            MetricUnit.FEN,
            _("Left"),
            _("Value at the close before of accounts that fell out of scope, by the reason of the last end."),
            "left_terminated",
        ),
        _metric(
            "flow",
            MetricUnit.FEN,
            _("Net inflow"),
            _("Cash and securities in minus out of accounts in scope since the close before."),
            "flow",
        ),
        _metric(
            "market",
            MetricUnit.FEN,
            _("Market"),
            _("Change of value of accounts in scope that no flow explains: prices, dividends, interest, fees, taxes."),
            "market",
        ),
        _metric(
            "moved",
            MetricUnit.FEN,
            _("Moved"),
            _("Value of accounts whose client changed outlet, tier or channel: in minus out."),
            "moved",
        ),
        _metric(
            "growth",
            MetricUnit.SHARE,
            _("Growth of signed assets"),
            _(
                "Signed assets at the end over those at the start, minus one. "
                "Year on year compares with the last fact day on or before the same calendar day a year earlier."
            ),
            "assets",
        ),
        _metric(
            "twr",
            MetricUnit.SHARE,
            _("Time-weighted return"),
            _("Daily market over assets without the day's market, linked geometrically over the period."),
            "growth_log",
            "linked_days",
        ),
        _metric(
            "modified_dietz",
            MetricUnit.SHARE,
            _("Modified Dietz return"),
            _("Market over assets at the start plus the other terms weighted by the time they were there."),
            "dated_terms",
        ),
        _metric(
            "market_neutral_growth",
            MetricUnit.SHARE,
            _("Market-neutral growth"),
            _("Growth with the time-weighted return taken out; empty where a day of it could not be measured."),
            "growth_log",
        ),
        _metric(
            "first_sign_retention",
            MetricUnit.SHARE,
            _("First-sign retention"),
            _(
                "Of the clients who signed for the first time in the six months up to the day, "
                "the share in force on it."
            ),
            "first_clients",
            "first_retained",
        ),
        _metric(
            "retention_180",
            MetricUnit.SHARE,
            _("180-day retention"),
            _(
                "Of the clients whose first signing lies at least 180 days back, "
                "the share in force on the 180th day after."
            ),
            "observable_180",
            "retained_180",
        ),
        _metric(
            "cohort_retention",
            MetricUnit.SHARE,
            _("Cohort retention"),
            _(
                "Of the clients whose first signing falls into a month, the share retained at the last trading day "
                "of a later month. A month end that has not come yet is empty."
            ),
        ),
        _metric(
            "value_retention",
            MetricUnit.SHARE,
            _("Value retention"),
            _("Signed assets of a cohort at a later month end over those at its own."),
        ),
        _metric(
            "market_neutral_value_retention",
            MetricUnit.SHARE,
            _("Market-neutral value retention"),
            _("Value retention with the time-weighted return of the cohort's signed assets taken out."),
        ),
        _metric(
            "n_day_retention",
            MetricUnit.SHARE,
            _("N-day retention"),
            _(
                "Of the first-time clients whose N-th day has come, on each client's own clock of calendar days, "
                "the share in force on that day. Others are in no denominator."
            ),
        ),
        _metric(
            "unbounded_retention",
            MetricUnit.SHARE,
            _("Unbounded retention"),
            _("As N-day retention, but in force on that day or on any later one up to the as-of day."),
        ),
        _metric(
            "tenure_survival",
            MetricUnit.SHARE,
            _("Survival of signings"),
            _(
                "Kaplan-Meier estimate of the share of spells that last longer than a number of calendar days. A spell "
                "is a client's unbroken stretch; what is still in force is counted as seen up to the as-of day. "
                "Bands are Greenwood's on the log-log scale, 95%."
            ),
        ),
        _metric(
            "median_tenure",
            MetricUnit.DAYS,
            _("Median tenure"),
            _("The first day after which at most half of the spells are in force; none where the curve stays above."),
        ),
        _metric(
            "log_rank",
            MetricUnit.NUMBER,
            _("Log-rank test"),
            _("Whether two survival curves differ over their whole length: chi-square with one degree of freedom."),
        ),
    )
)

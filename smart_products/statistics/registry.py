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
    """A figure: its snake-case name, title, definition, unit, and the columns of a cell that it needs."""

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
    )
)

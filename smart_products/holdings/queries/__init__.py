"""Reads of holdings: the facts of each day, what was delivered, and how it was judged."""

from __future__ import annotations

from smart_products.holdings.queries.deliveries import (
    DeliveryList,
    DeliveryPage,
    DeliveryView,
    FileView,
    Total,
    UnknownDelivery,
    deliveries,
    deliveries_judged,
    delivery,
    delivery_from,
    delivery_row,
    quarantine,
    view_of,
)
from smart_products.holdings.queries.facts import (
    DayFactsView,
    FactsOfDay,
    facts_by_day,
    facts_views,
    files_in_use,
    inputs_digest,
    known_from,
    newest_days,
    newest_delivery,
    newest_fact_day,
    sources,
)
from smart_products.holdings.queries.folders import delivery_folders, folders_inside
from smart_products.holdings.queries.history import AccountHistory, account_histories, served_days
from smart_products.holdings.queries.warnings import (
    WarningState,
    WarningView,
    delivery_of,
    rules_found,
    warning_view,
    warnings_found,
)
from smart_products.holdings.reading.faults import Refusal

__all__ = [
    "AccountHistory",
    "DayFactsView",
    "DeliveryList",
    "DeliveryPage",
    "DeliveryView",
    "FactsOfDay",
    "FileView",
    "Refusal",
    "Total",
    "UnknownDelivery",
    "WarningState",
    "WarningView",
    "account_histories",
    "deliveries",
    "deliveries_judged",
    "delivery",
    "delivery_folders",
    "delivery_from",
    "delivery_of",
    "delivery_row",
    "facts_by_day",
    "facts_views",
    "files_in_use",
    "folders_inside",
    "inputs_digest",
    "known_from",
    "newest_days",
    "newest_delivery",
    "newest_fact_day",
    "quarantine",
    "rules_found",
    "served_days",
    "sources",
    "view_of",
    "warning_view",
    "warnings_found",
]

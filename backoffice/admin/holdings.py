"""Records of holdings: deliveries with their files and days, master data as merged, months of the portal's copy.

Deliveries hold rows of the whole house: who takes them in sees them. Nothing of them is ever changed by a person.
"""

from __future__ import annotations

from accounts.roles import Area
from backoffice.admin.records import Records
from backoffice.admin.scopes import OfHouse
from smart_products.holdings.models import DayFacts, Delivery, DeliveryFile, MasterState, ServedMonth

FEEDS = OfHouse(Area.FEEDS)


class Deliveries(Records):
    """Folders of a feed as they were judged."""

    model = Delivery
    scope = FEEDS
    listed = ("source", "business_date", "sequence", "state", "rows", "refused_rows", "received_at")
    filtered = ("state", "waits_for_codes")
    searched = ("source", "folder_name")
    ordering = ("-received_at", "-pk")


class DeliveryFiles(Records):
    """Files of deliveries."""

    model = DeliveryFile
    scope = FEEDS
    listed = ("delivery", "name", "kind", "mode", "rows", "refused_rows")
    key = ("delivery__public_id", "name")
    filtered = ("kind", "mode")
    searched = ("name", "sha256")
    ordering = ("-pk",)


class FactDays(Records):
    """Days of facts with their control sums."""

    model = DayFacts
    scope = FEEDS
    listed = ("source", "day", "sequence", "rows", "value", "net_flow")
    key = ("source", "day", "sequence")
    searched = ("source", "file")
    ordering = ("-day", "-pk")


class MasterStates(Records):
    """Master data as last merged."""

    model = MasterState
    scope = FEEDS
    listed = ("source", "kind", "resolved_at")
    key = ("source", "kind")
    filtered = ("kind",)
    ordering = ("source", "kind")


class ServedMonths(Records):
    """Months of the portal's copy."""

    model = ServedMonth
    scope = FEEDS
    listed = ("month", "folded", "served_at")
    key = ("month",)
    filtered = ("folded",)
    ordering = ("-month",)


RECORDS = (Deliveries, DeliveryFiles, FactDays, MasterStates, ServedMonths)

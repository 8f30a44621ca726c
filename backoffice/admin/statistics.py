"""Records of statistics: channels, data cuts and publications. Nothing of them is ever changed by a person."""

from __future__ import annotations

from accounts.roles import Area
from backoffice.admin.records import Records
from backoffice.admin.scopes import OfHouse
from smart_products.statistics.models import Channel, DataCut, Publication

FIGURES = OfHouse(Area.FIGURES)


class Publications(Records):
    """Versions of published days and months."""

    model = Publication
    scope = FIGURES
    listed = ("as_of", "grain", "version", "is_current", "published_at")
    filtered = ("grain", "is_current")
    searched = ("code_version",)
    ordering = ("-published_at", "-pk")


class DataCuts(Records):
    """What was known when figures were computed."""

    model = DataCut
    scope = FIGURES
    listed = ("digest", "created_at", "recorded_until")
    key = ("digest",)
    searched = ("digest",)
    ordering = ("-pk",)


class Channels(Records):
    """Acquisition channels."""

    model = Channel
    scope = FIGURES
    listed = ("code",)
    key = ("code",)
    ordering = ("code",)


RECORDS = (Publications, DataCuts, Channels)

"""The Django app of the room."""

from __future__ import annotations

from django.apps import AppConfig


class HoldingsConfig(AppConfig):
    """Holdings: feeds, deliveries, fact files and their reconciliation."""

    name = "smart_products.holdings"
    label = "holdings"
    default_auto_field = "django.db.models.BigAutoField"

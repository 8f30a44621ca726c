"""The Django app of the room."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HoldingsConfig(AppConfig):
    """Holdings: feeds, deliveries, fact files and their reconciliation."""

    name = "smart_products.holdings"
    verbose_name = _("Holdings")
    label = "holdings"
    default_auto_field = "django.db.models.BigAutoField"

"""The Django app of the room."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatisticsConfig(AppConfig):
    """Statistics: what every figure of the product matrix is, and its published values."""

    name = "smart_products.statistics"
    verbose_name = _("Statistics")
    label = "statistics"
    default_auto_field = "django.db.models.BigAutoField"

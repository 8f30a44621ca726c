"""The Django app of the room."""

from __future__ import annotations

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """Statistics: what every figure of the product matrix is, and its published values."""

    name = "smart_products.statistics"
    label = "statistics"
    default_auto_field = "django.db.models.BigAutoField"

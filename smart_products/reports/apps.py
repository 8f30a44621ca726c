"""The Django app of the room."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Reports: figures frozen with their publication, who gets them, and what was sent."""

    name = "smart_products.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"

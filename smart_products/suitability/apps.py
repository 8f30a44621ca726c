"""The app of suitability: its name for Django and nothing else."""

from __future__ import annotations

from django.apps import AppConfig


class SuitabilityConfig(AppConfig):
    """Django's entry point to suitability."""

    name = "smart_products.suitability"
    default_auto_field = "django.db.models.BigAutoField"

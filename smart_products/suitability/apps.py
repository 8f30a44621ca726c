"""The app of suitability: its name for Django and nothing else."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuitabilityConfig(AppConfig):
    """Django's entry point to suitability."""

    name = "smart_products.suitability"
    verbose_name = _("Suitability")
    default_auto_field = "django.db.models.BigAutoField"

"""The catalogue app; registers its models and nothing else."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    """Django's entry point to the catalogue."""

    name = "smart_products.catalogue"
    verbose_name = _("Catalogue")
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"

"""The catalogue app; registers its models and nothing else."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Django's entry point to the catalogue."""

    name = "smart_products.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"

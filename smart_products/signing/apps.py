"""The signing app; registers its models and nothing else."""

from __future__ import annotations

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Django's entry point to signing."""

    name = "smart_products.signing"
    label = "signing"
    default_auto_field = "django.db.models.BigAutoField"

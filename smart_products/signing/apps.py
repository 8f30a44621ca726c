"""The signing app; registers its models and nothing else."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigningConfig(AppConfig):
    """Django's entry point to signing."""

    name = "smart_products.signing"
    verbose_name = _("Signing")
    label = "signing"
    default_auto_field = "django.db.models.BigAutoField"

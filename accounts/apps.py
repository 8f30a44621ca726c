"""The accounts app; registers its models and nothing else."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Django's entry point to accounts."""

    name = "accounts"
    verbose_name = _("People and organisation")
    default_auto_field = "django.db.models.BigAutoField"

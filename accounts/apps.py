"""The accounts app; registers its models and nothing else."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Django's entry point to accounts."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

"""The core app: registers its models and the calendar alarm; owns no behaviour of its own.

The alarm is a system check, so that `manage.py check --database default` tells staff in time.
"""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Django's entry point to core."""

    name = "core"
    verbose_name = _("Ground")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, which need loaded models."""
        from core import checks  # noqa: F401, PLC0415

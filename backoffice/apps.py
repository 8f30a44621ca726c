"""The Django app of the back office.

Owns its name in the registry. Holds no models and starts nothing.
"""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackofficeConfig(AppConfig):
    """Pages for staff."""

    name = "backoffice"
    verbose_name = _("Back office")

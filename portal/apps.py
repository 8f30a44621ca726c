"""The Django app of the portal.

Owns its name in the registry. Holds no models and starts nothing.
"""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Pages for clients."""

    name = "portal"
    verbose_name = _("Portal")

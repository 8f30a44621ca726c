"""The API as a Django app: it has no tables."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """A face of the service."""

    name = "api"

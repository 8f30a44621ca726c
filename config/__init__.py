"""Settings, addresses and the application objects (web, Celery): it imports all, is imported by none.

Exported is the Celery application, so that `celery -A config` finds it.
"""

from __future__ import annotations

from config.celery import app as celery_app

__all__ = ["celery_app"]

"""The Celery application of worker and beat, which connect to the database as `jobs`.

Use it as `celery -A config.worker`; the web process, which only sends, imports `config.celery`.
"""

from __future__ import annotations

import os

os.environ["DATABASE_ROLE"] = "jobs"

from config.celery import app

__all__ = ["app"]

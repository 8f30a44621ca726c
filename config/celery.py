"""The Celery application, for whoever sends a task; worker and beat take it from `config.worker`.

The tasks themselves live in the face `tasks`, and what is sent when in `tasks.schedule`.
"""

from __future__ import annotations

import os

from celery import Celery

from tasks.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("smart_products")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
# Whichever thread sends a task, it is this application's.
app.set_default()
for module in ("jobs", "outbox", "webhooks"):
    app.autodiscover_tasks(["tasks"], related_name=module)

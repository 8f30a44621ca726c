"""How tasks run. The truth about a job is its row in PostgreSQL; the broker may lose or repeat a message.

A task is acknowledged after it ended, and one whose worker was killed comes back within seconds.
"""

from __future__ import annotations

from config.environment import LOCAL_DIR, broker_url, env

LONGEST_TASK_SECONDS: int = env.int("LONGEST_TASK_SECONDS", default=4 * 3600)

CELERY_BROKER_URL = broker_url()
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": LONGEST_TASK_SECONDS + 600,
    # Without these two a killed task came back only after 100 s.
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = LONGEST_TASK_SECONDS
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(LOCAL_DIR / "beat-schedule")

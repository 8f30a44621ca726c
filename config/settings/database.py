"""The database connection of this process, by its role (`DATABASE_ROLE`: owner, app or jobs), and the caches.

A request is one transaction (`config/wall.py`), so that a row-level setting made for it cannot outlive it; its view is
a savepoint within.
"""

from __future__ import annotations

from typing import Any

from config.environment import LOCAL_DIR, broker_url, database_url, env

DATABASE_ROLE: str = env.str("DATABASE_ROLE", default="app")

_connection: dict[str, Any] = env.db_url_config(database_url(DATABASE_ROLE))
_connection["ATOMIC_REQUESTS"] = True
_connection.setdefault("OPTIONS", {})
if DATABASE_ROLE == "app":
    # Celery closes a pool at each task: the pool is for the web alone.
    _connection["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL", default=8),
        "timeout": 10,
    }
elif DATABASE_ROLE == "jobs":
    _connection["CONN_HEALTH_CHECKS"] = True
    _connection["CONN_MAX_AGE"] = 600

DATABASES = {"default": _connection}

_broker = broker_url()
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        # The broker's server, another of its numbered databases.
        "LOCATION": env.str("CACHE_URL", default="")
        or (f"unix://{_broker.removeprefix('redis+socket://')}?db=1" if "socket" in _broker else _broker),
        "KEY_PREFIX": "cache",
    },
    # What was counted of published days. Files, since they live as long as the publications' own files do.
    "answers": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": LOCAL_DIR / "answers",
        "TIMEOUT": 10 * 24 * 3600,  # the longest holiday between two closes
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    },
    # The clients behind figures, by number, up to some megabytes each: few are kept, the others are found again.
    "lists": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": LOCAL_DIR / "answers" / "lists",
        "TIMEOUT": 10 * 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}

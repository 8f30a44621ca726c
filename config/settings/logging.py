"""Logs: one event a line on stderr; JSON in production, readable words elsewhere.

No personal data is logged.
"""

from __future__ import annotations

from typing import Any

import structlog

from config.environment import PRODUCTION, env

LOG_LEVEL: str = env.str("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING")

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
_RENDERER: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
if not PRODUCTION:
    _RENDERER = structlog.dev.ConsoleRenderer(colors=False)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _RENDERER],
            "foreign_pre_chain": _SHARED,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    # What it has to say of a strange paper stands in our findings.
    "loggers": {"pyhanko": {"level": "CRITICAL"}, "pyhanko_certvalidator": {"level": "CRITICAL"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_SHARED,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

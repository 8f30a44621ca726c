"""Settings for what must run anywhere: no database, no secret, no folder of an instance, nothing of the environment.

`manage.py verify_evidence` uses them, so that who holds a pack and a copy of this program can judge the pack.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent

INSTALLED_APPS = ["tasks"]
DATABASES: dict[str, Any] = {}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    # What it has to say of a strange paper stands in our findings.
    "loggers": {"pyhanko": {"level": "CRITICAL"}, "pyhanko_certvalidator": {"level": "CRITICAL"}},
}

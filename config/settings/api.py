"""The API: its doors, its limits, and how its document is made."""

from __future__ import annotations

from typing import Any

from config.environment import BEHIND_PROXY, env

# Requests of one token, or of one address without a token, a minute.
API_TOKEN_RATE: str = env.str("API_TOKEN_RATE", default="1200/min")
API_STRANGER_RATE: str = env.str("API_STRANGER_RATE", default="60/min")

# Hosts of our own networks to which events may be pushed all the same, by http too; all others are refused there.
WEBHOOK_HOSTS: list[str] = env.list("WEBHOOK_HOSTS", default=[])

REST_FRAMEWORK: dict[str, Any] = {
    # An address that does not say who may ask is open to nobody: each of ours says it (api/resource.py).
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {"token": API_TOKEN_RATE, "stranger": API_STRANGER_RATE},
    "EXCEPTION_HANDLER": "api.problems.answer",
    "URL_FORMAT_OVERRIDE": None,
    # Only a proxy of ours is believed when it says who asks: a stranger who names another address gains nothing.
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Smart products",
    "VERSION": "1",
    "DESCRIPTION": (
        "Catalogue, signing, figures and events of smart products. Keys are the names of docs/metrics.md in snake "
        "case; money is text in CNY with two decimals, rates and points are fractions, days are ISO dates in "
        "Shanghai; what can not be observed is null. Errors are `application/problem+json` with a stable `code`, "
        "their words in the language of `Accept-Language` (`zh-hans` by default, or `en`)."
    ),
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [],
}

"""Settings of the server that is measured: the service's own, with a bare address beside, and no limit."""

from __future__ import annotations

from config.settings import *  # noqa: F403  # everything but what follows
from config.settings import REST_FRAMEWORK

ROOT_URLCONF = "benchmarks.inside.bare"
REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_THROTTLE_RATES": dict.fromkeys(REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "1000000/s"),
}

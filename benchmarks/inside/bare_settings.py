"""The settings of the server that the API is measured on: the service's own, with the bare endpoints beside it.

Owns that no request is refused for its number: so many a second that nobody reaches them. The count is kept all the
same, at each request, of the last second.
"""

from __future__ import annotations

from config.settings import *  # noqa: F403
from config.settings import REST_FRAMEWORK

ROOT_URLCONF = "benchmarks.inside.bare"
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["token"] = "100000/s"

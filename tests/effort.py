"""How many histories and examples are tried: few by default, more in `make test-full`, many with the profile `full`."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings

HISTORIES = {"default": 3, "more": 10, "full": 150}
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "default")
THOROUGH = PROFILE != "default"


def examples(usual: int, **others: Any) -> settings:
    """Return the settings of a test that tries so many examples in full, and a fifth of them by default."""
    return settings(max_examples=max(10, usual // 5) if PROFILE == "default" else usual, **others)


def histories(share: float = 1.0) -> settings:
    """Return the settings of a test that tries a share of the usual number of histories.

    A history takes seconds: neither its size nor its time says that a test is unwell.
    """
    usual = HISTORIES.get(PROFILE, HISTORIES["default"])
    return settings(
        max_examples=max(1, round(usual * share)),
        deadline=None,
        derandomize=PROFILE != "full",
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )

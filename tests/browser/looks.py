"""The looks in which a page is judged: two by default, the others in `make test-full`."""

from __future__ import annotations

import pytest

LOOKS = [
    (1440, "light", "zh-CN"),
    (390, "dark", "en-US"),
    pytest.param(390, "dark", "zh-CN", marks=pytest.mark.slow),
    pytest.param(1440, "light", "en-US", marks=pytest.mark.slow),
]

"""The looks in which a page is judged: one or two by default, all four in `make test-full`."""

from __future__ import annotations

import pytest

FIRST, SECOND = (1440, "light", "zh-CN"), (390, "dark", "en-US")
OTHERS = [
    pytest.param(390, "dark", "zh-CN", marks=pytest.mark.slow),
    pytest.param(1440, "light", "en-US", marks=pytest.mark.slow),
]
LOOKS = [FIRST, SECOND, *OTHERS]
ONE_LOOK = [FIRST, pytest.param(*SECOND, marks=pytest.mark.slow), *OTHERS]
"""For pages made of the same pieces as others that are judged in two."""

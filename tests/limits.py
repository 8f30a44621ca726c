"""Other limits for a while, set up as a house sets its own up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from core import clock
from core.actor import system
from core.operations import NothingNew, set_up_setting
from core.queries import limit


@contextmanager
def limits(**values: str) -> Iterator[None]:
    """Let other limits hold within the block; those before it hold again afterwards."""
    before = {key: str(limit(key)) for key in values}
    _hold(values)
    yield
    _hold(before)


def _hold(values: dict[str, str]) -> None:
    for key, value in values.items():
        with suppress(NothingNew):
            set_up_setting(key=key, value=value, reason="test", by=system("test"), at=clock.now())

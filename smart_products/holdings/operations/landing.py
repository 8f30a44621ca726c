"""A folder that is put together out of sight and appears in the inbox whole, or not at all.

Owns the folder until it lands. What is in it is judged when it is taken in.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smart_products.holdings.reading.faults import refuse


@contextmanager
def out_of_sight(inbox: Path) -> Iterator[Path]:
    """Give a folder beside those that wait, which nobody takes in and which is gone in the end unless it landed."""
    inbox.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".upload-", dir=inbox))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def land(scratch: Path, place: Path) -> None:
    """Make the folder appear whole; of two at once one lands, and the other is told. Raises FeedError."""
    scratch.chmod(0o755)
    try:
        scratch.rename(place)
    except OSError as problem:
        raise refuse(place.name, "upload_waits") from problem

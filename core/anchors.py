"""Sealed heads outside the database: a file a day, and its seal beside it.

Owns how such a pair is written and found; what a head says and who seals it, others know. A folder best lies where the
people of the database can not write.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path


class HeadContradicts(RuntimeError):
    """A sealed head of that day lies in its folder and says something else than the chain."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A head as it lies there; `seal` is empty when its file is missing."""

    name: str
    data: bytes
    seal: bytes


def write_sealed(folder: Path, day: date, data: bytes, seal: bytes) -> None:
    """Write the seal first: a head without its seal never stands there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for ending, written in (("p7s", seal), ("json", data)):
        fresh = folder / f".{day}.{ending}"
        with fresh.open("wb") as file:
            file.write(written)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(folder / f"{day}.{ending}")


def sealed_heads(folder: Path) -> Iterator[Sealed]:
    """Yield the heads of a folder by day."""
    for path in sorted(folder.glob("*.json")):
        seal = path.with_suffix(".p7s")
        yield Sealed(path.stem, path.read_bytes(), seal.read_bytes() if seal.exists() else b"")

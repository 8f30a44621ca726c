"""Where the reference cases are, and what their expected.json files say.

Owns the folder (`REFERENCE_DIR`, by default ../shared/reference) and the reading of values and
tolerances at run time. Knows nothing of the service.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

FOLDER = Path(os.environ.get("REFERENCE_DIR") or Path(__file__).resolve().parents[3] / "shared" / "reference")


def is_wanted() -> bool:
    """Tell whether the tests are to be collected: the data is there, or must be."""
    return FOLDER.is_dir() or os.environ.get("REFERENCE_REQUIRED") == "1"


@dataclass(frozen=True)
class Expected:
    """One published figure: as a number, or as a word."""

    id: str
    value: float | str
    tolerance: float

    def holds(self, got: float | str | None) -> bool:
        """Tell whether a figure agrees within the tolerance."""
        if isinstance(self.value, str) or isinstance(got, str) or got is None:
            return got == self.value
        return abs(got - self.value) <= self.tolerance + 1e-9


def expected(case: str, named: Callable[[str], bool]) -> list[ParameterSet]:
    """Return the expected figures of a case that an issue names, as parameters.

    Raises FileNotFoundError, which says where it looked, when the case is not there.
    """
    path = FOLDER / case / "expected.json"
    if not path.is_file():
        raise FileNotFoundError(f"no reference case at {path}; set REFERENCE_DIR to the folder that holds it")
    found = [
        Expected(entry["id"], entry["value"], float(entry["tolerance"]))
        for entry in json.loads(path.read_text(encoding="utf-8"))["expected"]
        if named(entry["id"])
    ]
    return [pytest.param(each, id=each.id) for each in found]


def rows(case: str, name: str) -> list[dict[str, str]]:
    """Return the rows of a file of a case."""
    with (FOLDER / case / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def day(text: str) -> date:
    return date.fromisoformat(text)


def scaled(text: str, places: int) -> int:
    """Return an amount of the data as whole fen, at 10**places fen a unit; an empty one is 0."""
    return int(Decimal(text or "0") * 10**places)

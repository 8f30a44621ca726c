"""What client and broker agreed on, as plain values frozen in the contract, and the dates that follow from it.

Pure. Taken over from a version of terms by whoever opens a contract, and never changed afterwards. Holds no text and
no paper: those are named by the digest of the version.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AgreedFee:
    """A fee of the schedule: basis free, fixed or share_of_assets; `rate_ppm` is of the assets, a period."""

    code: str
    basis: str
    amount_fen: int | None
    rate_ppm: int | None
    period: str
    charged: str


@dataclass(frozen=True, slots=True)
class AgreedPause:
    """Whether the client may pause, for how many calendar days at most, and how often in a calendar year."""

    allowed: bool
    longest_days: int
    times_a_year: int


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """The values of a version of terms that the life of a contract goes by; `months` None: without an end."""

    public_id: UUID
    digest: str
    cooling_off_days: int
    pause: AgreedPause
    months: int | None
    renewal: str
    fees: tuple[AgreedFee, ...]

    def values(self) -> dict[str, Any]:
        """Return what is kept as JSON beside the version's id and digest."""
        kept = asdict(self)
        del kept["public_id"], kept["digest"]
        return kept

    @classmethod
    def read(cls, public_id: UUID, digest: str, values: Mapping[str, Any]) -> AgreedTerms:
        """Return the terms from what was kept."""
        return cls(
            public_id=public_id,
            digest=digest,
            cooling_off_days=values["cooling_off_days"],
            pause=AgreedPause(**values["pause"]),
            months=values["months"],
            renewal=values["renewal"],
            fees=tuple(AgreedFee(**fee) for fee in values["fees"]),
        )


def ends_before(start: date, months: int) -> date:
    """Return the first day after a term of so many months from `start`.

    The term's last day is the day of that date in its last month, or the month's last day where there is none
    (Civil Code, articles 201 and 202): of 31 January the month ends with 28 or 29 February.
    """
    count = start.year * 12 + start.month - 1 + months
    year, month = count // 12, count % 12 + 1
    last = date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
    return last + timedelta(days=1)

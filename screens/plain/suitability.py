"""How a client stands for matching, as plain objects."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from screens.plain.shape import Shape
from smart_products.suitability import rules


class Standing(Shape):
    """What a client is on a day."""

    risk_class: str | None = Field(description="The class that holds on the day; null where none does.")
    source: str | None = Field(description="`here` for a test that was taken here, `feed` for one of the broker's.")
    assessed_on: date | None
    expires_on: date | None = Field(description="The last day on which the class holds.")
    investor_class: str
    protected: bool = Field(description="Whether nothing above R1 may be offered.")
    declined: bool = Field(description="Whether the client declined to give the information.")


def standing(found: rules.Standing, on: date) -> Standing:
    """Return how a client stands on a day."""
    return Standing(
        risk_class=found.valid_class(on),
        source=found.source,
        assessed_on=found.assessed_on,
        expires_on=found.expires_on,
        investor_class=found.investor_class,
        protected=found.protected,
        declined=found.declined,
    )

"""Publications as plain objects: a version of a day's figures, and what it was computed from."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from screens.plain.shape import Count, Shape
from smart_products.statistics.queries import PublicationView


class Cut(Shape):
    """What was known when a version was computed."""

    digest: str
    created_at: datetime
    recorded_until: datetime | None = Field(description="Subscriptions recorded up to this time are in it.")


class FactsOf(Shape):
    """A delivery whose facts a version was computed from."""

    source: str
    sequence: int
    rows: Count
    refused_rows: Count
    received_at: datetime


class Publication(Shape):
    """A version of a day's figures. It never changes; a later one replaces it."""

    as_of: date
    version: int
    current: bool
    published_at: datetime
    cut: Cut
    deliveries: list[FactsOf]


def publication(one: PublicationView) -> Publication:
    """Return a publication with its cut and the deliveries behind its facts."""
    return Publication(
        as_of=one.as_of,
        version=one.version,
        current=one.current,
        published_at=one.published_at,
        cut=Cut(digest=one.cut.digest, created_at=one.cut.created_at, recorded_until=one.cut.recorded_until),
        deliveries=[FactsOf.model_validate(each, from_attributes=True) for each in one.cut.facts],
    )

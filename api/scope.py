"""The scope that figures are asked for: day, version, unit, tier, channel; a unit out of sight does not exist."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from pydantic import Field

from accounts.queries import visible_units
from api.asked import Channel, Day, Tier, UnitCode
from api.resource import Sparse
from smart_products.statistics.queries import NotPublished, fact_days


class Scope(Sparse):
    """The scope of a figure, as every figure takes it."""

    as_of: Day | None = Field(None, description="The day to describe; the latest without it.")
    version: int | None = Field(
        None, examples=[1], ge=1, le=1_000_000, description="Version of the day; the current without it."
    )
    unit: UnitCode | None = Field(None, description="Code of a unit; the highest you see without it.")
    tier: Tier | None = Field(None, description="Asset tier, `t1` to `t5`.")
    channel: Channel | None = Field(None, description="Acquisition channel.")


def scope_of(user: Any, asked: Scope) -> dict[str, Any]:
    """Return the scope as the queries take it, with a unit that the user sees.

    Raises Http404 for a unit out of sight, NotPublished where nothing is published yet.
    """
    days = fact_days()
    if not days:
        raise NotPublished(asked.as_of, None)
    on = max((day for day in days if asked.as_of is None or day <= asked.as_of), default=days[0])
    units = visible_units(user, on)
    found = next((one for one in units if asked.unit in (None, one.code)), None)
    if found is None:
        raise Http404
    return {
        "as_of": asked.as_of,
        "version": asked.version,
        "unit": found.code,
        "tier": asked.tier,
        "channel": asked.channel,
    }

"""The organisation as of a day, as far as one sees it."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from pydantic import Field
from rest_framework.request import Request

from accounts.queries import visible_units
from accounts.roles import Area
from api.asked import Day
from api.resource import Query, Resource, answered, says
from core import clock
from screens.plain.shape import Shape


class UnitsQuery(Query):
    """Of which day."""

    as_of: Day | None = Field(None, description="The day; today without it.")


class Unit(Shape):
    """A unit as it was on the day."""

    code: str
    level: str = Field(description="`headquarters`, `branch` or `outlet`.")
    name: str
    name_en: str
    parent: str | None = Field(description="Code of the unit above; null at the top of what one sees.")
    closed_on: date | None


class Units(Shape):
    """The units one sees, those above before those below."""

    as_of: date
    data: list[Unit]


class Tree(Resource):
    """The tree of units."""

    area = Area.FIGURES

    @says("units_list", Units, query=UnitsQuery, tag="organisation")
    def get(self, request: Request) -> HttpResponse:
        """Read the tree of units as of a day."""
        day = self.query(request, UnitsQuery).as_of or clock.shanghai_today()
        found = visible_units(request.user, day)
        codes = {one.id: one.code for one in found}
        data = [
            Unit(
                code=one.code,
                level=one.level,
                name=one.name,
                name_en=one.name_en,
                parent=codes.get(one.parent_id or 0),
                closed_on=one.closed_on,
            )
            for one in found
        ]
        return answered(request, Units(as_of=day, data=data))

"""What was published: days, and the versions of each."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from rest_framework.request import Request

from accounts.roles import Area
from api.asked import Limit
from api.resource import Query, Resource, answered, says
from screens.plain import publications as plain
from screens.plain.shape import Shape
from smart_products.statistics.queries import fact_days, publications, versions_of


class PublicationsQuery(Query):
    """How many."""

    limit: Limit = 100


class Publications(Shape):
    """Publications, the newest first."""

    data: list[plain.Publication]


class Days(Shape):
    """The days that have figures, the earliest first."""

    data: list[date]


class Latest(Resource):
    """The newest publications."""

    area = Area.FIGURES

    @says("publications_list", Publications, query=PublicationsQuery, tag="publications")
    def get(self, request: Request) -> HttpResponse:
        """List the newest publications of days: their versions and what they were computed from."""
        found = publications(self.query(request, PublicationsQuery).limit)
        return answered(request, Publications(data=[plain.publication(one) for one in found]))


class AllDays(Resource):
    """The days with figures."""

    area = Area.FIGURES

    @says("days_list", Days, tag="publications")
    def get(self, request: Request) -> HttpResponse:
        """List the days that have figures."""
        return answered(request, Days(data=fact_days()))


class OfDay(Resource):
    """The versions of a day."""

    area = Area.FIGURES

    @says("publication_versions_list", Publications, tag="publications")
    def get(self, request: Request, as_of: str) -> HttpResponse:
        """List every version of a day, the newest first. Old ones stay readable: `version` on each figure."""
        try:
            found = versions_of(date.fromisoformat(as_of))
        except ValueError as problem:
            raise Http404 from problem
        if not found:
            raise Http404
        return answered(request, Publications(data=[plain.publication(one) for one in found]))

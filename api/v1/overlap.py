"""Clients that products share, and where they went."""

from __future__ import annotations

from django.http import HttpResponse
from pydantic import Field
from rest_framework.request import Request

from accounts.roles import Area
from api.asked import Earlier
from api.resource import Resource, answered, says
from api.scope import Scope, scope_of
from screens.plain import overlap as plain
from smart_products.statistics.queries import shared, transitions


class TransitionsQuery(Scope):
    """Over which period."""

    since: Earlier = Field(description="The day at which the period starts.")


class Shared(Resource):
    """Clients that products share."""

    area = Area.FIGURES

    @says("shared_read", plain.Shared, query=Scope, tag="figures")
    def get(self, request: Request) -> HttpResponse:
        """Read how many clients each two products share."""
        asked = self.query(request, Scope)
        told = plain.shared(shared(**scope_of(request.user, asked)))
        return answered(request, told, only=asked.wanted(set(plain.Shared.model_fields)))


class Transitions(Resource):
    """Where clients went."""

    area = Area.FIGURES

    @says("transitions_read", plain.Transitions, query=TransitionsQuery, tag="figures")
    def get(self, request: Request) -> HttpResponse:
        """Read where the clients of each product went over a period, and whence they came."""
        asked = self.query(request, TransitionsQuery)
        told = plain.transitions(transitions(**scope_of(request.user, asked), since=asked.since))
        return answered(request, told, only=asked.wanted(set(plain.Transitions.model_fields)))

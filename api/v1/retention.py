"""Retention, and its cohorts alone."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from pydantic import Field
from rest_framework.request import Request

from accounts.roles import Area
from api.asked import Day, Earlier, NodeCode
from api.resource import Resource, answered, says
from api.scope import Scope, scope_of
from screens.plain import retention as plain
from screens.plain.shape import Whole
from smart_products.statistics.queries import retention
from smart_products.statistics.retention import GAP, Basis


class RetentionQuery(Scope):
    """Which retention."""

    node: NodeCode = Field("matrix", description="A product or family; all products without it.")
    basis: Basis = Field(Basis.SIGNED, description="All signings, or all but those that were withdrawn.")
    first: Earlier | None = Field(None, description="First signings from this day on; the usual period without it.")
    last: Day | None = Field(None, description="First signings up to this day.")
    gap: int = Field(GAP, ge=1, le=366, description="Days within which two stretches of a client are one spell.")


class CohortsQuery(Scope):
    """Which cohorts."""

    node: NodeCode = Field("matrix", description="A product or family; all products without it.")
    basis: Basis = Field(Basis.SIGNED, description="All signings, or all but those that were withdrawn.")


class Cohorts(Whole):
    """The cohorts of a node, by month of first signing."""

    as_of: date
    version: int | None
    node: str
    basis: str
    unit: str | None
    data: list[plain.Cohort]


class Retention(Resource):
    """Retention of a node in a slice."""

    area = Area.FIGURES

    @says("retention_read", plain.Retention, query=RetentionQuery, tag="figures")
    def get(self, request: Request) -> HttpResponse:
        """Read first-sign and N-day retention, cohorts, and the survival of spells."""
        asked = self.query(request, RetentionQuery)
        found = retention(
            **scope_of(request.user, asked),
            node=asked.node,
            basis=asked.basis,
            since=asked.first,
            until=asked.last,
            gap=asked.gap,
        )
        return answered(request, plain.retention(found), only=asked.wanted(set(plain.Retention.model_fields)))


class CohortsOf(Resource):
    """Cohorts of a node in a slice."""

    area = Area.FIGURES

    @says("cohorts_read", Cohorts, query=CohortsQuery, tag="figures")
    def get(self, request: Request) -> HttpResponse:
        """Read the cohorts alone: retained clients and value by months since."""
        asked = self.query(request, CohortsQuery)
        told = plain.retention(retention(**scope_of(request.user, asked), node=asked.node, basis=asked.basis))
        cohorts = Cohorts(
            as_of=told.as_of, version=told.version, node=told.node, basis=told.basis, unit=told.unit, data=told.cohorts
        )
        return answered(request, cohorts, only=asked.wanted(set(Cohorts.model_fields)))

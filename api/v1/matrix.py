"""The product matrix."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse
from pydantic import Field
from rest_framework.request import Request

from accounts.roles import Area
from api.asked import Earlier, NodeCode
from api.kept import figures
from api.resource import Resource, says
from api.scope import Scope, scope_of
from screens.plain import matrix as plain
from smart_products.statistics.queries import Structure, matrix


class MatrixQuery(Scope):
    """Which matrix."""

    since: Earlier | None = Field(None, description="Compare with this day; a year earlier without it.")
    node: NodeCode | None = Field(None, description="A product or family, or `matrix`: that node alone.")
    by: Literal["unit", "outlet", "tier", "channel"] | None = Field(
        None, examples=["unit"], description="One row a slice."
    )
    structure: Structure = Field(
        Structure.WAS, description="Units as they `was` on each day, or on all days as they are `now`."
    )


class Matrix(Resource):
    """The product matrix of a scope and a period."""

    area = Area.FIGURES

    @says("matrix_read", plain.Matrix, query=MatrixQuery, tag="figures")
    def get(self, request: Request) -> HttpResponse:
        """Read the published product matrix: clients, signed assets, and why they grew."""
        asked = self.query(request, MatrixQuery)
        only = asked.wanted(set(plain.Matrix.model_fields))
        return figures(request, lambda: _matrix(request, asked), only=only)


def _matrix(request: Request, asked: MatrixQuery) -> plain.Matrix:
    found = matrix(
        **scope_of(request.user, asked),
        since=asked.since,
        by=asked.by or "",
        node=asked.node,
        structure=asked.structure,
    )
    return plain.matrix(found, slices=asked.by is not None)

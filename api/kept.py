"""Figures of publications, finished: what was answered once is given again while the same publications are current.

The name of an answer holds the address with all that is asked for, and the units that who asks sees today: it is never
given to anybody who sees others. A restated day, another tree of units or another catalogue has other names. What was
refused is not kept.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from pydantic import BaseModel
from rest_framework.request import Request

from accounts.scoping import granted_paths
from api.resource import stored
from smart_products.statistics.queries.kept import whole_answer


def figures(request: Request, make: Callable[[], BaseModel], *, only: set[str] | None) -> HttpResponse:
    """Return figures as JSON: kept ones of the same question and reach, or those that `make` gives now."""
    question = (request.path, sorted(request.query_params.items()), granted_paths(request.user))
    body = whole_answer(*question, make=lambda: make().model_dump_json(include=only).encode())
    return stored(request, body)

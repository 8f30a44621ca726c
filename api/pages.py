"""One page of a long list: by a cursor that tells where the next one begins, and nothing else.

A cursor names columns that others may see anyway, never a key of a table. It holds for the question it came with.
"""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet
from pydantic import Field
from rest_framework.request import Request

from api.asked import Limit
from api.problems import Refused
from api.resource import Query
from core.keyset import BadPlace, cut
from screens.reads import note_read

Row = TypeVar("Row", bound=Model)
LONGEST = 800
"""Characters of a cursor."""


class Paged(Query):
    """Which page of a list."""

    cursor: str | None = Field(None, max_length=LONGEST, description="`next` of the page before; the first without it.")
    limit: Limit = 100


def page(found: QuerySet[Row], order: Sequence[str], asked: Paged) -> tuple[list[Row], str | None]:
    """Return the rows of a page, and the cursor of the next one; None for the last. Raises Refused.

    `order` are columns as `core.keyset.cut` takes them.
    """
    try:
        part = cut(found, order, size=asked.limit, after=place_of(asked.cursor))
    except BadPlace as problem:
        raise Refused("invalid", "cursor") from problem
    return part.rows, cursor_of(part.after)


def note_list(request: Request, name: str, asked: Paged, rows: int, path: str = "") -> None:
    """Record that a list of clients' data is read: by which filters, how many rows; of words only that there were."""
    filters = asked.model_dump(mode="json", exclude_none=True, exclude={"cursor", "limit"})
    filters |= {"q": "*"} if filters.get("q") else {}
    details = {"sheet": name, "rows": rows, "filters": filters, "as": "api"}
    note_read(request, "unit", filters.get("unit", ""), details, place=path)


def cursor_of(place: str) -> str | None:
    """Return a place as a cursor; None for none."""
    return urlsafe_b64encode(place.encode()).decode() if place else None


def place_of(cursor: str | None) -> str:
    """Return the place that a cursor names; empty without one. Raises Refused."""
    if cursor is None:
        return ""
    try:
        place = b64decode(cursor, altchars=b"-_", validate=True).decode()
    except ValueError as problem:
        raise Refused("invalid", "cursor") from problem
    if not place:
        raise Refused("invalid", "cursor")
    return place

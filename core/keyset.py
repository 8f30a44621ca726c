"""One page of a long list, found by where it begins and not by how much is skipped: page 2,000 costs what page 1 does.

A place is the values of the order in one row, written as text for an address. Rows can be narrowed to many
keys at once. Never counts what there is in all.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Func, Model, QuerySet, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

Row = TypeVar("Row", bound=Model)

MANY = 20_000
"""Keys of which it is worth to look whether a page of them lies near."""
AHEAD = 4
"""How many rows are looked at for each that a page shows, before all keys are said."""


class BadPlace(ValueError):
    """The text is no place in this order."""


@dataclass(frozen=True, slots=True)
class Cut(Generic[Row]):
    """The rows of a page, and the places from which the pages before and after it begin; empty for none."""

    rows: list[Row]
    before: str
    after: str


def cut(
    rows: QuerySet[Row],
    order: Sequence[str],
    *,
    size: int,
    after: str = "",
    before: str = "",
    keys: Sequence[int] | None = None,
) -> Cut[Row]:
    """Return the page that begins after a place, or ends before one; the first page without either.

    `order` names columns of the rows' own table that are unique together and never empty, all ascending or all
    descending (`-name`). Of the rows only those of some `keys` count, which ascend. Raises BadPlace.
    """
    names, falling = [name.lstrip("-") for name in order], order[0].startswith("-")
    place = before or after
    if place:
        down = falling != bool(before)
        compare: Any = TupleLessThan if down else TupleGreaterThan
        rows = rows.filter(compare(Tuple(*names), _read(rows, names, place)))
    ordered = rows.order_by(*order)
    found = _first(ordered.reverse() if before else ordered, size + 1, keys)
    more, found = len(found) > size, found[:size]
    if before:
        found.reverse()
    return Cut(
        found,
        _place(found[0], names) if found and (more if before else bool(after)) else "",
        _place(found[-1], names) if found and (bool(before) or more) else "",
    )


def among(keys: Collection[int]) -> Func:
    """Return the condition that a row has one of these keys; `__in` takes 27 us a key, and a house has 180,000."""
    array = Value("{" + ",".join(map(str, keys)) + "}")
    return Func(
        F("pk"), array, template="(%(expressions)s::bigint[]))", arg_joiner=" = ANY(", output_field=BooleanField()
    )


def _first(rows: QuerySet[Row], size: int, keys: Sequence[int] | None) -> list[Row]:
    """Return the first rows, of these keys alone.

    To say 165,000 keys takes a statement 150 ms. Where they are most of a table, enough of them lie at the beginning.
    """
    if keys is None:
        return list(rows[:size])
    if len(keys) > MANY:
        near = list(rows[: size * AHEAD])
        found = [row for row in near if _holds(keys, row.pk)]
        if len(found) >= size or len(near) < size * AHEAD:
            return found[:size]
    return list(rows.filter(among(keys))[:size])


def _holds(keys: Sequence[int], key: int) -> bool:
    place = bisect_left(keys, key)
    return place < len(keys) and keys[place] == key


def _place(row: Model, names: Sequence[str]) -> str:
    return json.dumps([str(getattr(row, name)) for name in names], ensure_ascii=False, separators=(",", ":"))


def _read(rows: QuerySet[Any], names: Sequence[str], place: str) -> tuple[Any, ...]:
    """Return the values of a place, of the columns' own types."""
    meta = rows.query.get_meta()
    try:
        given = json.loads(place)
        if not isinstance(given, list) or len(given) != len(names) or "\0" in "".join(given):
            raise BadPlace(place)
        return tuple(
            meta.get_field(name).to_python(text)  # type: ignore[union-attr]
            for name, text in zip(names, given, strict=True)
        )
    except (ValueError, TypeError, RecursionError, ValidationError) as problem:
        raise BadPlace(place) from problem

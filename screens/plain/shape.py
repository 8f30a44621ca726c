"""What plain objects are made of: a shape with its keys, money as text, a fraction, a count."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from core.money import yuan

Yuan = Annotated[str, Field(pattern=r"^-?[0-9]+\.[0-9]{2}$", examples=["4012345678.90"])]
"""CNY, exact to the fen."""
Count = Annotated[int, Field(ge=0)]


class Shape(BaseModel):
    """A plain object: what is not named in it can not stand in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)


def _part(schema: dict[str, Any]) -> None:
    """Say that each key may be left out."""
    schema.pop("required", None)


class Whole(Shape):
    """A plain object of which some keys alone may be asked for: it has all unless they were."""

    model_config = ConfigDict(json_schema_extra=_part)


def money(fen: int) -> str:
    """Return fen as text in yuan."""
    return str(yuan(fen))


def money_if(seen: bool, fen: int) -> str | None:
    """Return fen as text in yuan, or None where it could not be observed."""
    return money(fen) if seen else None

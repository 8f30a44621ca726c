"""How shapes become parts of the API's document: as they are read in a request, as they are written in an answer."""

from __future__ import annotations

from typing import Any, Literal

from drf_spectacular.contrib.pydantic import PydanticExtension
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter
from pydantic import BaseModel
from pydantic.json_schema import model_json_schema

BESIDE = frozenset({"title", "default", "description"})
"""What the document says beside a parameter's form, or not at all."""
PLACE = "#/components/schemas/{model}"


class ShapeExtension(PydanticExtension):  # type: ignore[no-untyped-call]  # drf-spectacular types some of itself
    """Shapes by their own names; what a request may leave out is not called required."""

    priority = 1

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """Return the schema of a shape, and put those within it beside it."""
        mode: Literal["validation", "serialization"] = "validation" if direction == "request" else "serialization"
        schema = model_json_schema(self.target, ref_template=PLACE, mode=mode)
        for name, part in schema.pop("$defs", {}).items():
            inner = ResolvedComponent(  # type: ignore[no-untyped-call]
                name=name, type=ResolvedComponent.SCHEMA, object=name, schema=part
            )
            auto_schema.registry.register_on_missing(inner)
        found: dict[str, Any] = schema
        return found


def parameters(query: type[BaseModel]) -> list[OpenApiParameter]:
    """Return what may stand behind the `?` of an address, as the document has it."""
    told = query.model_json_schema(ref_template="{model}")
    inner = told.get("$defs", {})
    return [
        OpenApiParameter(
            name,
            {key: value for key, value in _plain(part, inner).items() if key not in BESIDE},
            description=part.get("description", ""),
            required=name in told.get("required", ()),
        )
        for name, part in told.get("properties", {}).items()
    ]


def _plain(part: dict[str, Any], inner: dict[str, Any]) -> dict[str, Any]:
    """Return what a parameter is where it is given: that it may be left out says `required`."""
    given = [one for one in part.get("anyOf", ()) if one.get("type") != "null"]
    if len(given) == 1:
        part = {key: value for key, value in part.items() if key != "anyOf"} | given[0]
    if "$ref" in part:
        part = {key: value for key, value in part.items() if key != "$ref"} | inner[part["$ref"]]
    return part

"""Answers that are files, byte for byte: papers, workbooks, packs of evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from api.resource import REFUSED, Resource, problems_of
from screens.downloads import as_download

PDF = "application/pdf"
Method = TypeVar("Method", bound=Callable[..., HttpResponse])


class AsItIs(BaseContentNegotiation):
    """The file in its own form, whatever is accepted: there is no other."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> tuple[Any, str]:
        """Return what errors are written by."""
        return renderers[0], renderers[0].media_type


class FileResource(Resource):
    """An address whose answer is a file."""

    content_negotiation_class: Any = AsItIs


def gives(operation: str, media_type: str, *, tag: str) -> Callable[[Method], Method]:
    """Say in the API's document that a method gives a file: its own docstring says which."""
    return extend_schema(
        operation_id=operation,
        tags=[tag],
        responses={(200, media_type): OpenApiResponse(OpenApiTypes.BINARY, "OK")}
        | problems_of(*(one for one in REFUSED if one != 406)),
    )


def file(data: bytes, media_type: str, name: str) -> HttpResponse:
    """Return bytes under a name; no cache keeps them."""
    headers = {**as_download(name), "Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type=media_type, headers=headers)

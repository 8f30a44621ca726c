"""What every address of the API has in common: who asks is named to the database, the area is held, the answer plain.

Owns reading what is asked for, and writing a shape as JSON with its mark (ETag). One domain call stands in the views.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticKnownError
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts import wall
from accounts.models import User
from accounts.queries import acting
from accounts.roles import Area
from accounts.scoping import areas
from api import keyed
from api.doors import SessionDoor, TokenDoor
from api.keyed import Claimed
from api.limits import TokenLimit
from api.problems import PROBLEM_JSON, Problem, Refused, problem
from api.schema import parameters
from core.actor import Actor
from screens.plain.shape import Shape

JSON = "application/json"
WRITABLE = r"^[^\x00]*$"
ACCEPTED = HTTPStatus.ACCEPTED.value
AskedFor = TypeVar("AskedFor", bound="Query")
Carried = TypeVar("Carried", bound=BaseModel)
Method = TypeVar("Method", bound=Callable[..., HttpResponse])


class Query(BaseModel):
    """What stands behind the `?` of an address; what is not named in it is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _writable(cls, value: object) -> object:
        """Refuse a text with a NUL, which no text of the database can be compared with."""
        if isinstance(value, str) and "\0" in value:
            raise PydanticKnownError("string_pattern_mismatch", {"pattern": WRITABLE})
        return value


class Sparse(Query):
    """An answer of which some keys alone are wanted."""

    fields: str | None = Field(
        None, description="Names of the keys wanted, separated by commas; all without it.", max_length=1000
    )

    def wanted(self, within: set[str]) -> set[str] | None:
        """Return the keys that are wanted of these; None for all. Raises Refused for one that there is not."""
        if self.fields is None:
            return None
        named = set(self.fields.split(","))
        if not named <= within:
            raise Refused("invalid", f"fields: {', '.join(sorted(named - within))}")
        return named


class Opens(BasePermission):
    """That the roles of who asks, and the token, open the area of an address."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Tell whether they do."""
        area: Area | None = view.area
        return isinstance(request.user, User) and (area is None or area in areas(request.user))


class Resource(APIView):
    """An address of the API. `area` is what has to be open; None where it is enough to be somebody."""

    area: ClassVar[Area | None]
    authentication_classes: Any = (TokenDoor, SessionDoor)
    permission_classes: Any = (Opens,)
    throttle_classes: Any = (TokenLimit,)
    keyed: ClassVar[bool] = True
    """Whether an unsafe call needs an Idempotency-Key."""
    claimed: Claimed | None = None

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks, and name it to the database for the rest of the transaction."""
        wall.enter(request.user)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let in who may, and take the key of what is to be changed."""
        super().initial(request, *args, **kwargs)
        if self.keyed and request.method not in SAFE_METHODS and request.method in self.allowed_methods:
            self.claimed = keyed.claim(request, self.carried(request), self.actor(request))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep the answer of what was changed."""
        told = super().finalize_response(request, response, *args, **kwargs)
        if self.claimed is not None:
            keyed.keep(self.claimed, self.actor(request), told)
        return told

    def carried(self, request: Request) -> bytes:
        """Return what tells two bodies apart: the body itself."""
        return request.body

    def actor(self, request: Request) -> Actor:
        """Return who asks, as operations want it named."""
        if not isinstance(request.user, User):
            raise NotAuthenticated
        return acting(request.user)

    def query(self, request: Request, shape: type[AskedFor]) -> AskedFor:
        """Return what the address asks for. Raises pydantic's ValidationError."""
        return shape.model_validate(request.query_params.dict())

    def body(self, request: Request, shape: type[Carried]) -> Carried:
        """Return what the request carries. Raises pydantic's ValidationError."""
        return shape.model_validate(request.data)


def answered(request: Request, told: BaseModel, *, only: set[str] | None = None, status: int = 200) -> HttpResponse:
    """Return a shape as JSON with its mark, or nothing where who asks has it already."""
    return stored(request, told.model_dump_json(include=only).encode(), status=status)


def stored(request: Request, body: bytes, *, status: int = 200) -> HttpResponse:
    """Return JSON with its mark, or nothing where who asks has it already."""
    mark = f'"{sha256(body).hexdigest()[:32]}"'
    if status == HTTPStatus.OK and mark in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": mark})
    headers = {"ETag": mark, "Cache-Control": "private, no-cache"}
    return HttpResponse(body, status=status, content_type=JSON, headers=headers)


@csrf_exempt  # nothing is changed here, and the answer is the API's own
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Say that there is no such address, as the API says things."""
    return problem("not_found")


KEY = OpenApiParameter(
    keyed.HEADER,
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="Of one's own making: the same request again, within 30 days, is answered as before and not repeated.",
    examples=[OpenApiExample("key", "6f1c1e52-7d3a-4a55-9a64-0a5f2c6b8f5e")],
)
REFUSED = (400, 401, 403, 404, 406, 429)
CHANGING = (409, 413, 415, 422)


def problems_of(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """Return the refusals of these statuses, as the document has them."""
    return {(status, PROBLEM_JSON): OpenApiResponse(Problem, HTTPStatus(status).phrase) for status in statuses}


def says(
    operation: str,
    shape: type[Shape] | None,
    *,
    query: type[Query] | None = None,
    body: type[BaseModel] | None = None,
    status: int = 200,
    tag: str,
    unsafe: bool = False,
) -> Callable[[Method], Method]:
    """Say in the API's document what a method answers and takes: its own docstring says what it does."""
    changes = unsafe or body is not None or status != HTTPStatus.OK
    return extend_schema(
        operation_id=operation,
        tags=[tag],
        request=body,
        parameters=[*(parameters(query) if query is not None else ()), *((KEY,) if changes else ())],
        responses={status: shape or OpenApiResponse(description=HTTPStatus(status).phrase)}
        | problems_of(*REFUSED, *(CHANGING if changes else ())),
    )

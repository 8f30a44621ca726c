"""Tokens for partners' systems."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import BaseModel, Field
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from accounts.operations import NotOpen
from api.limits import StrangerLimit
from api.oauth import SERVER
from api.problems import PROBLEM_JSON, Problem, Refused
from api.resource import Resource
from screens.plain.shape import Shape

FORM = "application/x-www-form-urlencoded"


class TokenAsked(BaseModel):
    """What a partner's system sends; its id and secret may stand in `Authorization: Basic` instead."""

    grant_type: str = Field(pattern="^client_credentials$")
    scope: str | None = Field(None, max_length=500, description="Areas, separated by blanks; all without it.")
    client_id: str | None = Field(None, max_length=64)
    client_secret: str | None = Field(None, max_length=200)


class TokenGiven(Shape):
    """A token, which nobody can read again."""

    access_token: str
    expires_in: int = Field(description="Seconds.")
    token_type: str
    scope: str


class OAuthProblem(Shape):
    """What OAuth 2 says of a request that gives no token (RFC 6749, 5.2)."""

    error: str = Field(examples=["invalid_client"])
    error_description: str | None = None


class Token(Resource):
    """The door of partners' systems."""

    area = None
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (StrangerLimit,)
    parser_classes = (FormParser,)
    keyed = False

    @extend_schema(
        operation_id="token_create",
        tags=["doors"],
        request={FORM: TokenAsked},
        auth=[],
        responses={
            200: TokenGiven,
            400: OpenApiResponse(OAuthProblem, "Bad Request"),
            401: OpenApiResponse(OAuthProblem, "Unauthorized"),
            **{
                (status, PROBLEM_JSON): OpenApiResponse(Problem, HTTPStatus(status).phrase)
                for status in (406, 415, 429)
            },
        },
    )
    def post(self, request: Request) -> HttpResponse:
        """Give a partner's system a token for an hour (OAuth 2, client credentials)."""
        try:
            headers, body, status = SERVER.create_token_response(
                request.build_absolute_uri(), "POST", request.body, dict(request.headers)
            )
        except NotOpen as problem:
            raise Refused("not_authenticated") from problem
        return HttpResponse(body, status=status, headers=headers)

"""One's own tokens, and the one that is shown."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from pydantic import Field
from rest_framework.request import Request

from accounts.models import ApiToken
from api.resource import Resource, answered, says
from screens.plain.shape import Shape


class Token(Shape):
    """A token as it stands; its secret is nowhere."""

    id: UUID
    name: str
    owner: str = Field(description="User name of the owner, whom the audit log names.")
    role: str
    unit: str = Field(description="Code of the unit at and below which the token sees.")
    areas: list[str]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None


class This(Resource):
    """The token of the request."""

    area = None

    @says("token_read", Token, tag="doors")
    def get(self, request: Request) -> HttpResponse:
        """Read what the token of this request may do, and until when."""
        token = request.auth
        if not isinstance(token, ApiToken):
            raise Http404
        return answered(request, _told(token))


def _told(token: ApiToken) -> Token:
    return Token(
        id=token.public_id,
        name=token.name,
        owner=token.user.username,
        role=token.role,
        unit=token.unit.code,
        areas=token.areas,
        made_at=token.made_at,
        expires_at=token.expires_at,
        used_at=token.used_at,
    )

"""Who asks: the owner of a token, narrowed to what the token leaves, or a person with a session on our own pages.

Owns the two ways in. A token goes before a session. Each request names who asks to the database as well, whatever
the transaction named before. Never decides what may be seen: scoping and the wall do.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.operations import note_use
from accounts.queries import acting, digest_of, token_of
from core import clock

LONGEST = 200
"""Characters of a token that are looked at."""


class TokenDoor(BaseAuthentication):
    """`Authorization: Bearer <token>`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the token's owner with the token; None without one. Raises AuthenticationFailed."""
        kind, _blank, secret = get_authorization_header(request).partition(b" ")
        if kind.lower() != b"bearer":
            return None
        try:
            text = secret.decode("ascii")
        except UnicodeDecodeError as problem:
            raise AuthenticationFailed(str(NO_TOKEN)) from problem
        token = token_of(digest_of(text), clock.now()) if len(text) <= LONGEST else None
        if token is None:
            raise AuthenticationFailed(str(NO_TOKEN))
        note_use(token=token, by=acting(token.user), at=clock.now())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Say which way in is meant."""
        return 'Bearer realm="api"'


class SessionDoor(SessionAuthentication):
    """The session of our own pages; what it changes needs their CSRF token."""


NO_TOKEN = _("The token is not known, has expired or was revoked.")


class _TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # found by the document's maker
    target_class = TokenDoor
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of a person, or one that a partner's system was given at `/api/v1/oauth/token`.",
        }


class _SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = SessionDoor
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The session of the house's own pages; whatever changes something needs `X-CSRFToken`.",
        }

"""The door of partners' systems: OAuth 2, client credentials (RFC 6749, 4.4), by oauthlib.

Owns what oauthlib asks of us: which client shows its secret, which areas it may have, and the token it is given. No
other way of OAuth is offered. The scopes of a token are the areas of the house.
"""

from __future__ import annotations

from base64 import b64decode
from typing import Any
from uuid import UUID

from oauthlib.oauth2 import BackendApplicationServer, RequestValidator

from accounts.models import ApiClient
from accounts.operations import ACCESS, give_access
from accounts.queries import acting, client_of_secret, digest_of
from accounts.roles import Area
from core import clock


class Partners(RequestValidator):  # type: ignore[misc]  # oauthlib ships no types
    """What oauthlib asks of the house."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Tell whether the client shows its own secret, in the header or in the body."""
        name, secret = _basic(request.headers) or (request.client_id or "", request.client_secret or "")
        try:
            request.client = client_of_secret(UUID(name), digest_of(secret))
        except ValueError:
            request.client = None
        return request.client is not None

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: ApiClient, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Tell whether the way is the one that is offered."""
        return grant_type == "client_credentials"

    def get_default_scopes(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        """Return all areas of the client."""
        return list(request.client.areas)

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: ApiClient, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Tell whether the client has all these areas."""
        return set(scopes) <= set(client.areas)

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        """Do nothing: the token was kept when it was made."""


def _given(request: Any) -> str:
    """Make a token for a client that was let in."""
    areas = [Area(one) for one in request.scopes]
    by = acting(request.client.user)
    secret: str = give_access(client=request.client, areas=areas, by=by, at=clock.now()).secret
    return secret


def _basic(headers: Any) -> tuple[str, str] | None:
    kind, _blank, told = (headers.get("Authorization") or "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _colon, secret = b64decode(told, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return name, secret


SERVER = BackendApplicationServer(Partners(), token_generator=_given, token_expires_in=int(ACCESS.total_seconds()))

"""How often one token, or one person with a session, may ask; and one address without either.

Counts in the cache of the house's broker: with several web processes they count together.
"""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from accounts.models import ApiToken


class TokenLimit(SimpleRateThrottle):
    """So many requests a minute of one token."""

    scope = "token"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Return the name under which the requests of this token are counted."""
        token = request.auth
        who = f"token-{token.pk}" if isinstance(token, ApiToken) else f"user-{request.user.pk}"
        return f"api-{who}"


class StrangerLimit(SimpleRateThrottle):
    """So many requests a minute of one address, where nobody is known yet."""

    scope = "stranger"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Return the name under which the requests of this address are counted."""
        return f"api-stranger-{self.get_ident(request)}"

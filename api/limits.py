"""How often one token, or one person with a session, may ask; and one address without either.

Counts in the cache of the house's broker, one number a minute: with several web processes they count together, and
requests that come at once are all counted.
"""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from accounts.models import ApiToken


class Counted(SimpleRateThrottle):
    """So many requests in each stretch of time, which begins for all at once."""

    num_requests: int | None
    duration: int | None
    began = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count a request, and tell whether it is one of those that are let through."""
        if self.rate is None or self.num_requests is None or self.duration is None:
            return True
        now = self.timer()
        self.began = now - now % self.duration
        return self._counted(f"{self.get_cache_key(request, view)}-{int(self.began)}") <= self.num_requests

    def wait(self) -> float | None:
        """Return the seconds until the next stretch begins."""
        return self.began + (self.duration or 0) - self.timer()

    def _counted(self, key: str) -> int:
        cache: Any = self.cache
        while True:
            try:
                return int(cache.incr(key))
            except ValueError:  # it is the first one
                if cache.add(key, 1, self.duration):
                    return 1


class TokenLimit(Counted):
    """So many requests a minute of one token."""

    scope = "token"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Return the name under which the requests of this token are counted."""
        token = request.auth
        who = f"token-{token.pk}" if isinstance(token, ApiToken) else f"user-{request.user.pk}"
        return f"api-{who}"


class StrangerLimit(Counted):
    """So many requests a minute of one address, where nobody is known yet."""

    scope = "stranger"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Return the name under which the requests of this address are counted."""
        return f"api-stranger-{self.get_ident(request)}"

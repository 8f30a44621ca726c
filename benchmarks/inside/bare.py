"""The addresses of the service, and beside them what the API is compared with: bare endpoints of DRF.

Owns what bare means: the same server, middleware and token, no limit and no question; the answer is an object that is
held in memory and rendered as DRF renders. It is the very object that the API answered. Stands in no product.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import path
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.doors import TokenDoor
from config import urls

FOLDER = "bench-bare"
"""Below LOCAL_DIR: an object a file."""


@cache
def _object(name: str) -> Any:
    return json.loads((settings.LOCAL_DIR / FOLDER / f"{name}.json").read_bytes())


class Bare(APIView):
    """A constant object, for whoever shows a token."""

    authentication_classes = (TokenDoor,)
    permission_classes = (IsAuthenticated,)
    throttle_classes = ()

    def get(self, request: Request, name: str) -> Response:
        """Return it."""
        return Response(_object(name))


urlpatterns = [path("bare/<slug:name>", Bare.as_view()), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500

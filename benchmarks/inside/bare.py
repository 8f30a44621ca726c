"""A bare address of DRF beside the service's own: who asks is known by the same token, the answer is a constant.

It has the same middleware, and the transaction of a request; it asks the database for the token and nothing else.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.urls import path
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.doors import TokenDoor
from config.urls import urlpatterns as served

CONSTANTS = "BENCH_CONSTANTS"
"""Where the answers lie, by the name of the address that they stand beside."""


class Bare(APIView):
    """A constant object."""

    authentication_classes: Any = (TokenDoor,)
    permission_classes: Any = (IsAuthenticated,)

    def get(self, request: Request, name: str) -> Response:
        """Give it."""
        return Response(_CONSTANTS[name])


_CONSTANTS = json.loads(Path(os.environ.get(CONSTANTS, os.devnull)).read_text("utf-8") or "{}")
urlpatterns = [path("bare/<slug:name>", Bare.as_view()), *served]

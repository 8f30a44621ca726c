"""What a page or an answer showed of clients' data, on record: who read it, of what, how many rows.

One INSERT in the transaction of the request. Never holds what was shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest
from rest_framework.request import Request

from accounts.models import User
from accounts.queries import acting
from core import clock
from core.audit import Concern, record_read


def note_read(
    request: HttpRequest | Request, kind: str, key: str, details: Mapping[str, Any], *, place: str = ""
) -> None:
    """Record that the person before the screen reads data; `place` is the path of the unit, empty for the house."""
    if not isinstance(request.user, User):
        raise Http404
    record_read(
        subject_kind=kind,
        subject_key=key,
        details=details,
        by=acting(request.user),
        at=clock.now(),
        concern=Concern(place),
    )

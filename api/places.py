"""A unit that is named by its code, among those that who asks sees today."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from accounts.queries import visible_units
from core import clock


def path_of_unit(user: Any, code: str | None) -> str | None:
    """Return the path of a unit; None where none is named. Raises Http404 for one out of sight."""
    if code is None:
        return None
    found = next((one for one in visible_units(user, clock.shanghai_today()) if one.code == code), None)
    if found is None:
        raise Http404
    return found.path

"""Audit rows about one client: they name the path of its outlet as it is now, and the client's source and code.

Never names anybody: codes alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import Client
from core.actor import Actor
from core.audit import READ, Concern, record


def concern_of(client: Client) -> Concern:
    """Return the concern of a client; one without an outlet concerns the house."""
    return Concern(client.outlet.path if client.outlet else "", f"{client.source}/{client.code}")


def record_about(
    client: Client,
    *,
    action: str,
    details: Mapping[str, Any],
    by: Actor,
    at: datetime,
    subject: tuple[str, str] | None = None,
) -> None:
    """Write the audit row of an act on a client, or on a subject (kind and key) of that client."""
    kind, key = subject or ("client", client.code)
    concern = concern_of(client)
    record(action=action, subject_kind=kind, subject_key=key, details=details, by=by, at=at, concern=concern)


def record_client_read(
    client: Client, *, details: Mapping[str, Any], by: Actor, at: datetime, subject: tuple[str, str] | None = None
) -> None:
    """Write the audit row of a look at a client's data: which, never what they said."""
    record_about(client, action=READ, details=details, by=by, at=at, subject=subject)

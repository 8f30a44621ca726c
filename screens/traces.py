"""Where an act of a client came from, and how he had shown who he is: read from the request, for the record.

A session is told by a digest that opens nothing. Methods are those that really ran.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

from smart_products.signing.steps import LOGIN_LASTS, Identification, Trace


def trace_of(request: HttpRequest | Request) -> Trace:
    """Return where a request comes from; the session by a digest that opens nothing."""
    key = (request.session.session_key or "").encode()
    session = hmac.new(settings.SECRET_KEY.encode(), b"trace " + key, hashlib.sha256).hexdigest()
    return Trace(session, request.headers.get("User-Agent", "")[:300], request.META.get("REMOTE_ADDR", "")[:45])


def identification_of(request: HttpRequest | Request) -> Identification:
    """Return the last log-in of this session, with the methods that ran since it began."""
    records = get_authentication_records(request, request.user)
    if not records:
        return Identification((), datetime.fromtimestamp(0, UTC))
    last = max(float(record["at"]) for record in records)
    recent = [record for record in records if last - float(record["at"]) <= LOGIN_LASTS.total_seconds()]
    return Identification(tuple(str(record["method"]) for record in recent), datetime.fromtimestamp(last, UTC))

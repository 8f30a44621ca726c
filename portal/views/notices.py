"""Notices to the client, newest first, in the reader's language; reading them is an act of its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.notice_texts import text_of
from accounts.operations import mark_read
from accounts.queries import ClientReader, notices_of
from core import clock
from portal.access import actor, client
from screens import formats
from smart_products.signing.queries import contracts_of

SHOWN = 100
"""So many of the latest notices are listed."""


@require_safe
@client
def inbox(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """List the notices of the client."""
    contracts = {one.number: one.public_id for one in contracts_of(reader.client.pk) if one.signed_at is not None}
    shown = [
        {
            "text": text_of(one.kind, one.params),
            "at": formats.moment(one.at),
            "unread": one.read_at is None,
            "contract": contracts.get(one.params.get("contract", "")),
        }
        for one in notices_of(reader.client)[:SHOWN]
    ]
    return render(request, "portal/notices.html", {"tab": "notices", "reader": reader, "notices": shown})


@require_POST
@client
def read(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """Mark all notices as read."""
    mark_read(client=reader.client, by=actor(request), at=clock.now())
    return redirect("portal:notices")

"""Notices to the client, newest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.queries import ClientReader
from portal.access import client


@require_safe
@client
def inbox(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """List the notices of the client."""
    return render(request, "portal/notices.html", {"tab": "notices", "reader": reader})

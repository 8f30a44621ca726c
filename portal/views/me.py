"""The client's own matters: consents, own data, sessions and devices.

Every act is a plain POST that goes back to its page, and is audited. Another client's rows can not be named here.
"""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.concerns import record_about
from accounts.operations import give_consent, withdraw_consent
from accounts.queries import ClientReader, consents_of
from accounts.rules import Purpose
from core import clock
from portal.access import actor, client
from portal.pages import own_data, privacy
from portal.pages.devices import device
from screens import formats


@require_safe
@client
def privacy_centre(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """Show consents with what each means, and the way to one's own data."""
    context = {"tab": "mine", "reader": reader, "consents": privacy.words(consents_of(reader.client.pk))}
    return render(request, "portal/privacy.html", context)


@require_POST
@client
def consent(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """Give or withdraw one consent."""
    try:
        purpose = Purpose(request.POST.get("purpose", ""))
        act = {"give": give_consent, "withdraw": withdraw_consent}[request.POST.get("act", "")]
    except (ValueError, KeyError) as problem:
        raise Http404 from problem
    act(client=reader.client, purpose=purpose, by=actor(request), at=clock.now())
    back = request.POST.get("back", "")
    return redirect("portal:home" if back == "home" else "portal:privacy")


@require_safe
@client
def data(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """Give the client all that is stored about him, as a JSON file."""
    answer = JsonResponse(own_data.collect(reader, clock.now()), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@require_safe
@client
def sessions(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """List where this login is in use."""
    found = sorted(UserSession.objects.purge_and_list(request.user), key=lambda one: one.created_at, reverse=True)
    shown = [
        {
            "id": one.pk,
            "device": device(one.user_agent),
            "ip": one.ip,
            "since": formats.moment(one.created_at),
            "here": one.session_key == request.session.session_key,
        }
        for one in found
    ]
    return render(request, "portal/sessions.html", {"tab": "mine", "reader": reader, "sessions": shown})


@require_POST
@client
def end_sessions(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """End one other session, or all others; the one that asks stays."""
    others = UserSession.objects.filter(user_id=request.user.pk).exclude(session_key=request.session.session_key)
    if number := request.POST.get("session", ""):
        others = others.filter(pk=int(number) if number.isdecimal() and len(number) < 18 else 0)
    ended = list(others)
    for one in ended:
        one.end()
    record_about(
        reader.client, action="end_sessions", details={"sessions": len(ended)}, by=actor(request), at=clock.now()
    )
    return redirect("portal:sessions")

"""The switches that every face has: language, theme, colour of up.

Takes a plain POST, keeps the choice in a cookie and goes back to where the reader was.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from screens import preferences


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the posted choices and go back; an address of another site is never followed."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    preferences.keep(response, request)
    return response

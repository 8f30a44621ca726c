"""Whether this process lives and reaches its database: what a proxy asks, without a login.

Tells nothing of the business and reads no table; how the service stands is the page of operations. Answers before all
else that a request goes through, so that it can say of a database that is away that it is.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

PATH = "/healthz"


def liveness(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer at the one address, and let everything else go on."""

    def answered(request: HttpRequest) -> HttpResponse:
        return healthz(request) if request.path == PATH else get_response(request)

    return answered


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 where the database answers, 503 where it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")

"""The API's document, and the pages on which it is read: all from installed files, without a login, without data.

The document is a file that is made from the code and checked in (`make api`); a test holds them equal.
"""

from __future__ import annotations

from pathlib import Path

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from api.problems import CODES

FILE = Path(__file__).with_name("openapi.yaml")
YAML = "application/yaml; charset=utf-8"

# Both pages write styles into their elements; Redoc searches in a worker that it makes itself.
_STYLED = {"style-src": [SELF, UNSAFE_INLINE], "worker-src": ["blob:"], "font-src": [SELF, "data:"]}


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """Give the document as it is checked in."""
    return HttpResponse(FILE.read_bytes(), content_type=YAML)


@require_safe
@csp_update(_STYLED)
def swagger(request: HttpRequest) -> HttpResponse:
    """Draw the document with Swagger UI, where each operation can be tried with a token."""
    return render(request, "api/swagger.html")


@require_safe
@csp_update(_STYLED)
def redoc(request: HttpRequest) -> HttpResponse:
    """Draw the document with Redoc, to read."""
    return render(request, "api/redoc.html")


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Draw the table of codes, in both languages."""
    told = []
    for code, meaning in CODES.items():
        words = {}
        for language in ("zh-hans", "en"):
            with translation.override(language):
                words[language] = str(meaning.title)
        told.append((code, meaning.status.value, words["zh-hans"], words["en"]))
    return render(request, "api/problems.html", {"codes": told})

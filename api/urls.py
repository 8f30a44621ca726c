"""The addresses of the API, all below `/api/`."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from api.documents import document, problems, redoc, swagger
from api.resource import nothing_here
from api.v1.matrix import Matrix

app_name = "api"

RESOURCES: list[URLPattern] = [
    path("v1/matrix", Matrix.as_view(), name="matrix"),
]

urlpatterns = [
    *RESOURCES,
    path("openapi.yaml", document, name="document"),
    path("", swagger, name="swagger"),
    path("redoc/", redoc, name="redoc"),
    path("problems/", problems, name="problems"),
    re_path("", nothing_here, name="nothing"),
]

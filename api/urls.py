"""The addresses of the API, all below `/api/`."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from api.documents import document, problems, redoc, swagger
from api.resource import nothing_here
from api.v1 import oauth, tokens, uploads
from api.v1.matrix import Matrix

app_name = "api"

RESOURCES: list[URLPattern] = [
    path("v1/oauth/token", oauth.Token.as_view(), name="oauth-token"),
    path("v1/token", tokens.This.as_view(), name="token"),
    path("v1/deliveries/uploads", uploads.Uploads.as_view(), name="uploads"),
    path("v1/deliveries/uploads/<str:folder>", uploads.OneUpload.as_view(), name="upload"),
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

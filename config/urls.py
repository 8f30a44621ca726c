"""The addresses of the service: each face brings its own; here is only what belongs to none."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("backoffice.urls")),
]

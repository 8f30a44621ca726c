"""The addresses of the service: each face brings its own; here is only what belongs to none."""

from __future__ import annotations

from django.urls import include, path

from screens.views import keep

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("preferences/", keep, name="preferences"),
    path("", include("backoffice.urls")),
]

handler400 = "backoffice.views.errors.bad_request"
handler403 = "backoffice.views.errors.forbidden"
handler404 = "backoffice.views.errors.not_found"
handler500 = "backoffice.views.errors.server_error"

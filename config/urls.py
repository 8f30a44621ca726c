"""The addresses of the service: each face brings its own; here is only what belongs to none."""

from __future__ import annotations

from allauth.socialaccount.providers.openid_connect.views import callback
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path, reverse_lazy
from django.views.generic import RedirectView

from backoffice.admin.site import site
from config import oidc
from screens.views import keep


def not_offered(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer 404: pages of allauth that this house does not use."""
    raise Http404


urlpatterns = [
    re_path(r"^accounts/(?:email|confirm-email|password/set|password/reset|login/code)/(?P<rest>.*)$", not_offered),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/oidc/<slug:provider_id>/login/", oidc.login, name="openid_connect_login"),
    path("accounts/oidc/<slug:provider_id>/login/callback/", callback, name="openid_connect_callback"),
    # The admin has no door of its own: its limits and its second factor are those of the one login.
    path("admin/login/", RedirectView.as_view(url=reverse_lazy("account_login"), query_string=True)),
    path("admin/", site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("preferences/", keep, name="preferences"),
    path("api/", include("api.urls")),
    path("portal/", include("portal.urls")),
    path("", include("backoffice.urls")),
]

handler400 = "backoffice.views.errors.bad_request"
handler403 = "backoffice.views.errors.forbidden"
handler404 = "backoffice.views.errors.not_found"
handler500 = "backoffice.views.errors.server_error"

"""Login of staff by the house's own OpenID Connect provider: only to a login that exists, never to a client's.

The first login through the provider ties the subject it names to the login of ours that the claim names; from then on
that subject alone opens it. Nobody signs up this way, and nobody ties a provider to a login he is in. Says to a
stranger no more than that it did not work.
"""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from requests import RequestException

from accounts.models import User
from accounts.queries import is_client, user_by_name
from core import clock
from core.actor import system
from core.audit import record


class StaffAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Opens a login of staff that exists, and ties the provider's subject to it the first time."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse whatever is no login of staff in use; tie a new subject to the login that the claim names."""
        told = sociallogin.account.extra_data
        if sociallogin.state.get("process") != AuthProcess.LOGIN or not _of_one_subject(told):
            _refuse(request)
        user = sociallogin.user if sociallogin.is_existing else _untied(sociallogin.account.provider, told)
        if user is None or not user.is_active or user.partner or is_client(user):
            _refuse(request)
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)
            by, at = system("oidc"), clock.now()
            record(action="tie_oidc", subject_kind="user", subject_key=user.username, details={}, by=by, at=at)

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Lead back to the door, whatever went wrong."""
        _refuse(request)


@require_POST
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider; back to the door when it does not answer."""
    try:
        answer: HttpResponse = views.login(request, provider_id)
    except RequestException:
        return _door(request)
    return answer


def _of_one_subject(told: dict[str, Any]) -> bool:
    """Tell whether token and user information speak of the same subject, as OpenID Connect (5.3.2) demands."""
    subjects = {told[part].get("sub") for part in ("id_token", "userinfo") if part in told}
    return len(subjects) == 1 and None not in subjects


def _untied(provider: str, told: dict[str, Any]) -> User | None:
    """Return the login that the claim names, unless another subject has it already."""
    name = told.get("userinfo", {}).get(settings.OIDC_CLAIM)
    user = user_by_name(name) if isinstance(name, str) else None
    tied = user is not None and SocialAccount.objects.filter(user=user, provider=provider).exists()
    return None if tied else user


def _door(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("The login with the account of the house did not work. Ask an administrator."))
    return redirect(settings.LOGIN_URL)


def _refuse(request: HttpRequest) -> NoReturn:
    raise ImmediateHttpResponse(_door(request))

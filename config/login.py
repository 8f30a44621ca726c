"""How people log in, staff and clients alike: nobody signs up alone, and secrets of authenticators lie encrypted.

allauth brings the limits on failed logins, passkeys, authenticator apps and recovery codes. Where a second factor
is required, `second_factor` leads a login that has none to where one is set up, and nowhere else. A password that
somebody else made opens nothing but the page where its owner chooses another, and for three days alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import User
from accounts.operations import choose_password
from accounts.queries import acting
from core import clock
from core.secrecy import closed, opened

PASSED = "second_factor"
"""What a session remembers once a second factor is known to be set up."""


BEGAN = "login_began"
"""What a session remembers of the login between the password and the second factor."""

GIVEN = timedelta(hours=72)
"""How long a password that was handed over can be used to choose another."""

AUTHENTICATORS = "authenticators"
"""What the keys are for by which their secrets lie encrypted."""

OPEN = ("/accounts/", "/preferences/", "/i18n/")
"""Where a login may go that has still to choose its password, or to set up its second factor."""


class LoginAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closed sign-up, no login that was switched off or changed halfway, else allauth's own ways."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: staff are given a login, clients register in the portal."""
        return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Remember what the login was when it began; a password handed over too long ago opens nothing."""
        given = user.password_given_at
        by_provider = "sociallogin" in (kwargs.get("signal_kwargs") or {})
        if given is not None and not by_provider and clock.now() - given > GIVEN:
            raise ImmediateHttpResponse(render(request, "account/password_expired.html", status=403))
        request.session[BEGAN] = user.get_session_auth_hash()
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def login(self, request: HttpRequest, user: User) -> None:
        """Open the session, unless the login was switched off, or got another password or role, since it began."""
        if not user.is_active or request.session.pop(BEGAN, "") != user.get_session_auth_hash():
            raise ImmediateHttpResponse(redirect(settings.LOGIN_URL))
        super().login(request, user)

    def set_password(self, user: User, password: str) -> None:
        """Set the password that its owner chose, on record."""
        choose_password(user=user, password=password, by=acting(user), at=clock.now())


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Secrets encrypted by keys of ours; the last second factor stays where one is required."""

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return closed(text.encode(), AUTHENTICATORS).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret."""
        return opened(encrypted_text.encode(), AUTHENTICATORS).decode()

    def get_totp_issuer(self) -> str:
        """Return the name under which an authenticator app lists the login."""
        return settings.BROKER_NAME

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Return whether another one is left, or none is required."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return not settings.SECOND_FACTOR_REQUIRED or others.exclude(type="recovery_codes").exists()


def _ways(request: HttpRequest) -> set[str]:
    """Return by what the session was opened: password, passkey, the house's own provider."""
    return {one["method"] for one in get_authentication_records(request, request.user)}


def own_password(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: who came in by a password that somebody else made sees the page that changes it alone."""

    def guarded(request: HttpRequest) -> HttpResponse:
        user = request.user
        given = isinstance(user, User) and user.password_given_at is not None
        # Who came by the house's own provider never used the password.
        if given and not request.path.startswith(OPEN) and "socialaccount" not in _ways(request):
            return redirect(reverse("account_change_password"))
        return get_response(request)

    return guarded


def second_factor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: where a second factor is required, a login without one sees the pages that set it up alone."""

    def guarded(request: HttpRequest) -> HttpResponse:
        if not settings.SECOND_FACTOR_REQUIRED or request.path.startswith(OPEN):
            return get_response(request)
        if request.user.is_authenticated and not request.session.get(PASSED):
            held = Authenticator.objects.filter(user_id=request.user.pk).exclude(type="recovery_codes")
            # The house's own provider asks for a second factor by its own rules.
            if "socialaccount" not in _ways(request) and not held.exists():
                return redirect(reverse("mfa_index"))
            request.session[PASSED] = True
        return get_response(request)

    return guarded

"""Registering: a client of the broker comes with an invitation and leaves with a login of his own.

Draws forms and calls one operation. Says no more than that an invitation does not hold, whatever the reason.
"""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import ClientLogin
from accounts.operations import AlreadyRegistered, InviteRefused, give_consent, register_by_invite
from accounts.queries import open_invite
from accounts.rules import Purpose
from core import clock
from core.actor import Actor, system
from portal.forms import InviteForm, RegisterForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Ask for the word of an invitation."""
    form = InviteForm(request.POST or None)
    if form.is_valid():
        word = form.cleaned_data["word"].strip()
        if open_invite(word, clock.now()) is not None:
            return redirect("portal:register-invited", word)
        form.add_error("word", _("This invitation does not hold, or holds no longer."))
    return render(request, "portal/register_start.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, word: str) -> HttpResponse:
    """Make the login of an invited client, and log him in."""
    if open_invite(word, clock.now()) is None:
        return render(request, "portal/register_refused.html", status=410)
    form = RegisterForm(request.POST or None)
    if form.is_valid():
        try:
            login = _register(word, form)
        except InviteRefused:
            return render(request, "portal/register_refused.html", status=410)
        except AlreadyRegistered as problem:
            if not problem.name_taken:
                return render(request, "portal/register_refused.html", status=410)
            form.add_error("username", _("This user name is taken."))
        else:
            vars(login.user)["backend"] = BACKEND
            answer: HttpResponse = perform_login(request, login.user, redirect_url=reverse("portal:home"))
            return answer
    return render(request, "portal/register.html", {"form": form}, status=422 if form.errors else 200)


@transaction.atomic
def _register(word: str, form: RegisterForm) -> ClientLogin:
    given, at = form.cleaned_data, clock.now()
    login = register_by_invite(
        token=word, username=given["username"], password=given["password"], by=system("portal"), at=at
    )
    if given["accounts"]:
        by = Actor("user", login.user.get_username(), login.user.pk)
        give_consent(client=login.client, purpose=Purpose.FINANCIAL_ACCOUNTS, by=by, at=at)
    return login

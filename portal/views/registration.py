"""Registering: a client of the broker comes with an invitation, or with his mobile and a code, and leaves
with a login of his own.

Draws forms and calls one operation. Says no more than that an invitation does not hold, whatever the reason.
"""

from __future__ import annotations

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import wall
from accounts.digests import id_digest, token_hash
from accounts.models import ClientLogin, Invite
from accounts.operations import (
    AlreadyRegistered,
    CodeResult,
    InviteRefused,
    TooSoon,
    give_consent,
    register_by_invite,
    register_by_match,
    request_code,
    use_code,
)
from accounts.queries import NoMatch, client_by_id, match_client, open_invite
from accounts.rules import Channel, CodePurpose, Purpose
from core import clock
from core.actor import Actor, system
from portal.forms import CodeForm, InviteForm, MatchForm, RegisterForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MATCHED = "register_match"
"""In the session: the client who was found, or nothing where none was."""
_TAKEN = gettext_lazy("This user name is taken.")
_WRONG = gettext_lazy("This code is not right, or is over.")


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Ask for the word of an invitation."""
    form = InviteForm(request.POST or None)
    if form.is_valid():
        word = form.cleaned_data["word"].strip()
        if not ratelimit.consume(request, action="portal_invite"):
            form.add_error(None, _("Too many attempts. Please try again in an hour."))
        elif _opened(word) is not None:
            return redirect("portal:register-invited", word)
        else:
            form.add_error("word", _("This invitation does not hold, or holds no longer."))
    context = {"form": form, "match": bool(settings.ID_DIGEST_KEY)}
    return render(request, "portal/register_start.html", context, status=422 if form.errors else 200)


def _opened(word: str) -> Invite | None:
    """Return the invitation of a word that still holds; whoever knows it acts for its client from here on."""
    wall.prove(token_hash(word))
    invite = open_invite(word, clock.now())
    if invite is not None:
        wall.act_for(invite.client_id)
    return invite


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, word: str) -> HttpResponse:
    """Make the login of an invited client, and log him in."""
    if _opened(word) is None:
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
            form.add_error("username", _TAKEN)
        else:
            return _inside(request, login)
    return render(request, "portal/register.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest) -> HttpResponse:
    """Ask for mobile and identity document, and have a code sent where both belong to a client without a login.

    The answer is the same whether they do or not.
    """
    if not settings.ID_DIGEST_KEY:
        raise Http404
    form = MatchForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        if not ratelimit.consume(request, action="portal_match", key=given["mobile"]):
            form.add_error(None, _("Too many attempts. Please try again in an hour."))
        else:
            request.session[MATCHED] = _send_code(given["mobile"], given["id_number"])
            return redirect("portal:register-code")
    return render(request, "portal/register_match.html", {"form": form}, status=422 if form.errors else 200)


def _send_code(mobile: str, id_number: str) -> int | None:
    """Have a code sent to the matching client; return who that is, or nothing."""
    wall.prove(id_digest(id_number))
    try:
        found = match_client(mobile, id_number)
        wall.act_for(found.pk)
        request_code(
            client=found, purpose=CodePurpose.REGISTER, subject="", channel=Channel.SMS, by=system("portal"),
            at=clock.now(),
        )  # fmt: skip
    except NoMatch:
        return None
    except TooSoon:
        pass  # the code sent before is still good
    return found.pk


@sensitive_post_parameters("password", "again", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def matched(request: HttpRequest) -> HttpResponse:
    """Make the login of a client who holds the mobile, as the code proves, and log him in."""
    if MATCHED not in request.session:
        return redirect("portal:register-match")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            login = _register_matched(request.session[MATCHED], form)
        except AlreadyRegistered as problem:
            form.add_error("username" if problem.name_taken else "code", _TAKEN if problem.name_taken else _WRONG)
        else:
            if login is not None:
                del request.session[MATCHED]
                return _inside(request, login)
            form.add_error("code", _WRONG)
    return render(request, "portal/register_code.html", {"form": form}, status=422 if form.errors else 200)


@transaction.atomic
def _register_matched(client_id: int | None, form: CodeForm) -> ClientLogin | None:
    """Use the code and make the login together; None for a wrong code, whose attempt counts."""
    given, at, by = form.cleaned_data, clock.now(), system("portal")
    if client_id is None:
        return None
    wall.act_for(client_id)
    found = client_by_id(client_id)
    check = use_code(client=found, purpose=CodePurpose.REGISTER, subject="", given=given["code"], by=by, at=at)
    if check.result != CodeResult.RIGHT:
        return None
    login = register_by_match(client=found, username=given["username"], password=given["password"], by=by, at=at)
    _agree(login, form)
    return login


def _inside(request: HttpRequest, login: ClientLogin) -> HttpResponse:
    vars(login.user)["backend"] = BACKEND
    answer: HttpResponse = perform_login(request, login.user, redirect_url=reverse("portal:home"))
    return answer


def _agree(login: ClientLogin, form: RegisterForm) -> None:
    """Record the consent that was ticked, as the client's own act."""
    if form.cleaned_data["accounts"]:
        by = Actor("user", login.user.get_username(), login.user.pk)
        give_consent(client=login.client, purpose=Purpose.FINANCIAL_ACCOUNTS, by=by, at=clock.now())


@transaction.atomic
def _register(word: str, form: RegisterForm) -> ClientLogin:
    given, at = form.cleaned_data, clock.now()
    login = register_by_invite(
        token=word, username=given["username"], password=given["password"], by=system("portal"), at=at
    )
    _agree(login, form)
    return login

"""What a client does with a contract: pause, go on, leave, withdraw. Two taps, and each says what will happen.

Another client's contract is not there. Never decides what is allowed: signing does.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from accounts.queries import ClientReader
from core import clock
from portal.access import actor, client
from portal.pages import contracts as pages
from screens.refusals import said
from smart_products.signing import operations
from smart_products.signing.models import Contract
from smart_products.signing.operations import LifeError
from smart_products.signing.papers.labels import Language
from smart_products.signing.queries import agreed_terms, contract_of, contracts_of, reasons_to_leave, terms_of
from smart_products.signing.queries.terms_moves import asked_to_sign, told_of
from smart_products.signing.states import IN_FORCE, SIGNED, ContractState, IllegalMove
from smart_products.signing.steps import NotAcknowledged


def _contract(reader: ClientReader, public_id: UUID) -> Contract:
    found = contract_of(reader.client.pk, public_id)
    if found is None or found.signed_at is None:
        raise Http404
    return found


@require_safe
@client
def manage(request: HttpRequest, reader: ClientReader, public_id: UUID) -> HttpResponse:
    """Show where a contract stands, and what can be done with it today."""
    return _show(request, reader, _contract(reader, public_id))


def _show(request: HttpRequest, reader: ClientReader, contract: Contract, problem: str = "") -> HttpResponse:
    today = clock.shanghai_today()
    _version, terms = agreed_terms(contract)
    pause = terms_of(contract).pause
    longest = today + timedelta(days=pause.longest_days)
    withdrawable = contract.cooling_off_until is not None and today <= contract.cooling_off_until
    context = {
        "tab": "mine",
        "reader": reader,
        "contract": contract,
        "state": ContractState(contract.state).label,
        "name": terms.name.in_language(translation.get_language() or ""),
        "alive": contract.state in IN_FORCE,
        "can_pause": contract.state == ContractState.ACTIVE and pause.allowed,
        "pause_later": contract.state == ContractState.COOLING_OFF and pause.allowed,
        "can_resume": contract.state == ContractState.PAUSED,
        "can_withdraw": contract.state in IN_FORCE and withdrawable,
        "reasons": reasons_to_leave(),
        "question": pages.question(contract, terms, today, _language(translation.get_language())),
        "told": told_of(contract),
        "new_terms": asked_to_sign(contract),
        "papers": pages.papers(contract, translation.get_language() or ""),
        "tomorrow": (today + timedelta(days=1)).isoformat(),
        "longest": longest.isoformat(),
        "problem": problem,
    }
    return render(request, "portal/contract.html", context, status=409 if problem else 200)


@require_safe
@client
def papers(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """List every paper of every contract, to read and download."""
    language = translation.get_language() or ""
    signed = [one for one in contracts_of(reader.client.pk) if one.state in SIGNED]
    lines = zip(pages.signed(signed, language), (pages.papers(one, language) for one in signed), strict=True)
    return render(request, "portal/papers.html", {"tab": "mine", "reader": reader, "contracts": list(lines)})


@require_POST
@client
def act(request: HttpRequest, reader: ClientReader, public_id: UUID) -> HttpResponse:
    """Do what the form asks for; doing it twice does it once."""
    contract, today = _contract(reader, public_id), clock.shanghai_today()
    who: dict[str, Any] = {"contract": contract, "on": today, "by": actor(request), "at": clock.now()}
    asked = request.POST.get("act", "")
    try:
        if asked == "pause":
            operations.pause(until=_day(request.POST.get("until", "")), **who)
        elif asked == "resume":
            operations.resume(**who)
        elif asked == "withdraw":
            operations.withdraw(**who)
        elif asked == "confirm":
            operations.confirm_rematch(
                ticked=request.POST.getlist("ticked"), language=_language(request.POST.get("language")), **who
            )
        elif asked == "sign-again":
            return redirect("portal:signing", operations.begin_signing_again(**who).public_id)
        elif asked == "leave":
            operations.terminate(reason=request.POST.get("reason", ""), **who)
        else:
            raise Http404
    except IllegalMove:
        pass  # a second click: the page shows what stands
    except (LifeError, NotAcknowledged) as error:
        return _show(request, reader, contract, said(error))
    return redirect("portal:manage", contract.public_id)


def _language(given: str | None) -> Language:
    return "en" if (given or "").startswith("en") else "zh"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise operations.PauseRefused(text) from problem

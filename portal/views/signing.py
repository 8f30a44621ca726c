"""Signing: one step a screen, from choosing the account to the sealed agreement.

Each act is a plain form, and everything stands in rows: a signing goes on where it was left, on any device. Another
client's signing is not there.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_POST, require_safe

from accounts.operations import CodeResult, TooSoon
from accounts.queries import ClientReader, accounts_of, live_code
from accounts.rules import Channel, CodePurpose, Purpose
from core import clock
from core.calendar import CalendarGap
from portal.access import actor, client
from portal.pages import signing as pages
from portal.pages.test import result
from portal.views.products import offered
from screens.downloads import paper as paper_file
from screens.preferences import house
from screens.refusals import said, said_of_code
from screens.signed import covered
from screens.traces import identification_of, trace_of
from smart_products.catalogue.bodies import blocks
from smart_products.signing import operations
from smart_products.signing.models import Contract
from smart_products.signing.operations import LifeError
from smart_products.signing.queries import (
    agreed_terms,
    contract_of,
    done_steps,
    evidence_of,
    may_sign_from,
    papers_of,
    read_document,
)
from smart_products.signing.seals.configured import NotAgreed, sealer
from smart_products.signing.states import SIGNED, UNSIGNED
from smart_products.signing.steps import (
    LOGIN_LASTS,
    PAPERS,
    OutOfOrder,
    Step,
    StepError,
    next_step,
)
from smart_products.suitability.queries import decision_of, matching_rules, standing_of, words_of


def _language() -> Literal["zh", "en"]:
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def _contract(reader: ClientReader, public_id: UUID) -> Contract:
    found = contract_of(reader.client.pk, public_id)
    if found is None:
        raise Http404
    return found


@client
def begin(request: HttpRequest, reader: ClientReader, public_id: UUID) -> HttpResponse:
    """Choose the account and begin; with one account there is nothing to choose."""
    today = clock.shanghai_today()
    version = offered(public_id, today)
    open_accounts = [one for one in accounts_of(reader.client.pk) if one.closed_on is None or one.closed_on > today]
    chosen = next((one for one in open_accounts if str(one.public_id) == request.POST.get("account")), None)
    problem = ""
    if request.method == "POST" and chosen is not None:
        try:
            made = operations.begin_signing(
                client=reader.client, product=version.product, account=chosen,
                on=today, by=actor(request), at=clock.now(),
            )  # fmt: skip
        except LifeError as error:
            problem = said(error)
        else:
            return redirect("portal:signing", made.public_id)
    context = {
        "tab": "products",
        "reader": reader,
        "public_id": public_id,
        "name": version.terms["name"][_language()],
        "accounts": [(one.public_id, covered(one.code)) for one in open_accounts],
        "problem": problem,
    }
    return render(request, "portal/signing/account.html", context, status=409 if problem else 200)


@require_safe
@client
def step(request: HttpRequest, reader: ClientReader, public_id: UUID) -> HttpResponse:
    """Show the step whose turn it is."""
    return _show(request, reader, _contract(reader, public_id))


def _show(request: HttpRequest, reader: ClientReader, contract: Contract, problem: str = "") -> HttpResponse:
    if contract.state in SIGNED:
        return redirect("portal:signed", contract.public_id)
    done = done_steps(contract)
    following = next_step(done, contract.outcome)
    if contract.state not in UNSIGNED or following is None:
        return _over(request, reader, contract)
    version, terms = agreed_terms(contract)
    context = {
        "tab": "products",
        "reader": reader,
        "contract": contract,
        "step": following,
        "name": terms.name.in_language(_language()),
        "version": version,
        "progress": pages.progress(done, contract.outcome, following),
        "problem": problem,
    }
    status = 409 if problem else 200
    if following == Step.SUITABILITY:
        today = clock.shanghai_today()
        context["result"] = result(standing_of(reader.client, today), matching_rules(today), today)
        return render(request, "portal/signing/suitability.html", context, status=status)
    if following == Step.SIGNATURE:
        return _show_signature(request, reader, contract, context, status)
    shown = operations.show_paper(
        contract=contract, step=following, language=_language(),
        trace=trace_of(request), by=actor(request), at=clock.now(),
    )  # fmt: skip
    context["shown"] = shown
    context["large"] = "large" in request.GET
    context["ticked"] = request.POST.getlist("ticked")
    context["title"] = shown.paper.title.in_language(shown.step.language)
    context["blocks"] = blocks(shown.paper.body.in_language(shown.step.language))
    return render(request, "portal/signing/paper.html", context, status=status)


def _show_signature(
    request: HttpRequest, reader: ClientReader, contract: Contract, context: dict[str, object], status: int
) -> HttpResponse:
    at, until = clock.now(), may_sign_from(contract)
    code = live_code(reader.client.pk, CodePurpose.SIGN, contract.number, at)
    context |= {
        "login_again": at - identification_of(request).at > LOGIN_LASTS,
        "agrees": Purpose.ESIGN in reader.consents,
        "not_before": pages.moment(timezone.localtime(until)) if at < until else "",
        "sent_to": pages.masked(reader.client.mobile or reader.client.email),
        "sent_until": f"{timezone.localtime(code.expires_at):%H:%M:%S}" if code else "",
        "cooling_off": contract.agreed["cooling_off_days"],
    }
    return render(request, "portal/signing/signature.html", context, status=status)


def _over(request: HttpRequest, reader: ClientReader, contract: Contract) -> HttpResponse:
    """Say why a signing ended before the signature."""
    language = _language()
    reasons = []
    if contract.decision is not None:
        reasons = [text.in_language(language) for text in words_of(decision_of(contract.decision))]
    context = {"tab": "products", "reader": reader, "contract": contract, "reasons": reasons}
    return render(request, "portal/signing/over.html", context)


@require_POST
@client
def act(request: HttpRequest, reader: ClientReader, public_id: UUID) -> HttpResponse:
    """Take the step that the form names; the same form twice takes it once."""
    contract = _contract(reader, public_id)
    try:
        taken = Step(request.POST.get("step", ""))
    except ValueError as problem:
        raise Http404 from problem
    by, at, trace = actor(request), clock.now(), trace_of(request)
    try:
        if taken == Step.SUITABILITY:
            operations.decide_match(
                contract=contract, language=_language(), trace=trace, on=clock.shanghai_today(), by=by, at=at
            )
        elif taken in PAPERS:
            operations.acknowledge_paper(
                contract=contract, step=taken, document=request.POST.get("document", ""),
                ticked=request.POST.getlist("ticked"), trace=trace, by=by, at=at,
            )  # fmt: skip
    except OutOfOrder:
        pass  # a second click, or another device was faster: the page shows whose turn it is
    except StepError as problem:
        return _show(request, reader, contract, said(problem))
    return redirect("portal:signing", contract.public_id)


@require_POST
@client
def code(request: HttpRequest, reader: ClientReader, public_id: UUID) -> HttpResponse:
    """Have the code sent."""
    contract = _contract(reader, public_id)
    if not (reader.client.mobile or reader.client.email):
        return redirect("portal:signing", contract.public_id)
    channel = Channel.SMS if reader.client.mobile else Channel.EMAIL
    try:
        operations.request_signing_code(contract=contract, channel=channel, by=actor(request), at=clock.now())
    except TooSoon as early:
        return _show(request, reader, contract, said(early))
    except OutOfOrder:
        return redirect("portal:signing", contract.public_id)
    return redirect("portal:signing", contract.public_id)


@require_POST
@client
def sign(request: HttpRequest, reader: ClientReader, public_id: UUID) -> HttpResponse:
    """Sign with the code."""
    contract, at = _contract(reader, public_id), clock.now()
    try:
        done = operations.sign(
            contract=contract, code=request.POST.get("code", ""), language=_language(),
            identification=identification_of(request), trace=trace_of(request), sealer=sealer(at),
            on=clock.shanghai_today(), by=actor(request), at=at,
        )  # fmt: skip
    except OutOfOrder:
        return redirect("portal:signing", contract.public_id)
    except (StepError, LifeError, CalendarGap, NotAgreed) as problem:
        return _show(request, reader, contract, said(problem))
    if done.code == CodeResult.RIGHT:
        return redirect("portal:signed", contract.public_id)
    return _show(request, reader, contract, said_of_code(done.code, done.tries_left))


@require_POST
@client
def leave(request: HttpRequest, reader: ClientReader, public_id: UUID) -> HttpResponse:
    """Give a signing up."""
    contract = _contract(reader, public_id)
    if contract.state in UNSIGNED:
        operations.give_up_signing(contract=contract, by=actor(request), at=clock.now())
    return redirect("portal:products")


@require_safe
@client
def signed(request: HttpRequest, reader: ClientReader, public_id: UUID) -> HttpResponse:
    """Show the sealed agreement, and how the signature was made."""
    contract = _contract(reader, public_id)
    if contract.state not in SIGNED or contract.signed_at is None or contract.subscription is None:
        return redirect("portal:signing", contract.public_id)
    _version, terms = agreed_terms(contract)
    language = _language()
    evidence = evidence_of(contract.number)
    context = {
        "tab": "mine",
        "reader": reader,
        "contract": contract,
        "subscription": contract.subscription.public_id,
        "name": terms.name.in_language(language),
        "paper_title": terms.paper(Step.AGREEMENT).title.in_language(language),
        "provider": house(language),
        "signed_at": pages.moment(timezone.localtime(contract.signed_at)),
        "fingerprint": pages.fingerprint(contract.signature),
        "time_stamped": evidence.time_stamped if evidence else False,
        "leaving": pages.leaving_words(contract.cooling_off_until, contract.ended_on is not None),
    }
    return render(request, "portal/signing/signed.html", context)


@require_safe
@client
def document(request: HttpRequest, reader: ClientReader, public_id: UUID, sha256: str) -> HttpResponse:
    """Give a paper of this signing, byte for byte."""
    contract = _contract(reader, public_id)
    if sha256 not in papers_of(contract):
        raise Http404
    name = f"{contract.number}-{sha256[:8]}.pdf"
    return paper_file(read_document(sha256), name, inline=bool(request.GET.get("show")))

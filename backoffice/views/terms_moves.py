"""The pages of moves to other terms: all of them, one with its contracts, a dry run from which one is planned.

For product managers of the whole house; for anybody else there is nothing here. Rows are those of clients that the
person may see. A run is left to the background.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.queries import acting
from backoffice.pages.feeds import pages_around
from backoffice.pages.terms import moves as pages
from backoffice.pages.terms.refusals import Refusal
from backoffice.queries import Reader
from backoffice.views.feeds import offset_of
from backoffice.views.terms import managers
from core import clock, jobs
from core.actor import Actor
from smart_products.catalogue.models import TermsVersion
from smart_products.catalogue.queries import UnknownTerms, terms_version, version_before
from smart_products.signing import operations
from smart_products.signing.consent import STRICTNESS, Consent
from smart_products.signing.models import TermsMove
from smart_products.signing.queries.terms_moves import (
    NoSuchMove,
    UnknownMove,
    counts_of,
    preview,
    rows_of,
    terms_move,
    terms_moves,
)
from smart_products.signing.terms_moves import AfterDue, Outcome

PAGE = 50
JOB = "tasks.move_terms"


@require_safe
@managers
def moves(request: HttpRequest, person: Reader) -> HttpResponse:
    """List the moves, the latest first."""
    offset = offset_of(request.GET)
    found = terms_moves()
    before, after = pages_around(offset, PAGE, found.count())
    here = reverse("backoffice:terms-moves")
    context = {
        "section": "terms",
        "reader": person,
        "moves": [pages.line(one) for one in found[offset : offset + PAGE]],
        "before": None if before is None else f"{here}?from={before}",
        "after": None if after is None else f"{here}?from={after}",
    }
    return render(request, "backoffice/terms/moves.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def plan(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Show what moving the contracts on the version before would come to, and plan it."""
    after, today = _version(public_id), clock.shanghai_today()
    before = version_before(after)
    if before is None:
        raise Http404
    refusal = None
    if request.method == "POST":
        try:
            made = operations.plan_terms_move(
                before=before, after=after, wish=_consent(request.POST), after_due=_after_due(request.POST),
                on=today, by=_actor(request), at=clock.now(),
            )  # fmt: skip
            return redirect("backoffice:terms-batch", made.public_id)
        except pages.REFUSED as problem:
            refusal = pages.refusal(problem)
    try:
        found = preview(before, after, today)
    except NoSuchMove as problem:
        raise Http404 from problem
    context = {
        "section": "terms",
        "reader": person,
        "after": after,
        "before": before,
        "needed": found.needed.label,
        "choices": [one for one in Consent if STRICTNESS[one] >= STRICTNESS[found.needed]],
        "after_due": AfterDue,
        "causes": pages.causes(found.causes),
        "counts": pages.counts(found.counts),
        "total": found.contracts,
        "refusal": refusal,
    }
    return render(request, "backoffice/terms/move_plan.html", context, status=refusal.status if refusal else 200)


@require_safe
@managers
def move(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Show a move with its contracts by outcome."""
    return _page(request, person, _move(public_id))


@require_POST
@managers
def act(request: HttpRequest, person: Reader, public_id: UUID, act: str) -> HttpResponse:
    """Confirm, begin or cancel a move; a refusal is told on its page."""
    held, by, at, today = _move(public_id), _actor(request), clock.now(), clock.shanghai_today()
    try:
        if act == "confirm":
            operations.confirm_terms_move(move=held, by=by, at=at)
        elif act == "cancel":
            operations.cancel_terms_move(move=held, later=True, on=today, by=by, at=at)
            jobs.request(JOB, today, f"{held.public_id} cancelled", by=by, at=at)
        elif act == "begin" and pages.line(held).confirmed:
            jobs.request(JOB, today, str(held.public_id), by=by, at=at)
        else:
            raise Http404
    except pages.REFUSED as problem:
        return _page(request, person, _move(public_id), pages.refusal(problem))
    return redirect("backoffice:terms-batch", public_id)


def _page(request: HttpRequest, person: Reader, held: TermsMove, refusal: Refusal | None = None) -> HttpResponse:
    outcome, offset = request.GET.get("outcome", ""), offset_of(request.GET)
    if outcome and outcome not in Outcome.values:
        raise Http404
    counted = counts_of(held)
    rows = rows_of(held, outcome).visible_to(request.user)
    before, after = pages_around(offset, PAGE, rows.count())

    def address(start: int | None) -> str | None:
        return None if start is None else "?" + urlencode({"outcome": outcome, "from": start})

    context = {
        "section": "terms",
        "reader": person,
        "held": held,
        "move": pages.line(held),
        "counts": pages.counts(counted),
        "total": sum(counted.values()),
        "outcome": outcome,
        "rows": pages.rows(rows[offset : offset + PAGE]),
        "before": address(before),
        "after": address(after),
        "can_confirm": request.user.pk != held.planned_by_id,
        "refusal": refusal,
    }
    return render(request, "backoffice/terms/move.html", context, status=refusal.status if refusal else 200)


def _consent(posted: Mapping[str, str]) -> Consent | None:
    text = posted.get("consent", "")
    return Consent(text) if text in Consent.values else None


def _after_due(posted: Mapping[str, str]) -> AfterDue:
    text = posted.get("after_due", "")
    return AfterDue(text) if text in AfterDue.values else AfterDue.KEEP


def _version(public_id: UUID) -> TermsVersion:
    try:
        return terms_version(public_id)
    except UnknownTerms as problem:
        raise Http404 from problem


def _move(public_id: UUID) -> TermsMove:
    try:
        return terms_move(public_id)
    except UnknownMove as problem:
        raise Http404 from problem


def _actor(request: HttpRequest) -> Actor:
    if not isinstance(request.user, User):
        raise Http404
    return acting(request.user)

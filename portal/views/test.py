"""The suitability test: start, one question a screen, looking over, the result.

Each step is a plain form. A draft goes on where it was left, on any device; finishing it twice makes one assessment.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import ClientReader
from core import clock
from portal import drafts
from portal.access import actor, client
from portal.pages import test as pages
from screens.refusals import said
from smart_products.suitability.operations import (
    AssessedLater,
    QuestionnaireReplaced,
    TooManyAssessments,
    assess,
    decline_assessment,
)
from smart_products.suitability.queries import NothingPublished, current_questionnaire, matching_rules, standing_of
from smart_products.suitability.rules import AnswersMissing, ImpossibleAnswers, Questionnaire, impossible


def _questionnaire() -> Questionnaire:
    try:
        return current_questionnaire(clock.shanghai_today())
    except NothingPublished as problem:
        raise Http404 from problem


def _language() -> str:
    return translation.get_language() or ""


@require_safe
@client
def start(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """Say what the test is for, how the client stands, and how far a draft has come."""
    asked, today, language = _questionnaire(), clock.shanghai_today(), _language()
    draft = drafts.read(reader.client, asked.digest)
    answers = draft.answers
    following = next((n for n, one in enumerate(asked.questions, 1) if one.code not in answers), None)
    context = {
        "tab": "mine",
        "reader": reader,
        "title": asked.title.in_language(language),
        "opening": asked.opening.in_language(language),
        "refusal": asked.refusal.in_language(language),
        "total": len(asked.questions),
        "answered": len(answers),
        "following": following,
        "result": pages.result(standing_of(reader.client, today), matching_rules(today), today),
    }
    return render(request, "portal/test/start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@client
def question(request: HttpRequest, reader: ClientReader, number: int) -> HttpResponse:
    """Ask one question; keep its answer and go on to the next, or back to looking over."""
    asked = _questionnaire()
    if not 1 <= number <= len(asked.questions):
        raise Http404
    code, problem = asked.questions[number - 1].code, ""
    if request.method == "POST":
        chosen = request.POST.getlist("answer")
        if not chosen:
            problem = _("Please choose an answer.")
        elif impossible(asked, {code: chosen}):
            problem = _("These answers exclude each other; please choose again.")
        else:
            drafts.answer(reader.client, asked.digest, code, chosen)
            if number == len(asked.questions) or request.GET.get("from") == "check":
                return redirect("portal:test-check")
            return redirect("portal:test-question", number + 1)
    draft = drafts.read(reader.client, asked.digest)
    context = {
        "tab": "mine",
        "reader": reader,
        "screen": pages.screen(asked, number, draft.answers, _language()),
        "problem": problem,
    }
    return render(request, "portal/test/question.html", context, status=422 if problem else 200)


@require_safe
@client
def check(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """Show all answers before they count."""
    asked = _questionnaire()
    answers = drafts.read(reader.client, asked.digest).answers
    rows = pages.overview(asked, answers, _language())
    complete = all(row.answer for row in rows)
    return render(
        request, "portal/test/check.html", {"tab": "mine", "reader": reader, "rows": rows, "complete": complete}
    )


@require_POST
@client
def finish(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """Let the answers count, or keep that the client gives none."""
    asked = _questionnaire()
    draft = drafts.read(reader.client, asked.digest)
    operation = decline_assessment if request.POST.get("act") == "decline" else assess
    try:
        operation(
            client=reader.client, questionnaire=asked, answers=draft.answers, on=clock.shanghai_today(),
            public_id=draft.public_id, by=actor(request), at=clock.now(),
        )  # fmt: skip
    except (TooManyAssessments, AssessedLater, QuestionnaireReplaced) as problem:
        return _refused(request, reader, said(problem))
    except (AnswersMissing, ImpossibleAnswers):
        return redirect("portal:test-check")
    drafts.drop(reader.client)
    return redirect("portal:test-result")


def _refused(request: HttpRequest, reader: ClientReader, words: str) -> HttpResponse:
    context = {"tab": "mine", "reader": reader, "words": words}
    return render(request, "portal/test/refused.html", context, status=409)


@require_safe
@client
def outcome(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """Say what the answers came to."""
    today = clock.shanghai_today()
    found = pages.result(standing_of(reader.client, today), matching_rules(today), today)
    return render(request, "portal/test/result.html", {"tab": "mine", "reader": reader, "result": found})

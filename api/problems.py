"""What went wrong, as `application/problem+json` (RFC 9457): a code that stays, and words in the reader's language.

Owns the table of codes and the one map from errors to answers. A refusal of the domain takes back what the domain did
and nothing else; an error that nobody foresaw takes back all, is logged, and says no more than that.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field, ValidationError
from rest_framework import exceptions
from rest_framework.views import set_rollback

from core.calendar import CalendarGap
from screens.plain.shape import Shape
from screens.refusals import REASONS, reason_of, said
from smart_products.catalogue.queries import UnknownTerms
from smart_products.holdings.reading import rules
from smart_products.holdings.reading.faults import FeedError, Refusal
from smart_products.signing.judging.apart import Busy, TooCostly
from smart_products.signing.queries import UnknownEvidence
from smart_products.statistics.queries import NotPublished, UnknownScope
from smart_products.suitability.rules import AnswersMissing, ImpossibleAnswers

log = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
PLACE = "/api/problems/#"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A code: its HTTP status and what it says."""

    status: HTTPStatus
    title: Promise


CODES: Mapping[str, Meaning] = {
    "malformed": Meaning(HTTPStatus.BAD_REQUEST, _("The request can not be read.")),
    "invalid": Meaning(HTTPStatus.BAD_REQUEST, _("Something in the request is not as it has to be.")),
    "key_missing": Meaning(HTTPStatus.BAD_REQUEST, _("A request that changes something needs an Idempotency-Key.")),
    "not_authenticated": Meaning(HTTPStatus.UNAUTHORIZED, _("A token that is valid is needed.")),
    "not_allowed": Meaning(HTTPStatus.FORBIDDEN, _("The token or the role does not open this.")),
    "not_found": Meaning(HTTPStatus.NOT_FOUND, _("There is nothing here, or nothing you may see.")),
    "not_published": Meaning(HTTPStatus.NOT_FOUND, _("This day or version is not published.")),
    "method_not_allowed": Meaning(HTTPStatus.METHOD_NOT_ALLOWED, _("This can not be done here.")),
    "not_acceptable": Meaning(HTTPStatus.NOT_ACCEPTABLE, _("The answer is not given in this form.")),
    "key_in_flight": Meaning(HTTPStatus.CONFLICT, _("The same request is being answered: ask again in a moment.")),
    "too_large": Meaning(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("The request is too large.")),
    "unsupported": Meaning(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("The request is not in a form that is read here.")),
    "feed_refused": Meaning(HTTPStatus.UNPROCESSABLE_ENTITY, _("The files are no delivery that can be taken in.")),
    "key_reused": Meaning(HTTPStatus.UNPROCESSABLE_ENTITY, _("The Idempotency-Key was used for another request.")),
    "too_costly": Meaning(HTTPStatus.UNPROCESSABLE_ENTITY, _("It takes more to judge than anything of ours.")),
    "busy": Meaning(HTTPStatus.SERVICE_UNAVAILABLE, _("Others are served at this moment: ask again.")),
    "too_many": Meaning(HTTPStatus.TOO_MANY_REQUESTS, _("Too many requests: wait before the next one.")),
    "no_channel": Meaning(HTTPStatus.CONFLICT, _("There is no mobile number and no e-mail address to send a code to.")),
    "code_not_right": Meaning(HTTPStatus.CONFLICT, _("The code is not right.")),
    **{reason.code: Meaning(HTTPStatus.CONFLICT, reason.words) for reason in REASONS.values()},
    "failed": Meaning(HTTPStatus.INTERNAL_SERVER_ERROR, _("Something went wrong here. Nothing was changed.")),
}

WORDS: Mapping[str, Promise] = {
    "missing": _("is missing"),
    "impossible": _("names no question or answer, or excludes another"),
    "extra_forbidden": _("is not known here"),
    "date": _("is no date such as 2024-12-31"),
    "int": _("is no whole number"),
    "bool": _("is neither true nor false"),
    "uuid": _("is no identifier"),
    "enum": _("is none of the values that are known here"),
    "literal_error": _("is none of the values that are known here"),
    "string": _("is no text of the right form or length"),
    "greater_than": _("is too small"),
    "less_than": _("is too large"),
}
"""What a fault of a field is called, by the beginning of pydantic's name for it."""


class Fault(Shape):
    """One field that is not as it has to be."""

    at: str = Field(description="The parameter, or the path in the body, such as `rows.0.code`.")
    code: str
    detail: str


class Problem(Shape):
    """What went wrong (RFC 9457). `code` never changes its meaning; words are in the language asked for."""

    type: str
    code: str = Field(examples=["not_found"])
    title: str
    status: int
    detail: str | None = None
    errors: list[Fault] | None = None


class Refused(Exception):
    """A refusal with a code of the table, and what else there is to say."""

    def __init__(self, code: str, detail: str | Promise | None = None) -> None:
        self.code = code
        self.detail = detail
        super().__init__(code)


class Told(Exception):
    """An answer that stands already: nothing more is done."""

    def __init__(self, answer: HttpResponse) -> None:
        self.answer = answer
        super().__init__(answer.status_code)


def problem(code: str, detail: object = None, errors: list[Fault] | None = None, **headers: str) -> HttpResponse:
    """Return the answer of a code."""
    meaning = CODES[code]
    told = Problem(
        type=PLACE + code,
        code=code,
        title=str(meaning.title),
        status=meaning.status.value,
        detail=None if detail is None else str(detail),
        errors=errors,
    )
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps(told.model_dump(exclude_none=True), ensure_ascii=False)
    return HttpResponse(body, status=told.status, content_type=PROBLEM_JSON, headers=named)


REFUSALS: Mapping[type[Exception], str] = {
    Http404: "not_found",
    PermissionDenied: "not_allowed",
    RequestDataTooBig: "too_large",
    NotPublished: "not_published",
    UnknownScope: "not_found",
    UnknownTerms: "not_found",
    UnknownEvidence: "not_found",
    TooCostly: "too_costly",
    Busy: "busy",
    CalendarGap: "not_found",
    exceptions.ParseError: "malformed",
    exceptions.PermissionDenied: "not_allowed",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported",
}
"""What an error is told as, where its name says all."""
WITH_WORDS = (NotPublished, exceptions.ParseError)
"""Errors whose own words say more than the code does, and nothing that may not be told."""


def answer(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Return the answer of whatever a view raised."""
    for kind, tell in TOLD.items():
        if isinstance(error, kind):
            return tell(error)
    for kind, code in REFUSALS.items():
        if isinstance(error, kind):
            return problem(code, error if isinstance(error, WITH_WORDS) else None)
    if isinstance(error, tuple(REASONS)):
        return problem(reason_of(error).code, said(error))
    set_rollback()
    log.error("the API could not answer", exc_info=error)
    got_request_exception.send(sender=None, request=context["request"])
    return problem("failed")


def _unknown(error: Any) -> HttpResponse:
    return problem("not_authenticated", error.detail, WWW_Authenticate='Bearer realm="api"')


def _hurried(error: Any) -> HttpResponse:
    return problem("too_many", Retry_After=str(int(error.wait or 1) + 1))


def _misread(error: Any) -> HttpResponse:
    return problem("invalid", errors=[fault(each) for each in error.errors(include_url=False)])


def _no_feed(error: Any) -> HttpResponse:
    return problem("feed_refused", errors=[breach(one) for one in error.refusals])


def _of_questions(error: Any, code: str) -> HttpResponse:
    words = str(WORDS[code])
    return problem("invalid", errors=[Fault(at=f"answers.{one}", code=code, detail=words) for one in error.questions])


TOLD: Mapping[type[Exception], Callable[[Any], HttpResponse]] = {
    Told: lambda error: error.answer,
    Refused: lambda error: problem(error.code, error.detail),
    ValidationError: _misread,
    FeedError: _no_feed,
    exceptions.NotAuthenticated: _unknown,
    exceptions.AuthenticationFailed: _unknown,
    exceptions.Throttled: _hurried,
    AnswersMissing: lambda error: _of_questions(error, "missing"),
    ImpossibleAnswers: lambda error: _of_questions(error, "impossible"),
}
"""Errors that say more than their name does."""


def breach(found: Refusal) -> Fault:
    """Return a breach of a feed's rule, with the file, line and column where it stands."""
    place = ":".join(str(part) for part in (found.file, found.line, found.column) if part not in {None, ""})
    words = rules.explanation(found.rule)
    return Fault(at=place, code=found.rule, detail=f"{words} ({found.value})" if found.value else words)


def fault(found: Mapping[str, Any]) -> Fault:
    """Return a fault of a shape in words of ours."""
    kind = str(found["type"])
    words = next((said for begins, said in WORDS.items() if kind.startswith(begins)), _("is not valid"))
    return Fault(at=".".join(str(part) for part in found["loc"]), code=kind, detail=str(words))

"""Suitability as plain objects for `--json` and as lines for a terminal.

Owns the keys of the JSON (docs/operations.md) and the order of the lines. Contents are told in the language of the
reader. Never asks the domain anything and never decides anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core import clock
from smart_products.catalogue.operations import BannedWords
from smart_products.catalogue.queries import ProductView
from smart_products.catalogue.rules import PhraseReason
from smart_products.suitability.models import Assessment, Decision
from smart_products.suitability.operations import (
    AssessedLater,
    QuestionnaireReplaced,
    TooEarly,
    TooManyAssessments,
    TwoPeopleNeeded,
)
from smart_products.suitability.queries import (
    ContentAltered,
    NoSuchDecision,
    NoSuchVersion,
    NothingPublished,
    VersionView,
)
from smart_products.suitability.rules import (
    LEVELS,
    AnswersMissing,
    ContentError,
    ImpossibleAnswers,
    Outcome,
    Questionnaire,
    Rules,
    Score,
    Standing,
    Text,
    Verdict,
    plain_standing,
    plain_verdict,
)
from smart_products.suitability.states import IllegalMove, VersionState
from tasks.tables import table

DASH = "—"
WORDS: dict[type[Exception], Any] = {
    AnswersMissing: gettext_lazy("Unanswered: %(questions)s"),
    ImpossibleAnswers: gettext_lazy("Answers that can not be: %(questions)s"),
    AssessedLater: gettext_lazy("The client was assessed on a later day already."),
    QuestionnaireReplaced: gettext_lazy("Another questionnaire is in force on that day."),
    TooManyAssessments: gettext_lazy("The test can be taken again on %(again_on)s."),
    NothingPublished: gettext_lazy("Nothing is in force on %(on)s: %(kind)s."),
    NoSuchVersion: gettext_lazy("There is no such version."),
    NoSuchDecision: gettext_lazy("There is no such decision."),
    ContentAltered: gettext_lazy("The content of a version is not the one that was published."),
    IllegalMove: gettext_lazy("This version is no draft any more."),
    TwoPeopleNeeded: gettext_lazy("Whoever drafted it can not publish it: that takes another person."),
    TooEarly: gettext_lazy("The next version can begin tomorrow at the earliest."),
}
REFUSALS: tuple[type[Exception], ...] = (ContentError, BannedWords, *WORDS)


def refusal(error: Exception) -> str:
    """Return in words why the domain refused; of a content every fault or banned phrase, a line each."""
    if isinstance(error, BannedWords):
        found = [f"{one.path}: {one.phrase} ({PhraseReason(one.reason).label})" for one in error.findings]
        return "\n".join(found)
    if isinstance(error, ContentError):
        return "\n".join(map(str, error.faults))
    said = {name: ", ".join(value) if isinstance(value, tuple) else value for name, value in vars(error).items()}
    return str(WORDS[type(error)]) % said


def told(text: Text) -> str:
    """Return a text in the reader's language."""
    return text.in_language(get_language() or "zh")


def plain_version(view: VersionView) -> dict[str, Any]:
    """Return a version as JSON values."""
    return {
        "number": view.number,
        "state": view.state,
        "digest": view.digest,
        "valid_from": view.valid_from.isoformat() if view.valid_from else None,
        "drafted_by": view.drafted_by,
        "drafted_at": view.drafted_at.isoformat(),
        "published_by": view.published_by,
        "published_at": view.published_at.isoformat() if view.published_at else None,
    }


def version_lines(views: Sequence[VersionView]) -> list[str]:
    """Return the versions of a kind as a table."""
    head = [
        _("State"),
        _("Digest"),
        _("In force from"),
        _("Drafted by"),
        _("Published by"),
        _("Published at"),
        _("Version"),
    ]
    rows = [
        [
            str(VersionState(view.state).label),
            view.digest[:12],
            view.valid_from.isoformat() if view.valid_from else DASH,
            view.drafted_by,
            view.published_by or DASH,
            clock.shanghai_minute(view.published_at) if view.published_at else DASH,
            str(view.number),
        ]
        for view in views
    ]
    return table(head, rows, text_columns=6)


def questionnaire_lines(questionnaire: Questionnaire) -> list[str]:
    """Return a questionnaire with its points, bands, caps and protections."""
    lines = [told(questionnaire.title), told(questionnaire.opening), ""]
    for number, question in enumerate(questionnaire.questions, start=1):
        most = _(" (several; %(most)s points at most)") % {"most": question.most} if question.several else ""
        lines.append(f"{number}. {question.code}: {told(question.text)}{most}")
        lines += [f"   {option.points:>3}  {option.code}: {told(option.text)}" for option in question.options]
    lines += ["", ", ".join(f"{name} ≥ {start}" for name, start in questionnaire.bands)]
    lines += [f"≤ {cap.risk_class}: {told(cap.text)}" for cap in questionnaire.caps]
    return [*lines, *(f"{_('protected lowest class')}: {told(one.text)}" for one in questionnaire.protections)]


def rules_lines(rules: Rules) -> list[str]:
    """Return matching rules: validity, limits, and the matrix of each kind of investor."""
    lines = [
        _("An assessment holds for %(months)s months.") % {"months": rules.validity_months},
        _("It may be taken %(day)s times a day and %(year)s times in twelve months.")
        % {"day": rules.most_a_day, "year": rules.most_a_year},
        _("From %(level)s on: %(hours)s hours to think.")
        % {"level": rules.high_risk.level, "hours": rules.high_risk.thinking_hours},
    ]
    for title, matrix in ((_("ordinary investor"), rules.ordinary), (_("professional investor"), rules.professional)):
        head = [title, *LEVELS]
        rows = [[name, *(str(Outcome(row[level]).label) for level in LEVELS)] for name, row in matrix.items()]
        lines += ["", *table(head, rows, text_columns=len(head))]
    return lines


def plain_assessment(made: Assessment, scored: Score | None) -> dict[str, Any]:
    """Return an assessment, and what its answers came to, as JSON values."""
    return {
        "assessment": str(made.public_id),
        "client": made.client.code,
        "questionnaire": made.questionnaire.number,
        "declined": made.declined,
        "points": made.points,
        "risk_class": made.risk_class or None,
        "protected": made.protected,
        "assessed_on": made.assessed_on.isoformat(),
        "expires_on": made.expires_on.isoformat() if made.expires_on else None,
        "by_question": dict(scored.by_question) if scored else None,
        "capped_by": list(scored.capped_by) if scored else None,
        "protected_by": list(scored.protected_by) if scored else None,
    }


def assessment_line(made: Assessment) -> str:
    """Return an assessment as a line."""
    if made.declined:
        return _("%(client)s declined to give the information.") % {"client": made.client.code}
    line = _("%(client)s: %(points)s points, %(class)s, until %(day)s")
    said = line % {
        "client": made.client.code,
        "points": made.points,
        "class": made.risk_class,
        "day": made.expires_on,
    }
    return f"{said}; {_('protected lowest class')}" if made.protected else said


def plain_standings(
    client: str, standing: Standing, on: date, matches: Sequence[tuple[ProductView, Verdict]]
) -> dict[str, Any]:
    """Return what a client is, and how each product matches, as JSON values."""
    products = [
        {"product": product.code, "risk_level": product.risk_level, **plain_verdict(verdict)}
        for product, verdict in matches
    ]
    held = standing.valid_class(on)
    return {
        "client": client,
        "on": on.isoformat(),
        "valid_class": held,
        **plain_standing(standing),
        "products": products,
    }


def standing_lines(
    client: str, standing: Standing, on: date, rules: Rules, matches: Sequence[tuple[ProductView, Verdict]]
) -> list[str]:
    """Return what a client is, and how each product matches with its reasons, as lines."""
    kinds: Mapping[str, str] = {"ordinary": _("ordinary investor"), "professional": _("professional investor")}
    parts = [client, standing.valid_class(on) or DASH, kinds[standing.investor_class]]
    if standing.expires_on is not None:
        parts.append(_("until %(day)s") % {"day": standing.expires_on})
    if standing.protected:
        parts.append(_("protected lowest class"))
    head = [_("Product"), _("Risk level"), _("Result"), _("Reasons")]
    rows = [
        [
            product.code,
            product.risk_level,
            str(Outcome(verdict.outcome).label),
            " ".join(told(text) for text in verdict.words(rules)),
        ]
        for product, verdict in matches
    ]
    return [", ".join(parts), *(["", *table(head, rows, text_columns=4)] if rows else [])]


def plain_replay(decision: Decision, found: Verdict | None, broken: str | None) -> dict[str, Any]:
    """Return a decision beside what it came to when it was worked out again; `broken` names what did not agree."""
    return {
        "decision": str(decision.public_id),
        "outcome": decision.outcome,
        "reasons": decision.reasons,
        "same": broken is None,
        "broken": broken,
        "replayed": plain_verdict(found) if found else None,
    }

"""`manage.py suitability`: questionnaire and matching rules, assessments, standings, and decisions worked out again.

`seed`, `draft` and `publish` bring contents in force by two people; `show` prints what is in force; `assess` and
`standing` are about a client; `replay` exits 1 when a decision does not come out as it was kept.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import Client
from accounts.queries import actor_of, client_of_code
from core import clock
from core.actor import Actor, system
from smart_products.catalogue.queries import products
from smart_products.suitability import operations, queries
from smart_products.suitability.rules import ReplayBroken, judge, score
from tasks import suitability_text as text


class Command(BaseCommand):
    """Shows and brings in force what suitability is decided by, and decides nothing itself."""

    help = "Questionnaire and matching rules, assessments, standings, and decisions worked out again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be done, each with what it needs."""
        does = parser.add_subparsers(dest="does", required=True)
        seed = does.add_parser("seed", help="publish what comes with the software, where nothing is published yet")
        show = does.add_parser("show", help="print what is in force on a day, and every version")
        draft = does.add_parser("draft", help="check the content of a file and keep it as a draft")
        publish = does.add_parser("publish", help="publish a draft that another person made")
        assess = does.add_parser("assess", help="assess a client by the answers of a file")
        standing = does.add_parser("standing", help="print what a client is on a day, and how each product matches")
        replay = does.add_parser("replay", help="work a decision out again from what it kept")
        for one in (draft, publish):
            one.add_argument("kind", choices=["questionnaire", "rules"])
        draft.add_argument("file", type=Path)
        publish.add_argument("number", type=int)
        for one in (assess, standing):
            one.add_argument("client", help="code of the client")
            one.add_argument("--source", default="core")
        assess.add_argument("file", type=Path, help="JSON: by code of question the code of an option, or a list")
        assess.add_argument("--declined", action="store_true", help="the client refuses to answer the rest")
        replay.add_argument("decision", type=UUID)
        for one in (seed, publish):
            one.add_argument("--from", dest="since", type=date.fromisoformat, help="first day in force")
        for one in (seed, draft, publish, assess):
            one.add_argument("--by", help="username of the person who answers for it")
        for one in (show, assess, standing):
            one.add_argument("--on", type=date.fromisoformat, help="the day; default: today")
        for one in (seed, show, draft, publish, assess, standing, replay):
            one.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say in words what was refused."""
        try:
            said, lines = getattr(self, f"_{options['does']}")(**options)
        except text.REFUSALS as error:
            raise CommandError(text.refusal(error)) from error
        self.stdout.write(json.dumps(said, ensure_ascii=False) if options["json"] else "\n".join(lines))
        if said.get("same") is False:
            raise CommandError(_("The decision can not be worked out again: %(part)s.") % {"part": said["broken"]})

    def _seed(self, *, since: date | None, by: str | None, **_others: Any) -> tuple[dict[str, Any], list[str]]:
        today = clock.shanghai_today()
        made = operations.seed_suitability(valid_from=since or today, on=today, by=_actor(by), at=clock.now())
        return {"published": list(made)}, [_("Published: %(kinds)s") % {"kinds": ", ".join(made) or text.DASH}]

    def _show(self, *, on: date | None, **_others: Any) -> tuple[dict[str, Any], list[str]]:
        day = on or clock.shanghai_today()
        questionnaires, rules = queries.questionnaires(), queries.rule_versions()
        said = {
            "on": day.isoformat(),
            "questionnaire": queries.questionnaire_version(day).content,
            "rules": queries.rules_version(day).content,
            "questionnaires": [text.plain_version(view) for view in questionnaires],
            "rule_versions": [text.plain_version(view) for view in rules],
        }
        lines = [
            *text.questionnaire_lines(queries.current_questionnaire(day)),
            *("", *text.rules_lines(queries.matching_rules(day))),
            *("", *text.version_lines(questionnaires), "", *text.version_lines(rules)),
        ]
        return said, lines

    def _draft(self, *, kind: str, file: Path, by: str | None, **_others: Any) -> tuple[dict[str, Any], list[str]]:
        draft = operations.draft_questionnaire if kind == "questionnaire" else operations.draft_rules
        made = draft(content=_json(file), by=_actor(by), at=clock.now())
        said = {"kind": kind, "number": made.number, "digest": made.digest}
        return said, [_("Draft %(number)s of %(kind)s: %(digest)s") % said]

    def _publish(
        self, *, kind: str, number: int, since: date | None, by: str | None, **_others: Any
    ) -> tuple[dict[str, Any], list[str]]:
        if since is None:
            raise CommandError(_("Name the first day with --from."), returncode=2)
        when: dict[str, Any] = {"valid_from": since, "on": clock.shanghai_today(), "by": _actor(by), "at": clock.now()}
        if kind == "questionnaire":
            operations.publish_questionnaire(version=queries.questionnaire_numbered(number), **when)
        else:
            operations.publish_rules(version=queries.rules_numbered(number), **when)
        said = {"kind": kind, "number": number, "valid_from": since.isoformat()}
        return said, [_("Version %(number)s of %(kind)s is in force from %(valid_from)s.") % said]

    def _assess(
        self, *, client: str, source: str, file: Path, declined: bool, on: date | None, by: str | None, **_others: Any
    ) -> tuple[dict[str, Any], list[str]]:
        day = on or clock.shanghai_today()
        questionnaire, answers = queries.current_questionnaire(day), _answers(_json(file))
        take = operations.decline_assessment if declined else operations.assess
        made = take(
            client=_client(client, source),
            questionnaire=questionnaire,
            answers=answers,
            on=day,
            by=_actor(by),
            at=clock.now(),
        )
        scored = None if declined else score(questionnaire, answers)
        return text.plain_assessment(made, scored), [text.assessment_line(made)]

    def _standing(
        self, *, client: str, source: str, on: date | None, **_others: Any
    ) -> tuple[dict[str, Any], list[str]]:
        day = on or clock.shanghai_today()
        rules, standing = queries.matching_rules(day), queries.standing_of(_client(client, source), day)
        matches = [(one, judge(standing, one.risk_level, one.regulatory_class, rules, day)) for one in products(day)]
        lines = text.standing_lines(client, standing, day, rules, matches)
        return text.plain_standings(client, standing, day, matches), lines

    def _replay(self, *, decision: UUID, **_others: Any) -> tuple[dict[str, Any], list[str]]:
        kept = queries.decision_of(decision)
        try:
            found, broken = queries.replay(kept), None
        except ReplayBroken as error:
            found, broken = None, error.part
        words = [text.told(one) for one in queries.words_of(kept)] if found else []
        return text.plain_replay(kept, found, broken), [f"{kept.public_id}: {kept.outcome}", *words]


def _actor(username: str | None) -> Actor:
    """Return the person named; without a name a part of the system, which production refuses."""
    if username is None:
        if settings.PRODUCTION:
            raise CommandError(_("Name the person who answers for it with --by."), returncode=2)
        return system("suitability")
    actor = actor_of(username)
    if actor is None:
        raise CommandError(_("Nobody has the username %(username)s.") % {"username": username})
    return actor


def _client(code: str, source: str) -> Client:
    found = client_of_code(source, code)
    if found is None:
        raise CommandError(_("No client has the code %(code)s.") % {"code": code})
    return found


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(_("%(file)s can not be read: %(error)s") % {"file": file, "error": error}) from error


def _answers(told: Any) -> dict[str, list[str]]:
    """Return answers as lists; a single option may stand by itself."""
    if not isinstance(told, dict):
        raise CommandError(_("The answers must be an object by code of question."))
    lists = {str(code): chosen if isinstance(chosen, list) else [chosen] for code, chosen in told.items()}
    return {code: [str(one) for one in chosen] for code, chosen in lists.items()}

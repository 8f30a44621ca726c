"""Questionnaires and rules: two people, days that have not begun, contents that never change."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.actor import Actor
from core.models import AuditEvent
from smart_products.catalogue.operations import BannedWords
from smart_products.suitability.models import MatchingRules, QuestionnaireVersion
from smart_products.suitability.operations import (
    TooEarly,
    TwoPeopleNeeded,
    discard_questionnaire,
    discard_rules,
    draft_questionnaire,
    draft_rules,
    publish_questionnaire,
    publish_rules,
    seed_suitability,
)
from smart_products.suitability.queries import (
    ContentAltered,
    NothingPublished,
    current_questionnaire,
    matching_rules,
    questionnaires,
    rule_versions,
)
from smart_products.suitability.rules import ContentError
from smart_products.suitability.states import EVIDENCE_MOVES, VERSION_MOVES, EvidenceState, IllegalMove, VersionState
from tests.accounts.organisation import AT
from tests.suitability.house import (
    ANNA,
    BORIS,
    QUESTIONS,
    START,
    TODAY,
    furnish,
    publish,
    questionnaire_content,
    rules_content,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_what_comes_with_the_software_is_published_once_and_says_whose_it_is() -> None:
    seed: dict[str, Any] = {"valid_from": START, "on": TODAY, "by": BORIS, "at": AT}
    with pytest.raises(NothingPublished):
        current_questionnaire(TODAY)
    assert seed_suitability(**seed) == ("questionnaire", "rules")
    assert seed_suitability(**seed) == ()
    for (view,) in (questionnaires(), rule_versions()):
        assert (view.number, view.state, view.valid_from) == (1, "published", START)
        assert (view.drafted_by, view.published_by) == ("system:supplier", "user:902")
    assert (matching_rules(START).validity_months, len(current_questionnaire(START).questions)) == (24, 15)
    for read in (current_questionnaire, matching_rules):
        with pytest.raises(NothingPublished):
            read(START - DAY)


def test_a_kind_that_is_published_is_left_alone() -> None:
    publish(rules_content(validity_months=12), START)
    assert seed_suitability(valid_from=START, on=TODAY, by=BORIS, at=AT) == ("questionnaire",)
    assert matching_rules(TODAY).validity_months == 12


def test_who_drafts_does_not_publish() -> None:
    draft = draft_rules(content=rules_content(), by=ANNA, at=AT)
    renamed = Actor("user", "anna.married", ANNA.user_id)
    for same in (ANNA, renamed):
        with pytest.raises(TwoPeopleNeeded):
            publish_rules(version=draft, valid_from=START, on=TODAY, by=same, at=AT)
    assert MatchingRules.objects.get().state == "draft"
    assert publish_rules(version=draft, valid_from=START, on=TODAY, by=BORIS, at=AT).state == "published"
    assert list(AuditEvent.objects.values_list("action", "subject_kind", "subject_key", "actor_name")) == [
        ("draft_rules", "rules", "1", "anna"),
        ("publish_rules", "rules", "1", "boris"),
    ]


def test_the_database_wants_two_people_as_well() -> None:
    draft = draft_rules(content=rules_content(), by=ANNA, at=AT)
    one = "UPDATE suitability_matchingrules SET state = 'published', valid_from = '2024-01-02', published_at = now(),"
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{one} published_by = drafted_by")
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_next_version_begins_on_a_day_that_has_not_begun() -> None:
    furnish()
    draft = draft_rules(content=rules_content(validity_months=12), by=ANNA, at=AT)
    for early in (START, TODAY):
        with pytest.raises(TooEarly):
            publish_rules(version=draft, valid_from=early, on=TODAY, by=BORIS, at=AT)
    publish_rules(version=draft, valid_from=TODAY + DAY, on=TODAY, by=BORIS, at=AT)
    assert [matching_rules(day).validity_months for day in (TODAY, TODAY + DAY)] == [24, 12]


def test_of_two_from_one_day_the_one_published_later_counts() -> None:
    furnish()
    drafts = [draft_rules(content=rules_content(validity_months=months), by=ANNA, at=AT) for months in (6, 7)]
    for later, draft in enumerate(reversed(drafts)):
        moment = AT + later * timedelta(minutes=1)
        publish_rules(version=draft, valid_from=TODAY + DAY, on=TODAY, by=BORIS, at=moment)
    assert matching_rules(TODAY + DAY).validity_months == 6


def test_a_faulty_content_is_never_kept() -> None:
    with pytest.raises(ContentError):
        draft_questionnaire(content=questionnaire_content(protections=[]), by=ANNA, at=AT)
    with pytest.raises(ContentError):
        draft_rules(content={}, by=ANNA, at=AT)
    assert not QuestionnaireVersion.objects.exists()
    assert not MatchingRules.objects.exists()


def test_a_content_that_promises_is_never_published() -> None:
    opening = {"zh": "本测评保证收益。", "en": "A test without promises."}
    words = {**rules_content()["words"], "fits": {"zh": "合适。", "en": "This is risk-free."}}
    questionnaire = draft_questionnaire(content=questionnaire_content(opening=opening), by=ANNA, at=AT)
    rules = draft_rules(content=rules_content(words=words), by=ANNA, at=AT)
    with pytest.raises(BannedWords) as caught:
        publish_questionnaire(version=questionnaire, valid_from=START, on=TODAY, by=BORIS, at=AT)
    assert [(path, phrase) for phrase, path, *_ in caught.value.found] == [("opening.zh", "保证收益")]
    with pytest.raises(BannedWords) as caught:
        publish_rules(version=rules, valid_from=START, on=TODAY, by=BORIS, at=AT)
    assert [(path, phrase) for phrase, path, *_ in caught.value.found] == [("words.fits.en", "risk free")]
    assert {view.state for view in (*questionnaires(), *rule_versions())} == {"draft"}


def test_a_draft_can_be_discarded_and_nothing_else() -> None:
    questionnaire = draft_questionnaire(content=QUESTIONS, by=ANNA, at=AT)
    rules = draft_rules(content=rules_content(), by=ANNA, at=AT)
    assert discard_questionnaire(version=questionnaire, by=ANNA, at=AT).state == "discarded"
    assert discard_rules(version=rules, by=BORIS, at=AT).discarded_by == "user:902"
    with pytest.raises(IllegalMove):
        publish_questionnaire(version=questionnaire, valid_from=START, on=TODAY, by=BORIS, at=AT)
    with pytest.raises(IllegalMove):
        discard_rules(version=rules, by=ANNA, at=AT)
    assert [view.number for view in questionnaires()] == [1]
    assert draft_questionnaire(content=QUESTIONS, by=ANNA, at=AT).number == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE suitability_matchingrules SET content = jsonb_set(content, '{validity_months}', '36')",
        "UPDATE suitability_matchingrules SET valid_from = '2020-01-01'",
        "UPDATE suitability_matchingrules SET state = 'draft', valid_from = NULL, published_at = NULL",
        "UPDATE suitability_questionnaireversion SET digest = repeat('0', 64)",
        "UPDATE suitability_questionnaireversion SET published_by = 'user:1'",
        "DELETE FROM suitability_matchingrules",
        "DELETE FROM suitability_questionnaireversion",
        "TRUNCATE suitability_matchingrules CASCADE",
    ],
)
def test_the_database_refuses_to_change_what_is_published(statement: str) -> None:
    furnish()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_draft_s_content_can_not_be_slipped_in_while_it_is_published() -> None:
    draft_rules(content=rules_content(), by=ANNA, at=AT)
    slipped = json.dumps(rules_content(validity_months=36))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE suitability_matchingrules SET state = 'published', valid_from = '2024-01-02', content = %s,"
            " published_at = now(), published_by = 'user:2'",
            [slipped],
        )


@pytest.mark.parametrize(
    ("table", "read"),
    [
        ("suitability_matchingrules", matching_rules),
        ("suitability_questionnaireversion", current_questionnaire),
    ],
)
def test_a_content_without_its_digest_is_never_used(table: str, read: Any) -> None:
    furnish()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER moves_alone")
        cursor.execute(f"UPDATE {table} SET content = jsonb_set(content, '{{schema}}', '2')")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER moves_alone")
    with pytest.raises(ContentAltered):
        read(TODAY)


@pytest.mark.parametrize(
    ("table", "moves"),
    [
        ("suitability_matchingrules", VERSION_MOVES),
        ("suitability_questionnaireversion", VERSION_MOVES),
        ("suitability_professionalstatus", EVIDENCE_MOVES),
    ],
)
def test_the_trigger_allows_exactly_the_moves_of_the_table(table: str, moves: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'moves_alone' AND tgrelid = %s::regclass",
            [table],
        )
        definition = cursor.fetchone()[0]
    allowed = {part for part in definition.split("'") if ">" in part}
    assert allowed == {f"{old.value}>{new.value}" for old, after in moves.items() for new in after}
    assert set(moves) == set(VersionState if VersionState.DRAFT in moves else EvidenceState)

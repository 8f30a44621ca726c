"""Versions of terms: who may move them, by which table, and what the database refuses whatever the path."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product as pairs
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.actor import Actor, system
from core.models import AuditEvent, OutboxEvent
from smart_products.catalogue import queries
from smart_products.catalogue.models import BannedPhrase, TermsVersion
from smart_products.catalogue.operations import (
    BannedWords,
    NothingOffered,
    PersonNeeded,
    TooEarly,
    TwoPeopleNeeded,
    VersionOpen,
    discard_terms,
    draft_terms,
    keep_context,
    keep_phrase,
    propose_terms,
    publish_terms,
    redraft_terms,
    retire_product,
    send_back_terms,
)
from smart_products.catalogue.queries import (
    DamagedTerms,
    UnknownTerms,
    differences_to_feed,
    frozen_terms,
    read_terms,
    terms_in_force,
    terms_of,
)
from smart_products.catalogue.rules import Language, PhraseReason
from smart_products.catalogue.states import MOVES, IllegalMove, TermsState, check_move
from tests.catalogue.terms_samples import AT, GRID, TODAY, colleagues, fed_product, publish, terms

pytestmark = pytest.mark.django_db

LATER = date(2024, 9, 2)


@pytest.fixture
def people() -> list[Actor]:
    return colleagues("ann", "bo", "cy")


def kinds() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("kind", flat=True))


def test_a_version_is_drafted_proposed_and_published_by_two(people: list[Actor]) -> None:
    ann, bo, _ = people
    grid = fed_product()
    version = draft_terms(product=grid, terms=terms(), by=ann, at=AT)
    assert (version.number, version.state, version.digest) == (1, "draft", terms().digest())
    propose_terms(version=version, by=ann, at=AT)
    assert terms_in_force(TODAY) == []
    publish_terms(version=version, valid_from=TODAY, by=bo, at=AT)
    (held,) = terms_in_force(TODAY)
    assert read_terms(held) == terms()
    assert terms_of(grid.pk, TODAY - timedelta(days=1)) is None
    assert (held.drafted_by_id, held.published_by_id) == (ann.user_id, bo.user_id)
    actions = AuditEvent.objects.filter(subject_kind="terms").order_by("id").values_list("action", "subject_key")
    assert list(actions) == [(f"{verb}_terms", "core/grid 1") for verb in ("draft", "propose", "publish")]
    (event,) = OutboxEvent.objects.all()
    assert (event.kind, event.subject_key, event.business_date) == ("terms_published", "core/grid", TODAY)
    assert event.payload["digest"] == held.digest


def test_nobody_publishes_what_he_drafted_or_proposed(people: list[Actor]) -> None:
    ann, bo, cy = people
    version = draft_terms(product=fed_product(), terms=terms(), by=ann, at=AT)
    propose_terms(version=version, by=bo, at=AT)
    for own in (ann, bo):
        with pytest.raises(TwoPeopleNeeded):
            publish_terms(version=version, valid_from=TODAY, by=own, at=AT)
    assert terms_in_force(TODAY) == []
    assert publish_terms(version=version, valid_from=TODAY, by=cy, at=AT).state == "published"


def test_whoever_writes_a_draft_anew_is_its_author(people: list[Actor]) -> None:
    ann, bo, _ = people
    version = draft_terms(product=fed_product(), terms=terms(), by=ann, at=AT)
    redraft_terms(version=version, terms=terms("risk_level", "R4"), by=bo, at=AT)
    propose_terms(version=version, by=ann, at=AT)
    with pytest.raises(TwoPeopleNeeded):
        publish_terms(version=version, valid_from=TODAY, by=bo, at=AT)
    send_back_terms(version=version, by=bo, at=AT)
    propose_terms(version=version, by=bo, at=AT)
    publish_terms(version=version, valid_from=TODAY, by=ann, at=AT)


@pytest.mark.parametrize("step", ["draft", "redraft", "propose", "send_back", "publish", "discard"])
def test_a_part_of_the_system_is_nobody(step: str, people: list[Actor]) -> None:
    grid, by = fed_product(), system("nightly")
    version = None if step == "draft" else draft_terms(product=grid, terms=terms(), by=people[0], at=AT)
    if version is not None and step in {"send_back", "publish"}:
        propose_terms(version=version, by=people[0], at=AT)
    acts: dict[str, Callable[[Any], Any]] = {
        "draft": lambda _: draft_terms(product=grid, terms=terms(), by=by, at=AT),
        "redraft": lambda held: redraft_terms(version=held, terms=terms(), by=by, at=AT),
        "propose": lambda held: propose_terms(version=held, by=by, at=AT),
        "send_back": lambda held: send_back_terms(version=held, by=by, at=AT),
        "publish": lambda held: publish_terms(version=held, valid_from=TODAY, by=by, at=AT),
        "discard": lambda held: discard_terms(version=held, by=by, at=AT),
    }
    with pytest.raises(PersonNeeded):
        acts[step](version)


def test_a_product_has_one_open_version(people: list[Actor]) -> None:
    ann, bo, _ = people
    grid = fed_product()
    version = draft_terms(product=grid, terms=terms(), by=ann, at=AT)
    with pytest.raises(VersionOpen):
        draft_terms(product=grid, terms=terms(), by=bo, at=AT)
    discard_terms(version=version, by=bo, at=AT)
    assert draft_terms(product=grid, terms=terms(), by=bo, at=AT).number == 2


def test_the_next_version_follows_on_its_day_and_the_one_before_stays_in_force_until_then(people: list[Actor]) -> None:
    ann, bo, _ = people
    grid = fed_product()
    first = publish(grid, terms(), ann, bo)
    second = publish(grid, terms("risk_level", "R4"), bo, ann, valid_from=LATER)
    first.refresh_from_db()
    assert (first.state, first.valid_until) == ("superseded", LATER)
    assert terms_of(grid.pk, LATER - timedelta(days=1)) == first
    assert terms_of(grid.pk, LATER) == second
    # Before it holds, it can be replaced for the same day; once it holds, only for a later one.
    third = publish(grid, terms("risk_level", "R2"), ann, bo, valid_from=LATER)
    assert terms_of(grid.pk, LATER) == third
    after = AT + timedelta(days=100)
    with pytest.raises(TooEarly) as early:
        publish(grid, terms(), ann, bo, valid_from=LATER, at=after)
    assert early.value.earliest == after.date()
    regraded = OutboxEvent.objects.filter(kind="product_regraded").order_by("id")
    assert [(one.payload["before"], one.payload["after"]) for one in regraded] == [("R3", "R4"), ("R4", "R2")]


def test_no_version_holds_from_a_day_that_is_over(people: list[Actor]) -> None:
    with pytest.raises(TooEarly) as early:
        publish(fed_product(), terms(), *people[:2], valid_from=TODAY - timedelta(days=1))
    assert early.value.earliest == TODAY


def test_the_day_is_that_of_shanghai(people: list[Actor]) -> None:
    evening = AT.replace(hour=17)
    with pytest.raises(TooEarly) as early:
        publish(fed_product(), terms(), *people[:2], valid_from=TODAY, at=evening)
    assert early.value.earliest == TODAY + timedelta(days=1)


def test_a_banned_phrase_stops_the_publication_and_is_named(people: list[Actor]) -> None:
    ann, bo, _ = people
    version = draft_terms(product=fed_product(), terms=terms("papers.1.body.zh", "请放心，保 本！"), by=ann, at=AT)
    propose_terms(version=version, by=ann, at=AT)
    with pytest.raises(BannedWords) as banned:
        publish_terms(version=version, valid_from=TODAY, by=bo, at=AT)
    assert banned.value.found == [("保本", "papers.1.body.zh", "zh", "principal")]
    version.refresh_from_db()
    assert (version.state, kinds()) == ("proposed", [])
    # The list is data: compliance may switch a phrase off, or excuse a wording.
    change: dict[str, Any] = {"by": bo, "at": AT}
    keep_phrase(language=Language.ZH, phrase="保本", reason=PhraseReason.PRINCIPAL, active=False, **change)
    keep_phrase(language=Language.ZH, phrase="请放心", reason=PhraseReason.PLAYS_DOWN, active=True, **change)
    with pytest.raises(BannedWords, match="请放心"):
        publish_terms(version=version, valid_from=TODAY, by=bo, at=AT)
    keep_phrase(language=Language.ZH, phrase="保本", reason=PhraseReason.PRINCIPAL, active=True, **change)
    keep_context(language=Language.ZH, wording="请放心", excuses=True, active=True, **change)
    with pytest.raises(BannedWords, match="保本"):
        publish_terms(version=version, valid_from=TODAY, by=bo, at=AT)


def test_retiring_ends_the_offer_and_keeps_what_is_over(people: list[Actor]) -> None:
    ann, bo, _ = people
    grid = fed_product()
    first = publish(grid, terms(), ann, bo)
    second = publish(grid, terms("risk_level", "R4"), ann, bo, valid_from=LATER)
    soon = TODAY + timedelta(days=7)
    assert retire_product(product=grid, on=soon, by=ann, at=AT) == [first, second]
    assert terms_of(grid.pk, soon - timedelta(days=1)) == first
    assert terms_of(grid.pk, soon) is terms_of(grid.pk, LATER) is None
    assert kinds()[-1] == "product_retired"
    for on in (soon, TODAY - timedelta(days=1)):
        with pytest.raises(NothingOffered):
            retire_product(product=grid, on=on, by=ann, at=AT)
    # It may be offered again, but not for days that were promised to the version before.
    with pytest.raises(TooEarly):
        publish(grid, terms(), ann, bo, valid_from=soon - timedelta(days=1))
    discard_terms(version=TermsVersion.objects.get(state="proposed"), by=ann, at=AT)
    again = publish(grid, terms("risk_level", "R5"), ann, bo, valid_from=soon)
    assert terms_of(grid.pk, soon) == again
    assert kinds()[-2:] == ["terms_published", "product_regraded"]


def test_ours_and_the_feeds_are_compared(people: list[Actor]) -> None:
    ann, bo, _ = people
    grid = fed_product()
    publish(grid, terms(), ann, bo)
    assert differences_to_feed(TODAY) == []
    fed_product(GRID._replace(risk_level="R4", name="网格", regulatory_class="advice", retired_on=TODAY))
    assert [(one.part, one.ours, one.feed) for one in differences_to_feed(TODAY)] == [
        ("name.zh", "网格交易", "网格"),
        ("risk_level", "R3", "R4"),
        ("regulatory_class", "tool", "advice"),
        ("retired_on", None, "2024-06-03"),
    ]


def test_damaged_terms_are_refused(people: list[Actor]) -> None:
    version = draft_terms(product=fed_product(), terms=terms(), by=people[0], at=AT)
    version.terms["risk_level"] = "R1"
    with pytest.raises(DamagedTerms):
        read_terms(version)


@pytest.mark.parametrize(
    "altered", ["terms = terms || jsonb_build_object('risk_level', 'R1')", "digest = repeat('0', 64)"]
)
def test_terms_that_were_read_before_are_refused_once_their_row_is_altered(altered: str, people: list[Actor]) -> None:
    publish(fed_product(), terms(), *people[:2])
    version = TermsVersion.objects.get()
    for _ in range(2):
        held, said = frozen_terms(version.public_id)
        assert (held.digest, said) == (version.digest, terms())
    execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE catalogue_termsversion DISABLE TRIGGER USER")
    execute(f"UPDATE catalogue_termsversion SET {altered}")
    with pytest.raises(DamagedTerms):
        frozen_terms(version.public_id)


def test_terms_of_an_unknown_version_are_not_found() -> None:
    with pytest.raises(UnknownTerms):
        frozen_terms(uuid4())


# -- the database -----------------------------------------------------------------------------------------------------


def execute(statement: str, **values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def in_state(state: TermsState, people: list[Actor]) -> TermsVersion:
    """Return a version that came to a state by the operations."""
    ann, bo, _ = people
    grid = fed_product()
    version = draft_terms(product=grid, terms=terms(), by=ann, at=AT)
    if state == TermsState.DISCARDED:
        return discard_terms(version=version, by=ann, at=AT)
    if state != TermsState.DRAFT:
        version = propose_terms(version=version, by=ann, at=AT)
    if state not in {TermsState.DRAFT, TermsState.PROPOSED}:
        version = publish_terms(version=version, valid_from=TODAY, by=bo, at=AT)
    if state == TermsState.SUPERSEDED:
        publish(grid, terms(), ann, bo, valid_from=LATER)
    if state == TermsState.RETIRED:
        retire_product(product=grid, on=LATER, by=ann, at=AT)
    version.refresh_from_db()
    assert version.state == state
    return version


FACTS = {
    "draft": "proposed_at = NULL, proposed_by_id = NULL",
    "proposed": "proposed_at = %(at)s, proposed_by_id = %(author)s",
    "published": "valid_from = %(day)s, published_at = %(at)s, published_by_id = %(colleague)s",
    "superseded": "valid_until = %(later)s",
    "retired": "valid_until = %(later)s",
    "discarded": "discarded_at = %(at)s, discarded_by_id = %(author)s",
}


@pytest.mark.parametrize(("old", "new"), [pair for pair in pairs(TermsState, TermsState) if pair != ("draft",) * 2])
def test_the_database_knows_the_same_moves_as_the_table(old: TermsState, new: TermsState, people: list[Actor]) -> None:
    version = in_state(old, people)
    statement = f"UPDATE catalogue_termsversion SET state = %(new)s, {FACTS[new]} WHERE id = %(id)s"
    values = {
        "new": new,
        "id": version.pk,
        "at": AT,
        "day": TODAY,
        "later": LATER,
        "author": people[0].user_id,
        "colleague": people[1].user_id,
    }
    if new in MOVES[old]:
        execute(statement, **values)
    else:
        with pytest.raises(IllegalMove):
            check_move(old, new)
        with pytest.raises(DatabaseError, match="refused"):
            execute(statement, **values)


CONTENT = [
    "terms = jsonb_set(terms, '{risk_level}', '\"R1\"')",
    f"digest = '{'0' * 64}'",
    "number = 9",
    "public_id = gen_random_uuid()",
    "product_id = product_id + 1",
    "drafted_at = now()",
    "drafted_by_id = %(other)s",
    "proposed_at = now()",
    "proposed_by_id = %(other)s",
    "published_at = now()",
    "published_by_id = %(other)s",
    "valid_from = '2030-01-01'",
    "valid_until = '2030-01-01'",
]


@pytest.mark.parametrize("change", CONTENT)
@pytest.mark.parametrize("state", [state for state in TermsState if state != TermsState.DRAFT])
def test_what_left_the_draft_never_changes(state: TermsState, change: str, people: list[Actor]) -> None:
    version = in_state(state, people)
    with pytest.raises(DatabaseError):
        execute(f"UPDATE catalogue_termsversion SET {change} WHERE id = %(id)s", id=version.pk, other=people[2].user_id)


@pytest.mark.parametrize("change", CONTENT)
def test_a_move_writes_only_what_belongs_to_it(change: str, people: list[Actor]) -> None:
    version = in_state(TermsState.PUBLISHED, people)
    extra = "" if change.startswith("valid_until") else ", valid_until = %(later)s"
    if not extra:
        return execute_retirement_twice(version, people)
    with pytest.raises(DatabaseError):
        execute(
            f"UPDATE catalogue_termsversion SET state = 'retired'{extra}, {change} WHERE id = %(id)s",
            id=version.pk, later=LATER, other=people[2].user_id,
        )  # fmt: skip
    return None


def execute_retirement_twice(version: TermsVersion, people: list[Actor]) -> None:
    """The end of a version moves only forward in time when it is followed and then retired."""
    publish(version.product, terms(), *people[:2], valid_from=LATER)
    later = "UPDATE catalogue_termsversion SET state = 'retired', valid_until = %(day)s WHERE id = %(id)s"
    with pytest.raises(DatabaseError):
        execute(later, id=version.pk, day=LATER + timedelta(days=1))
    execute(later, id=version.pk, day=LATER - timedelta(days=1))


@pytest.mark.parametrize("own", [0, 1])
def test_the_database_wants_two_people(own: int, people: list[Actor]) -> None:
    ann, bo, _ = people
    version = draft_terms(product=fed_product(), terms=terms(), by=ann, at=AT)
    propose_terms(version=version, by=bo, at=AT)
    with pytest.raises(IntegrityError, match="termsversion_two_people"):
        execute(
            f"UPDATE catalogue_termsversion SET state = 'published', {FACTS['published']} WHERE id = %(id)s",
            id=version.pk, at=AT, day=TODAY, colleague=people[own].user_id,
        )  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM catalogue_termsversion",
        "TRUNCATE catalogue_termsversion CASCADE",
        "DELETE FROM catalogue_bannedphrase",
        "TRUNCATE catalogue_phrasecontext",
    ],
)
def test_nothing_is_deleted(statement: str, people: list[Actor]) -> None:
    in_state(TermsState.DRAFT, people)
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="refused"):
        execute(statement)


def test_no_version_begins_but_as_a_draft(people: list[Actor]) -> None:
    version = in_state(TermsState.PUBLISHED, people)
    version.pk, version.number, version.product = None, 2, fed_product(GRID._replace(code="plan"))
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        version.save(force_insert=True)


def test_the_first_lists_are_there() -> None:
    phrases, contexts = queries.lint_lists()
    assert len(phrases) == BannedPhrase.objects.count() > 200
    assert {context.excuses for context in contexts} == {True, False}

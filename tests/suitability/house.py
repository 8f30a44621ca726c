"""What the tests of suitability share: the seed's contents, answers, people, and a small broker with both published."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from accounts.models import Client
from accounts.operations import ClientRow, merge_clients
from core.actor import Actor
from smart_products.catalogue.models import Product
from smart_products.catalogue.operations import ProductRow, merge_products
from smart_products.suitability import operations
from smart_products.suitability.models import Assessment, Decision, MatchingRules
from smart_products.suitability.operations import decide, draft_rules, publish_rules, seed_suitability
from smart_products.suitability.queries import current_questionnaire
from smart_products.suitability.rules import CLASSES, LEVELS, Questionnaire, Rules, read_questionnaire, read_rules
from tests.accounts.organisation import AT, BY, FIRST, SOURCE, organise

SEED = Path(operations.__file__).parent.parent / "seed"
QUESTIONS: Any = json.loads((SEED / "questionnaire.json").read_text(encoding="utf-8"))
RULES: Any = json.loads((SEED / "rules.json").read_text(encoding="utf-8"))

ANNA, BORIS = Actor("user", "anna", 901), Actor("user", "boris", 902)
START, TODAY = date(2024, 1, 2), date(2024, 6, 3)
TERMS, DIGEST = UUID(int=7), "ab" * 32
PRODUCTS = [
    ProductRow("GRID", FIRST, "ORDERS", "网格交易", "", "R3", "tool"),
    ProductRow("PICK", FIRST, "ADVICE", "选股", "", "R5", "advice"),
]


def questionnaire_content(**changes: Any) -> Any:
    """A copy of the seed's questionnaire with some of its values changed."""
    return {**copy.deepcopy(QUESTIONS), **changes}


def rules_content(**changes: Any) -> Any:
    """A copy of the seed's rules with some of their values changed."""
    return {**copy.deepcopy(RULES), **changes}


def questionnaire() -> Questionnaire:
    """The seed's questionnaire."""
    return read_questionnaire(QUESTIONS)


def rules(**changes: Any) -> Rules:
    """The seed's rules with some of their values changed."""
    return read_rules(rules_content(**changes))


def best(**changes: str) -> dict[str, list[str]]:
    """The answers with the most points, but for the questions named."""
    answers = {}
    for question in questionnaire().questions:
        ranked = sorted(question.options, key=lambda option: -option.points)
        answers[question.code] = [option.code for option in ranked if option.points] if question.several else []
        answers[question.code] = answers[question.code] or [ranked[0].code]
    return {**answers, **{code: [option] for code, option in changes.items()}}


def answers_strategy() -> st.SearchStrategy[dict[str, list[str]]]:
    """Complete and possible answers to the seed's questionnaire."""

    def chosen(question: Any) -> st.SearchStrategy[list[str]]:
        one = st.sampled_from([[option.code] for option in question.options])
        free = [option.code for option in question.options if not option.alone]
        many = st.lists(st.sampled_from(free), min_size=1, unique=True)
        return one | many if question.several else one

    return st.fixed_dictionaries({question.code: chosen(question) for question in questionnaire().questions})


@st.composite
def rules_contents(draw: st.DrawFn) -> Any:
    """Contents of matching rules that keep every rule of content, far from the seed's."""

    def limits(size: int, at_least: list[int]) -> list[int]:
        drawn = sorted(draw(st.lists(st.integers(0, 5), min_size=size, max_size=size)))
        return [max(pair) for pair in zip(drawn, at_least, strict=True)]

    def row(fit: int, warned: int) -> dict[str, str]:
        return {
            level: "fit" if place < fit else "warning" if place < warned else "refused"
            for place, level in enumerate(LEVELS)
        }

    fits = limits(5, [0] * 5)
    warned = limits(5, fits)
    more = limits(5, fits)
    most = limits(5, [max(pair) for pair in zip(warned, more, strict=True)])
    professional = {"none": row(draw(st.integers(0, more[0])), most[0])}
    return rules_content(
        validity_months=draw(st.integers(1, 36)),
        feed={"lowest_is_protected": draw(st.booleans()), "professional_counts": draw(st.booleans())},
        matrix={
            "ordinary": {name: row(*pair) for name, pair in zip(CLASSES, zip(fits, warned, strict=True), strict=True)},
            "professional": professional
            | {name: row(*pair) for name, pair in zip(CLASSES, zip(more, most, strict=True), strict=True)},
        },
        advice_above=draw(st.sampled_from(["warning", "refused"])),
        high_risk={
            "from": draw(st.sampled_from(LEVELS)),
            "thinking_hours": draw(st.sampled_from([0, 24])),
            "follow_up": draw(st.booleans()),
        },
    )


def furnish() -> None:
    """A small broker with two products, and what comes with the software published from the start of the year."""
    organise()
    merge_products(upserts=PRODUCTS, source=SOURCE, by=BY, at=AT)
    seed_suitability(valid_from=START, on=TODAY, by=BY, at=AT)


def client(code: str = "C2") -> Client:
    """A client; C2 is one of whom the feed tells no class."""
    return Client.objects.get(source=SOURCE, code=code)


def feed_says(code: str, valid_from: date, risk_class: str | None, assessed_on: date | None, **facts: Any) -> None:
    """Have the feed describe a client anew from a day on."""
    row = ClientRow(code, valid_from, "O11", "app", "ordinary", risk_class, assessed_on)
    merge_clients(source=SOURCE, upserts=[row._replace(**facts)], by=BY, at=AT)


def assess(who: Client, on: date = TODAY, **changes: str) -> Assessment:
    """Take the test of the day with the best answers but for the questions named."""
    return operations.assess(
        client=who, questionnaire=current_questionnaire(on), answers=best(**changes), on=on, by=ANNA, at=AT
    )


def decided(who: Client, level: str = "R3", on: date = TODAY, regulatory_class: str = "tool") -> Decision:
    """Decide on the grid product at a level."""
    return decide(
        client=who,
        product=Product.objects.get(code="GRID"),
        terms_public_id=TERMS,
        terms_digest=DIGEST,
        risk_level=level,
        regulatory_class=regulatory_class,
        on=on,
        by=ANNA,
        at=AT,
    )


def publish(content: Any, valid_from: date, on: date = TODAY) -> MatchingRules:
    """Publish matching rules by two people."""
    draft = draft_rules(content=content, by=ANNA, at=AT)
    return publish_rules(version=draft, valid_from=valid_from, on=on, by=BORIS, at=AT)

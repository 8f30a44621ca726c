"""The questionnaire and the matching rules that come with this software, for an installation that has none.

Owns the reading of `seed/`. The software itself counts as the first of the two that publishing needs, and says so in
the row (`system:supplier`); whoever seeds is the second and answers for it. In production that is a person who has read
them (the face sees to it). Never touches a kind of which something is published.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from core.actor import Actor, system
from smart_products.suitability.models import MatchingRules, QuestionnaireVersion
from smart_products.suitability.operations.versions import (
    draft_questionnaire,
    draft_rules,
    publish_questionnaire,
    publish_rules,
)
from smart_products.suitability.states import VersionState

SUPPLIER = system("supplier")
SEED = Path(__file__).resolve().parent.parent / "seed"


@transaction.atomic
def seed_suitability(*, valid_from: date, on: date, by: Actor, at: datetime) -> tuple[str, ...]:
    """Publish what comes with the software where nothing is published yet; return the kinds that were published."""
    made = []
    if not QuestionnaireVersion.objects.filter(state=VersionState.PUBLISHED).exists():
        questionnaire = draft_questionnaire(content=_content("questionnaire"), by=SUPPLIER, at=at)
        publish_questionnaire(version=questionnaire, valid_from=valid_from, on=on, by=by, at=at)
        made.append("questionnaire")
    if not MatchingRules.objects.filter(state=VersionState.PUBLISHED).exists():
        rules = draft_rules(content=_content("rules"), by=SUPPLIER, at=at)
        publish_rules(version=rules, valid_from=valid_from, on=on, by=by, at=at)
        made.append("rules")
    return tuple(made)


def _content(name: str) -> Any:
    return json.loads((SEED / f"{name}.json").read_text(encoding="utf-8"))

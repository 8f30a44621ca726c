"""The lint's lists: a phrase or a context is added, told anew, or switched off and on; never deleted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.actor import Actor
from core.audit import record
from smart_products.catalogue.models import BannedPhrase, PhraseContext
from smart_products.catalogue.rules import Language, PhraseReason


@transaction.atomic
def keep_phrase(
    *, language: Language, phrase: str, reason: PhraseReason, active: bool, by: Actor, at: datetime
) -> BannedPhrase:
    """Ban a phrase, or change what is kept about it."""
    row, _created = BannedPhrase.objects.update_or_create(
        language=language, phrase=phrase, defaults={"reason": reason, "active": active}
    )
    details = {"language": language, "reason": reason, "active": active}
    record(action="keep_phrase", subject_kind="banned_phrase", subject_key=phrase, details=details, by=by, at=at)
    return row


@transaction.atomic
def keep_context(
    *, language: Language, wording: str, excuses: bool, active: bool, by: Actor, at: datetime
) -> PhraseContext:
    """Excuse phrases in a wording, or take shorter excuses back in it, or change what is kept about it."""
    row, _created = PhraseContext.objects.update_or_create(
        language=language, wording=wording, defaults={"excuses": excuses, "active": active}
    )
    details = {"language": language, "excuses": excuses, "active": active}
    record(action="keep_context", subject_kind="phrase_context", subject_key=wording, details=details, by=by, at=at)
    return row

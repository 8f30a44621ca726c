"""Tables of the lint: phrases that no text for clients may hold, and the contexts that excuse them.

How they are looked for is `lint.py`'s. A row is never deleted: it is switched off, so that why a text was refused or
let through can be told later. Never writes: operations do; the first lists come with a migration.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smart_products.catalogue.rules import Language, PhraseReason


class BannedPhrase(models.Model):
    """A phrase that promises, plays down, lures or presses."""

    language = models.CharField(max_length=2, choices=Language.choices)
    phrase = models.CharField(max_length=100)
    reason = models.CharField(max_length=16, choices=PhraseReason.choices)
    active = models.BooleanField(default=True, db_default=True)

    class Meta:
        verbose_name = _("banned phrase")
        verbose_name_plural = _("banned phrases")
        constraints = [
            models.UniqueConstraint(fields=["language", "phrase"], name="bannedphrase_once"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="bannedphrase_language"),
            models.CheckConstraint(condition=Q(reason__in=PhraseReason.values), name="bannedphrase_reason"),
            models.CheckConstraint(condition=~Q(phrase=""), name="bannedphrase_says_something"),
        ]

    def __str__(self) -> str:
        return self.phrase


class PhraseContext(models.Model):
    """A wording around a phrase, `…` in its place: it excuses the phrase, or takes a shorter excuse back."""

    language = models.CharField(max_length=2, choices=Language.choices)
    wording = models.CharField(max_length=200)
    excuses = models.BooleanField()
    active = models.BooleanField(default=True, db_default=True)

    class Meta:
        verbose_name = _("context of banned phrases")
        verbose_name_plural = _("contexts of banned phrases")
        constraints = [
            models.UniqueConstraint(fields=["language", "wording"], name="phrasecontext_once"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="phrasecontext_language"),
            models.CheckConstraint(condition=~Q(wording__in=["", "…"]), name="phrasecontext_says_something"),
        ]

    def __str__(self) -> str:
        return self.wording

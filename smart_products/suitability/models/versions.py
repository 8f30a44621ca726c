"""Tables of what is published by two people: questionnaires and matching rules, a row a version.

The content of a version never changes: a trigger refuses it, and lets a draft become published or discarded and
nothing else. Never writes: operations do.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from smart_products.suitability.states import VersionState

ACTOR_LENGTH = 170
SHA256 = r"^[0-9a-f]{64}$"


class Version(models.Model):
    """One version of a content, with who wrote it and who published it; in force from `valid_from` on."""

    kind: ClassVar[str]

    number = models.PositiveIntegerField(unique=True)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=VersionState.choices, default=VersionState.DRAFT)
    valid_from = models.DateField(null=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=ACTOR_LENGTH)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=ACTOR_LENGTH, null=True)
    discarded_at = models.DateTimeField(null=True)
    discarded_by = models.CharField(max_length=ACTOR_LENGTH, null=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=VersionState.values), name="%(class)s_state"),
            models.CheckConstraint(condition=Q(digest__regex=SHA256), name="%(class)s_digest"),
            models.CheckConstraint(
                condition=Q(
                    state="published", valid_from__isnull=False, published_at__isnull=False, published_by__isnull=False
                )
                | Q(~Q(state="published"), valid_from=None, published_at=None, published_by=None),
                name="%(class)s_published",
            ),
            models.CheckConstraint(
                condition=Q(state="discarded", discarded_at__isnull=False, discarded_by__isnull=False)
                | Q(~Q(state="discarded"), discarded_at=None, discarded_by=None),
                name="%(class)s_discarded",
            ),
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("drafted_by")), name="%(class)s_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.state})"


class QuestionnaireVersion(Version):
    """A version of the questionnaire."""

    kind = "questionnaire"

    class Meta(Version.Meta):
        verbose_name = _("version of the questionnaire")
        verbose_name_plural = _("versions of the questionnaire")


class MatchingRules(Version):
    """A version of the matching rules."""

    kind = "rules"

    class Meta(Version.Meta):
        verbose_name = _("version of the matching rules")
        verbose_name_plural = _("versions of the matching rules")

"""Answers that were given to requests with a key, so that the same request again is answered and not done again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptAnswer(models.Model):
    """What a request with a key was answered, in the transaction of its work; the body lies encrypted.

    `owner` is the number of the login that asked: a key is its own alone. `asked` is the digest of what it asked for.
    """

    owner = models.BigIntegerField()
    key = models.CharField(max_length=255)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=100)
    body = models.BinaryField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="keptanswer_once")]

    def __str__(self) -> str:
        return f"{self.owner} {self.key}"

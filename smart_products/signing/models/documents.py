"""Tables of proof: documents by their hash, the chain of evidence, its sealed heads, and the stamps of later years.

Rows are only added; triggers refuse the rest. The bytes lie in files by their hash (`DOCUMENTS_URL`), the sealed heads
in files outside the database (`ANCHOR_DIR`). Never writes: operations do.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """The exact bytes of a paper, a pack, a stamp or a certificate; the file has the name of their digest."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=32)
    media_type = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    stored_at = models.DateTimeField()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="document_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"


class EvidenceRecord(models.Model):
    """A link of the chain: the pack of one subscription, signed together with all links before it."""

    position = models.PositiveBigIntegerField(unique=True)
    subscription_code = models.CharField(max_length=64, unique=True)
    pack = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    signature = models.BinaryField()
    at = models.DateTimeField()
    time_stamped = models.BooleanField()
    proof_until = models.DateTimeField()

    class Meta:
        verbose_name = _("evidence record")
        verbose_name_plural = _("evidence records")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=Q(position__gte=1), name="evidence_position"),
            models.CheckConstraint(
                condition=Q(previous__regex=r"^[0-9a-f]{64}$", digest__regex=r"^[0-9a-f]{64}$")
                & ~Q(previous=F("digest")),
                name="evidence_digests",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.subscription_code}"


class EvidenceHead(models.Model):
    """The head of the chain as it was sealed on a day; `file` is the digest of the file in ANCHOR_DIR."""

    day = models.DateField(unique=True)
    position = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    file = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("sealed head")
        verbose_name_plural = _("sealed heads")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.position}"


class EvidenceStamp(models.Model):
    """A time stamp of later years over a pack and all its stamps before."""

    record = models.ForeignKey(EvidenceRecord, on_delete=models.PROTECT, related_name="stamps")
    number = models.PositiveSmallIntegerField()
    token = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    proof_until = models.DateTimeField()

    class Meta:
        verbose_name = _("later stamp")
        verbose_name_plural = _("later stamps")
        ordering = ["record", "number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="evidence_stamp_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="evidence_stamp_first"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} #{self.number}"

"""Tables of the catalogue: families, products, and immutable published versions.

A product owns a `bit`, given on first sight and never reused, by which the nightly close
marks who has signed what. A version is only ever added, the database refuses the rest: a
correction is a version with a higher number for the same day, and a withdrawn one takes
its day back. Never writes: operations.py does.
"""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smart_products.catalogue.rules import LARGEST_BIT, MATRIX, RegulatoryClass, RiskLevel


class Family(models.Model):
    """A family of products."""

    id = models.SmallAutoField(primary_key=True)
    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    source = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, default="", db_default="", blank=True)

    class Meta:
        verbose_name = _("family")
        verbose_name_plural = _("families")
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="family_code"),
            models.CheckConstraint(condition=~Q(code=MATRIX), name="family_is_not_matrix"),
        ]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """A smart product; its family and retirement are those of its latest version."""

    id = models.SmallAutoField(primary_key=True)
    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    source = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="products")
    bit = models.PositiveSmallIntegerField(unique=True)
    retired_on = models.DateField(null=True)
    retired_inferred = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="product_code"),
            models.CheckConstraint(condition=~Q(code=MATRIX), name="product_is_not_matrix"),
            models.CheckConstraint(condition=Q(bit__lte=LARGEST_BIT), name="product_bit"),
            models.CheckConstraint(
                condition=Q(retired_inferred=False) | Q(retired_on__isnull=False),
                name="product_inferred_is_retired",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ProductVersion(models.Model):
    """The terms of a product from a day on, as published. Rows are only added."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    withdrawn = models.BooleanField(default=False, db_default=False)
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, default="", db_default="", blank=True)
    risk_level = models.CharField(max_length=2, choices=RiskLevel.choices)
    regulatory_class = models.CharField(max_length=8, choices=RegulatoryClass.choices)
    retired_on = models.DateField(null=True)
    retired_inferred = models.BooleanField(default=False, db_default=False)
    published_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("version of a product")
        verbose_name_plural = _("versions of products")
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="productversion_number"),
            models.CheckConstraint(condition=Q(risk_level__in=RiskLevel.values), name="productversion_risk"),
            models.CheckConstraint(
                condition=Q(regulatory_class__in=RegulatoryClass.values), name="productversion_class"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

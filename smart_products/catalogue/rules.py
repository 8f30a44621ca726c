"""The fixed words of the catalogue: risk levels, regulatory classes, reserved codes.

Pure: enumerations with their words on the screen, also kept by database constraints.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

MATRIX = "matrix"
"""The node of all products; no family and no product may carry this code."""

LARGEST_BIT = 61
"""A mask of the close is one signed word of 64 bits: there is room for 62 products."""


class RiskLevel(models.TextChoices):
    """The risk level of a product, from the lowest (R1) to the highest (R5)."""

    R1 = "R1", "R1"
    R2 = "R2", "R2"
    R3 = "R3", "R3"
    R4 = "R4", "R4"
    R5 = "R5", "R5"


class RegulatoryClass(models.TextChoices):
    """What a product is before the law: it drives documents, cooling-off and staff qualification."""

    TOOL = "tool", _("trading tool")
    ADVICE = "advice", _("advice")

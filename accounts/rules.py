"""The fixed words of people and organisation: levels, roles, classes.

Pure: enumerations with their words on the screen. A value that is not listed here is
refused by the database as well.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

HERE = "here"
"""The source of rows that this service made itself; a feed never touches them."""


class Level(models.TextChoices):
    """The level of a unit in the organisation."""

    HEADQUARTERS = "headquarters", _("headquarters")
    BRANCH = "branch", _("branch company")
    OUTLET = "outlet", _("outlet")


class Role(models.TextChoices):
    """What a person does; granted on a unit, it reaches everything below that unit."""

    HEAD_OFFICE_MANAGER = "head_office_manager", _("head office manager")
    BRANCH_MANAGER = "branch_manager", _("branch manager")
    OUTLET_MANAGER = "outlet_manager", _("outlet manager")
    OPERATIONS = "operations", _("operations")
    PRODUCT_MANAGER = "product_manager", _("product manager")
    ADMINISTRATOR = "administrator", _("administrator")


class InvestorClass(models.TextChoices):
    """The legal class of an investor."""

    ORDINARY = "ordinary", _("ordinary investor")
    PROFESSIONAL = "professional", _("professional investor")


class Purpose(models.TextChoices):
    """What a client agrees to, each apart from the others and each to be taken back."""

    ESIGN = "esign", _("Signing electronically")
    FINANCIAL_ACCOUNTS = "financial_accounts", _("Use of account data")
    MARKETING = "marketing", _("Personal offers")
    AUTOMATED_DECISIONS = "automated_decisions", _("Automated suitability decisions")


class RiskClass(models.TextChoices):
    """A client's risk class, from the most careful (C1) to the boldest (C5)."""

    C1 = "C1", "C1"
    C2 = "C2", "C2"
    C3 = "C3", "C3"
    C4 = "C4", "C4"
    C5 = "C5", "C5"

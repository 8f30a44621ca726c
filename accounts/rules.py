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
    """What a person does; granted on a unit, it reaches everything below that unit. What each may, roles.py says."""

    CLIENT = "client", _("client")
    ADVISER = "adviser", _("adviser")
    RELATIONSHIP_MANAGER = "relationship_manager", _("relationship manager")
    OUTLET_MANAGER = "outlet_manager", _("outlet manager")
    BRANCH_MANAGER = "branch_manager", _("branch manager")
    HEAD_OFFICE_MANAGER = "head_office_manager", _("head office manager")
    PRODUCT_MANAGER = "product_manager", _("product manager")
    OPERATIONS = "operations", _("operations")
    COMPLIANCE = "compliance", _("compliance")
    AUDITOR = "auditor", _("auditor")
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


class NoticeKind(models.TextChoices):
    """What a notice is about; its words stand in notice_texts.py."""

    SIGNED = "signed", _("signed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    PAUSED = "paused", _("paused")
    RESUMED = "resumed", _("resumed")
    SUSPENDED = "suspended", _("suspended")
    RELEASED = "released", _("released")
    REMATCHED = "rematched", _("matched again")
    RENEWED = "renewed", _("renewed")
    EXPIRING = "expiring", _("about to end")
    EXPIRED = "expired", _("expired")
    TERMINATED = "terminated", _("terminated")
    COOLING_OFF_ENDED = "cooling_off_ended", _("cooling-off period over")
    TERMS_TOLD = "terms_told", _("new terms are coming")
    TERMS_TO_SIGN = "terms_to_sign", _("new terms to sign")
    TERMS_MOVED = "terms_moved", _("new terms apply")
    TERMS_KEPT = "terms_kept", _("the old terms stay")
    CODE = "code", _("one-time code")


class Channel(models.TextChoices):
    """How a notice leaves the house."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    WECOM = "wecom", _("WeCom")


class DeliveryState(models.TextChoices):
    """How far a notice is on its way."""

    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("handed over")
    GIVEN_UP = "given_up", _("given up; a person may try again")


class PushState(models.TextChoices):
    """How far an event is on its way to a webhook."""

    WAITING = "waiting", _("waiting")
    DELIVERED = "delivered", _("delivered")
    PARKED = "parked", _("parked")
    PASSED_OVER = "passed_over", _("passed over")


class CodePurpose(models.TextChoices):
    """What a one-time code is for; a code for one purpose is good for no other."""

    SIGN = "sign", _("to sign")
    REGISTER = "register", _("to register")
    LOGIN = "login", _("to log in")

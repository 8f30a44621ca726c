"""The fixed words of the catalogue: risk levels, regulatory classes, parts of terms, reserved codes.

Pure: enumerations with their words on the screen, also kept by database constraints or by `terms.py`.
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


class PaperKind(models.TextChoices):
    """A paper that is read before a signature, in the order that the law gives."""

    ESIGN_CONSENT = "esign_consent", _("consent to electronic signing")
    RISK_DISCLOSURE = "risk_disclosure", _("risk disclosure")
    SPECIAL_WARNING = "special_warning", _("special warning")
    AGREEMENT = "agreement", _("agreement")


class FeeBasis(models.TextChoices):
    """What a fee is measured by."""

    FREE = "free", _("free")
    FIXED = "fixed", _("fixed amount")
    SHARE_OF_ASSETS = "share_of_assets", _("share of signed assets")


class FeePeriod(models.TextChoices):
    """How often a fee falls due."""

    ONCE = "once", _("once")
    MONTH = "month", _("a month")
    QUARTER = "quarter", _("a quarter")
    YEAR = "year", _("a year")


class Charged(models.TextChoices):
    """Whether a fee is charged before its period or after it."""

    IN_ADVANCE = "in_advance", _("in advance")
    IN_ARREARS = "in_arrears", _("in arrears")


class Renewal(models.TextChoices):
    """What happens when a fixed duration ends."""

    NONE = "none", _("ends")
    ASK = "ask", _("renewed if the client agrees")
    AUTO = "auto", _("renewed unless the client objects")


class Language(models.TextChoices):
    """The languages in which terms are written."""

    ZH = "zh", _("Chinese")
    EN = "en", _("English")


class PhraseReason(models.TextChoices):
    """Why a phrase may not stand in what a client reads."""

    PROMISE = "promise", _("promises a gain")
    PRINCIPAL = "principal", _("promises that nothing is lost")
    PLAYS_DOWN = "plays_down", _("plays the risk down")
    LURE = "lure", _("lures with riches")
    PRESSURE = "pressure", _("presses to sign")
    SUPERLATIVE = "superlative", _("claims to be the best")


class TermsRule(models.TextChoices):
    """What terms can break; `TermsError` names the rule and the path."""

    MISSING = "missing", _("is missing")
    UNKNOWN = "unknown", _("is not a part of terms")
    KIND = "kind", _("is of the wrong kind")
    EMPTY = "empty", _("must not be empty")
    TOO_LONG = "too_long", _("is too long")
    CHARACTER = "character", _("holds a character that can not be seen")
    ONE_LINE = "one_line", _("must be one line")
    EDGES = "edges", _("starts or ends with a space or an empty line")
    CHOICE = "choice", _("is not one of the choices")
    RANGE = "range", _("is out of range")
    COUNT = "count", _("has too few or too many entries")
    CODE = "code", _("must be small letters, digits and underscores, and start with a letter")
    TWICE = "twice", _("stands there twice")
    BASIS = "basis", _("does not fit the basis of the fee")
    PAPERS = "papers", _("must be the four papers, each once, in the order of the law")
    COOLING_OFF = "cooling_off", _("is too short: advice that is paid for needs at least five working days")
    PAUSE = "pause", _("must be zero where no pause is allowed, and above zero where one is")
    RENEWAL = "renewal", _("needs a duration in months")

"""Why a subscription ended: each reason with its words.

Pure. The order of the reasons is the one that breaks a tie between two subscriptions of
an account that end together (docs/metrics.md, *left*).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EndReason(models.TextChoices):
    """The reason of an end, in the order that breaks a tie."""

    ACCOUNT_CLOSED = "account_closed", _("the asset account was closed")
    WITHDRAWN = "withdrawn", _("withdrawn within the cooling-off period")
    DECEASED = "deceased", _("the client died")
    TERMINATED = "terminated", _("terminated by the client or the broker")
    SWITCHED = "switched", _("switched to another product")
    EXPIRED = "expired", _("ran to its agreed end")
    PRODUCT_RETIRED = "product_retired", _("the product was retired")
    NOT_OBSERVED = "not_observed", _("observation ended; the client did not end it")

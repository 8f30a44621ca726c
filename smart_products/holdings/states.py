"""What a delivery can be, in words, and what may be said about one without refusing it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    """The outcome of a delivery. A refused one changed nothing but this row and its quarantine file."""

    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


class FileKind(models.TextChoices):
    """The kinds of files of a feed, in the order in which they are read."""

    UNITS = "units", _("units")
    CLIENTS = "clients", _("clients")
    ACCOUNTS = "accounts", _("asset accounts")
    PRODUCTS = "products", _("products")
    SUBSCRIPTIONS = "subscriptions", _("subscriptions")
    HOLDINGS = "holdings", _("holdings")


class FileMode(models.TextChoices):
    """Whether a file lists everything or only what changed."""

    FULL = "full", _("full")
    CHANGES = "changes", _("changes")

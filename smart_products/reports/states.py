"""What a report covers and where its delivery stands, each in words, with the one table of allowed moves.

Pure: operations ask this table; nothing else changes a state. Holds no model and reads no clock.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    """How often a report is made, and what it covers."""

    DAILY = "daily", _("every trading day")
    WEEKLY = "weekly", _("every week")
    MONTHLY = "monthly", _("every month")


class Language(models.TextChoices):
    """The language in which a report is written."""

    CHINESE = "zh-hans", _("Chinese")
    ENGLISH = "en", _("English")


class DeliveryState(models.TextChoices):
    """Where the delivery of a report to one recipient stands."""

    REQUESTED = "requested", _("waits to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed, will be tried again")
    REFUSED = "refused", _("refused")
    PARKED = "parked", _("parked, waits for a person")


MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.REQUESTED: frozenset(set(DeliveryState) - {DeliveryState.REQUESTED}),
    DeliveryState.FAILED: frozenset(set(DeliveryState) - {DeliveryState.REQUESTED}),
    DeliveryState.SENT: frozenset(),
    DeliveryState.REFUSED: frozenset(),
    DeliveryState.PARKED: frozenset(),
}
"""What was sent, refused or parked stays so: to send again is a delivery of its own."""


class IllegalMove(ValueError):
    """The table does not allow this change of state."""


def check_move(old: DeliveryState, new: DeliveryState) -> None:
    """Raise IllegalMove unless the table allows `old` to become `new`."""
    if new not in MOVES[old]:
        raise IllegalMove(f"a delivery can not go from {old} to {new}")


class Refusal(models.TextChoices):
    """Why nothing was sent to somebody who stands on the list."""

    NO_GRANT = "no_grant", _("has no role on this unit any more")
    SWITCHED_OFF = "switched_off", _("the login is switched off")
    DOMAIN = "domain", _("the address is outside the allowed domains")
    ENDED = "ended", _("is no recipient any more")
    ADDRESS = "address", _("the other side refused the address")

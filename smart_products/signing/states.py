"""The states of a contract, of its service and of its billing, each in words, and why a subscription ended.

Pure: one table of allowed moves for each of the three. `operations.moving` moves a contract inside a row lock and asks
these tables; the database refuses every other move by itself. The order of the reasons of an end is the one that
breaks a tie between two subscriptions of an account that end together (docs/metrics.md, *left*).
"""

from __future__ import annotations

from collections.abc import Mapping

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


class ContractState(models.TextChoices):
    """Where a contract stands."""

    DRAFT = "draft", _("begun; suitability not yet decided")
    MATCHED = "matched", _("suitability decided; not yet signed")
    REFUSED = "refused", _("refused: the product does not fit the client")
    WARNED = "warned", _("the special risk warning was read and acknowledged; not yet signed")
    SIGNED = "signed", _("signed; the service has not started")
    COOLING_OFF = "cooling_off", _("in force, within the cooling-off period")
    ACTIVE = "active", _("in force")
    PAUSED = "paused", _("paused by the client until a day")
    SUSPENDED = "suspended", _("suspended by the broker until the client confirms again")
    RENEWING = "renewing", _("in force, and the client is asked about another term")
    TERMINATED = "terminated", _("ended before its agreed end")
    EXPIRED = "expired", _("ran to its agreed end")
    WITHDRAWN = "withdrawn", _("withdrawn within the cooling-off period")
    ABANDONED = "abandoned", _("given up before it was signed")


class ServiceState(models.TextChoices):
    """Whether the client is being served."""

    WAITING = "waiting", _("the service has not started")
    RUNNING = "running", _("the service runs")
    PAUSED = "paused", _("the service rests at the client's wish")
    SUSPENDED = "suspended", _("the service is withheld by the broker")
    ENDED = "ended", _("the service has ended")


class BillingState(models.TextChoices):
    """Whether fees are charged."""

    IDLE = "idle", _("nothing has been charged")
    CHARGING = "charging", _("fees are charged by the schedule")
    HELD = "held", _("no new fee is charged for the time being")
    CLOSED = "closed", _("no fee will be charged any more")
    REFUNDED = "refunded", _("all fees were refunded")


class MatchOutcome(models.TextChoices):
    """What the decision on suitability said."""

    FIT = "fit", _("fits")
    WARNING = "warning", _("does not fit; only after a special written warning")
    REFUSED = "refused", _("may not be signed")


_C = ContractState

MOVES: Mapping[ContractState, frozenset[ContractState]] = {
    _C.DRAFT: frozenset({_C.MATCHED, _C.REFUSED, _C.ABANDONED}),
    _C.MATCHED: frozenset({_C.WARNED, _C.SIGNED, _C.REFUSED, _C.ABANDONED}),
    _C.WARNED: frozenset({_C.MATCHED, _C.SIGNED, _C.REFUSED, _C.ABANDONED}),
    _C.SIGNED: frozenset({_C.COOLING_OFF, _C.ACTIVE, _C.SUSPENDED, _C.WITHDRAWN, _C.TERMINATED, _C.EXPIRED}),
    _C.COOLING_OFF: frozenset({_C.ACTIVE, _C.SUSPENDED, _C.WITHDRAWN, _C.TERMINATED, _C.EXPIRED}),
    _C.ACTIVE: frozenset({_C.PAUSED, _C.SUSPENDED, _C.RENEWING, _C.TERMINATED, _C.EXPIRED}),
    _C.PAUSED: frozenset({_C.ACTIVE, _C.SUSPENDED, _C.TERMINATED, _C.EXPIRED}),
    _C.SUSPENDED: frozenset({_C.COOLING_OFF, _C.ACTIVE, _C.WITHDRAWN, _C.TERMINATED, _C.EXPIRED}),
    _C.RENEWING: frozenset({_C.ACTIVE, _C.SUSPENDED, _C.TERMINATED, _C.EXPIRED}),
    _C.REFUSED: frozenset(),
    _C.TERMINATED: frozenset(),
    _C.EXPIRED: frozenset(),
    _C.WITHDRAWN: frozenset(),
    _C.ABANDONED: frozenset(),
}
"""A decision may be taken anew until the client signs; what is signed is ended, never undone."""

UNSIGNED = frozenset({_C.DRAFT, _C.MATCHED, _C.WARNED})
IN_FORCE = frozenset({_C.SIGNED, _C.COOLING_OFF, _C.ACTIVE, _C.PAUSED, _C.SUSPENDED, _C.RENEWING})
OPEN = UNSIGNED | IN_FORCE
"""Of one client, product and account at most one contract is open."""
ENDED = frozenset({_C.TERMINATED, _C.EXPIRED, _C.WITHDRAWN})
SIGNED = IN_FORCE | ENDED
"""Nothing is in one of these states without decision, papers and signature."""

_S = ServiceState

SERVICE_MOVES: Mapping[ServiceState, frozenset[ServiceState]] = {
    _S.WAITING: frozenset({_S.RUNNING, _S.SUSPENDED, _S.ENDED}),
    _S.RUNNING: frozenset({_S.PAUSED, _S.SUSPENDED, _S.ENDED}),
    _S.PAUSED: frozenset({_S.RUNNING, _S.SUSPENDED, _S.ENDED}),
    _S.SUSPENDED: frozenset({_S.RUNNING, _S.ENDED}),
    _S.ENDED: frozenset(),
}

SERVICE_IN: Mapping[ContractState, ServiceState] = {
    **dict.fromkeys(UNSIGNED | {_C.SIGNED}, _S.WAITING),
    **dict.fromkeys((_C.COOLING_OFF, _C.ACTIVE, _C.RENEWING), _S.RUNNING),
    _C.PAUSED: _S.PAUSED,
    _C.SUSPENDED: _S.SUSPENDED,
    **dict.fromkeys(ENDED | {_C.REFUSED, _C.ABANDONED}, _S.ENDED),
}
"""The service that each state of a contract means."""

_B = BillingState

BILLING_MOVES: Mapping[BillingState, frozenset[BillingState]] = {
    _B.IDLE: frozenset({_B.CHARGING, _B.HELD, _B.CLOSED}),
    _B.CHARGING: frozenset({_B.HELD, _B.CLOSED, _B.REFUNDED}),
    _B.HELD: frozenset({_B.CHARGING, _B.CLOSED, _B.REFUNDED}),
    _B.CLOSED: frozenset(),
    _B.REFUNDED: frozenset(),
}

State = ContractState | ServiceState | BillingState


class IllegalMove(ValueError):
    """The table does not allow this change of state."""

    def __init__(self, old: State, new: State) -> None:
        self.old, self.new = old, new
        super().__init__(f"a contract can not go from {old} to {new}")


def check_move(old: ContractState, new: ContractState) -> None:
    """Raise IllegalMove unless the table allows `old` to become `new`."""
    if new not in MOVES[old]:
        raise IllegalMove(old, new)

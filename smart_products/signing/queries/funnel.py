"""The steps to the first signing: of the clients who began one here, how many came how far.

Counts clients from contracts and their recorded steps, in one statement. What is not recorded has no step: that a
product was looked at, or a signing on paper that only a feed tells. Takes contracts that `visible_to` narrowed; never
writes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.expressions import CombinedExpression
from django.utils import timezone

from smart_products.signing.models import Contract, SigningStep, Subscription
from smart_products.signing.states import MatchOutcome
from smart_products.signing.steps import Step

LATER = (30, 90)
"""Days after the signing on which a contract is looked at again."""
STEPS = ("begun", "decided", "passed", "read", "signed", *(f"kept_{days}" for days in LATER))
"""The counts of clients, each of which leads to them."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Of those who signed at least so many days before the end of the period, those still in force after them."""

    days: int
    observable: int
    retained: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """Clients at each step, each a part of the one before; `kept` has its own denominators."""

    since: date
    as_of: date
    begun: int
    decided: int
    passed: int
    read: int
    signed: int
    kept: tuple[Kept, ...]


def funnel(contracts: QuerySet[Contract], products: Collection[int], *, since: date, as_of: date) -> Funnel:
    """Return how far clients came who began to sign after `since` up to `as_of`, and had signed none of these before.

    A client counts once, at the furthest step of any of his contracts over these products that were begun in the
    period; a contract that follows another on new terms is none of them.
    """
    counts = _begun(contracts, products, since, as_of).aggregate(
        **{name: Count("client", distinct=True, filter=where or None) for name, where in _steps(as_of).items()}
    )
    kept = tuple(Kept(days, counts.pop(f"seen_{days}"), counts.pop(f"kept_{days}")) for days in LATER)
    return Funnel(since, as_of, **counts, kept=kept)


def clients_at(
    contracts: QuerySet[Contract], products: Collection[int], step: str, *, since: date, as_of: date
) -> QuerySet[Contract, int]:
    """Return the ids of the clients whom `funnel` counts at a step, for the same arguments; a client may come twice.

    `step` is one of STEPS. Raises KeyError for another.
    """
    where = _steps(as_of)[step]
    return _begun(contracts, products, since, as_of).filter(where).values_list("client", flat=True)


def _begun(contracts: QuerySet[Contract], products: Collection[int], since: date, as_of: date) -> QuerySet[Contract]:
    """Return the contracts over these products that were begun in the period by who had signed none of them before."""
    earlier = Subscription.objects.filter(client=OuterRef("client"), product__in=products, start__lte=since)
    read = SigningStep.objects.filter(contract=OuterRef("pk"), step=Step.AGREEMENT, done_at__isnull=False)
    period = {"opened_at__gte": _after(since), "opened_at__lt": _after(as_of)}
    found = contracts.filter(product__in=products, follows=None, **period).exclude(Exists(earlier))
    return found.annotate(agreed_to=Exists(read))


def _steps(as_of: date) -> dict[str, Q]:
    """Return the condition of each step on a contract."""
    signed = Q(signed_on__lte=as_of)
    steps = {
        "begun": Q(),
        "decided": ~Q(outcome=""),
        "passed": Q(outcome__in=[MatchOutcome.FIT, MatchOutcome.WARNING]),
        "read": Q(agreed_to=True) | signed,
        "signed": signed,
    }
    for days in LATER:
        seen = Q(signed_on__lte=as_of - timedelta(days=days))
        steps[f"seen_{days}"] = seen
        steps[f"kept_{days}"] = seen & (Q(ended_on=None) | Q(ended_on__gt=_later(days)))
    return steps


def _after(day: date) -> datetime:
    """Return the first moment after a day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _later(days: int) -> ExpressionWrapper[CombinedExpression]:
    return ExpressionWrapper(F("signed_on") + timedelta(days=days), output_field=DateField())

"""Accounts that a close set aside so that all others could go on, with the reason of each.

Owns the reasons and the list a person reads. Which facts no sum can hold the close itself finds (block.py). Never
changes an account.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import AssetAccount, ClientVersion

LISTED = 20
"""So many accounts are named for each reason; the others are counted."""


class AsideReason(models.TextChoices):
    """Why an account stands in no figure."""

    NO_CLIENT = "no_client", _("no client is known of the account")
    NO_PLACE = "no_place", _("its client has never stood at an outlet")
    TOO_LARGE = "too_large", _("a value or flow of more than 1,000,000,000,000 yuan is left out")


@dataclass(frozen=True, slots=True)
class AsideGroup:
    """The accounts set aside for one reason: how many, and the first of them as source and code."""

    reason: AsideReason
    accounts: int
    first: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SetAside:
    """All that a close set aside, by reason."""

    groups: tuple[AsideGroup, ...] = ()

    @property
    def accounts(self) -> int:
        return sum(group.accounts for group in self.groups)


def set_aside(too_large: Collection[int]) -> SetAside:
    """Return the accounts that stand in no figure now; `too_large` are ids of those whose facts were left out."""
    placed = Exists(ClientVersion.objects.filter(client=OuterRef("client"), outlet__isnull=False))
    every = AssetAccount.objects.all()
    rows: dict[AsideReason, QuerySet[AssetAccount]] = {
        AsideReason.NO_CLIENT: every.filter(client__isnull=True),
        AsideReason.NO_PLACE: every.filter(~placed, client__isnull=False),
        AsideReason.TOO_LARGE: every.filter(pk__in=too_large),
    }
    groups = [_group(reason, found) for reason, found in rows.items()]
    return SetAside(tuple(group for group in groups if group.accounts))


def _group(reason: AsideReason, rows: QuerySet[AssetAccount]) -> AsideGroup:
    first = rows.order_by("source", "code").values_list("source", "code")[:LISTED]
    return AsideGroup(reason, rows.count(), tuple(first))

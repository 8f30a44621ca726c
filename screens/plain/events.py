"""Events as plain objects: what the log tells whoever reads it, and what is pushed to webhooks.

Owns the kinds that leave the house, and what each means. Others are the house's own and never stand in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from screens.plain.shape import Shape

KINDS: Mapping[str, Promise] = {
    "signed": _("A contract was signed."),
    "withdrawn": _("A contract was withdrawn within its cooling-off period."),
    "cooling_off_ended": _("The cooling-off period of a contract is over."),
    "paused": _("A contract was paused."),
    "resumed": _("A pause is over."),
    "suspended": _("The service of a contract was suspended."),
    "released": _("A suspension is over."),
    "renewed": _("A contract was renewed."),
    "expiring": _("A contract is about to end."),
    "expired": _("A contract ended with its time."),
    "terminated": _("A contract was ended."),
    "rematched": _("A contract was matched again."),
    "risk_class_changed": _("The class of a client changed."),
    "terms_published": _("Terms of a product were published."),
    "product_regraded": _("A product has another risk level."),
    "product_retired": _("A product is no longer offered."),
    "delivered": _("A delivery of a feed was taken in."),
    "published": _("A day was published for the first time."),
    "restated": _("A day was published in another version."),
}
"""The kinds of the log, each with what it means."""


class Event(Shape):
    """Something that happened. Ids never repeat: whoever keeps those it handled handles each once."""

    id: UUID
    kind: str = Field(examples=["signed"])
    schema_version: int
    subject_kind: str = Field(description="Events of one subject stand in their order.", examples=["contract"])
    subject_key: str
    business_date: date
    at: datetime
    payload: dict[str, Any]

"""Limits and what proofs rest on, as they are drawn; and why an act on them was refused, in words.

Takes what core answered. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.pages.terms.refusals import CONFLICT, FORBIDDEN, UNPROCESSABLE, Refusal
from core.actor import TwoPeopleNeeded
from core.limits import LIMITS, SEALED, Limit, OutOfBounds, Unit
from core.models import SettingVersion
from core.operations import NothingNew, ProposalOpen, ProposalOver
from screens import formats

REFUSED = (NothingNew, OutOfBounds, ProposalOpen, ProposalOver, TwoPeopleNeeded)


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit as it holds."""

    key: str
    label: str
    sentence: str
    value: str
    bounds: str
    share: bool
    source: str
    """Who agreed on it, and when."""
    waits: bool


@dataclass(frozen=True, slots=True)
class SealLine:
    """Something that proofs rest on, as the service is set and as it was agreed."""

    key: str
    label: str
    running: str
    source: str
    agreed: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A value that waits for a second person."""

    public_id: UUID
    label: str
    before: str
    after: str
    reason: str
    who: str
    mine: bool


def limits(held: Mapping[str, SettingVersion], waiting: Sequence[SettingVersion]) -> list[LimitLine]:
    """Return every limit as it holds."""
    open_keys = {one.key for one in waiting}
    return [
        LimitLine(
            key=key,
            label=str(limit.label),
            sentence=str(limit.sentence),
            value=_value(key, held),
            bounds=_("%(least)s to %(most)s")
            % {"least": format(limit.least.normalize(), "f"), "most": format(limit.most.normalize(), "f")},
            share=limit.unit is Unit.SHARE,
            source=_source(held.get(key)),
            waits=key in open_keys,
        )
        for key, limit in LIMITS.items()
    ]


def seals(
    running: Mapping[str, str], held: Mapping[str, SettingVersion], waiting: Sequence[SettingVersion]
) -> list[SealLine]:
    """Return what the service is set to seal by; nothing where the stand-in of the machine seals."""
    open_keys = {one.key for one in waiting}
    return [
        SealLine(
            key=key,
            label=str(SEALED[key]),
            running=value,
            source=_source(held.get(key)),
            agreed=key in held and held[key].value == value,
            waits=key in open_keys,
        )
        for key, value in running.items()
    ]


def waits(
    waiting: Sequence[SettingVersion], held: Mapping[str, SettingVersion], reader: int | None
) -> list[WaitingLine]:
    """Return what waits for a second person, with what holds beside it."""
    return [
        WaitingLine(
            public_id=one.public_id,
            label=str(LIMITS[one.key].label if one.key in LIMITS else SEALED[one.key]),
            before=_value(one.key, held),
            after=_amount(LIMITS[one.key], LIMITS[one.key].read(one.value)) if one.key in LIMITS else one.value,
            reason=one.reason,
            who=_("proposed by %(who)s, %(when)s") % {"who": one.proposer, "when": _when(one.proposed_at)},
            mine=one.proposed_by == reader,
        )
        for one in waiting
    ]


def _value(key: str, held: Mapping[str, SettingVersion]) -> str:
    version = held.get(key)
    if key in LIMITS:
        limit = LIMITS[key]
        return _amount(limit, limit.default if version is None else limit.read(version.value))
    return "–" if version is None else version.value


def _amount(limit: Limit, value: Decimal) -> str:
    if limit.unit is Unit.SHARE:
        return f"{format((value * 100).normalize(), 'f')} %"
    count = int(value)
    words = {"count": formats.heads(count)}
    if limit.unit is Unit.ROWS:
        return ngettext("%(count)s event", "%(count)s events", count) % words
    return ngettext("%(count)s day", "%(count)s days", count) % words


def _when(moment: datetime | None) -> str:
    return formats.moment(moment) if moment else ""


def _source(version: SettingVersion | None) -> str:
    if version is None:
        return _("as the house began")
    if version.set_up_at is not None:
        return _("set up by the system, %(when)s") % {"when": formats.moment(version.set_up_at)}
    words = {"who": version.proposer, "second": version.confirmer, "when": _when(version.confirmed_at)}
    return _("proposed by %(who)s, confirmed by %(second)s, %(when)s") % words


def unclear(form: forms.Form) -> Refusal:
    """Return the words for a form that can not be read."""
    told = " ".join(f"{form.fields[name].label}: {errors[0]}" for name, errors in form.errors.items())
    return Refusal(_("Nothing was changed."), told, UNPROCESSABLE)


def refusal(problem: Exception) -> Refusal:
    """Return the words for what was refused."""
    nothing, over = _("Nothing was changed."), _("Somebody was faster.")
    texts: dict[type[Exception], tuple[str, str, int]] = {
        NothingNew: (nothing, _("This is what holds already."), CONFLICT),
        OutOfBounds: (nothing, _("The value is no number of this unit, or lies outside its bounds."), UNPROCESSABLE),
        ProposalOpen: (nothing, _("Another value of this waits for a second person."), CONFLICT),
        ProposalOver: (over, _("It was confirmed or taken back already."), CONFLICT),
        TwoPeopleNeeded: (
            _("Two people are needed."), _("Who proposed it can not confirm it: a colleague does."), FORBIDDEN,
        ),
    }  # fmt: skip
    return Refusal(*texts[type(problem)])

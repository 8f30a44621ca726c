"""What happened with one client, the latest first: contracts, subscriptions by feed, papers, decisions, tests, notices.

Each entry comes from the row that holds it; nothing is told twice. What was done by whom stands in the audit log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Notice
from accounts.notice_texts import text_of
from accounts.queries import ConsentView
from accounts.rules import HERE
from screens import formats
from screens.signed import product_name
from smart_products.catalogue.queries import ProductView
from smart_products.signing.models import Contract, Pause, SigningStep
from smart_products.signing.queries import SubscriptionView
from smart_products.signing.states import SIGNED, EndReason, MatchOutcome
from smart_products.signing.steps import Step
from smart_products.suitability.models import Assessment, Decision

MOST = 200
"""Entries that are shown."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened: when, of what kind, in words; a paper has its digest."""

    at: str
    kind: str
    text: str
    note: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """All that the rows of one client tell."""

    contracts: Iterable[Contract]
    pauses: Iterable[Pause]
    subscriptions: Iterable[SubscriptionView]
    papers: Iterable[SigningStep]
    decisions: Iterable[Decision]
    assessments: Iterable[Assessment]
    notices: Iterable[Notice]
    consents: Iterable[ConsentView]


_Found = tuple[date | datetime | None, str, str, str, str]


def entries(rows: Happened, products: Mapping[int, ProductView], language: str) -> tuple[tuple[Entry, ...], int]:
    """Return the latest entries, and how many older ones are left out."""
    names = {code: product_name(one, language) for code, one in products.items()}
    told = chain(_contracts(rows, names), _papers(rows, names), _suitability(rows, names), _client(rows))
    dated = [(at, Entry(_said(at), *rest)) for at, *rest in told if at is not None]
    dated.sort(key=lambda one: _order(one[0]), reverse=True)
    return tuple(entry for _at, entry in dated[:MOST]), max(0, len(dated) - MOST)


def _order(at: date | datetime) -> datetime:
    """Return when something of a day alone counts as having happened: at its beginning."""
    return at if isinstance(at, datetime) else timezone.make_aware(datetime.combine(at, time.min))


def _said(at: date | datetime) -> str:
    return formats.moment(at) if isinstance(at, datetime) else at.isoformat()


def _contracts(rows: Happened, names: Mapping[int, str]) -> Iterator[_Found]:
    kind = _("Contract")
    for one in rows.contracts:
        name = names.get(one.product_id, "")
        yield one.opened_at, kind, _("%(product)s: signing begun") % {"product": name}, one.number, ""
        yield one.signed_at, kind, _("%(product)s: signed") % {"product": name}, one.number, ""
        if one.ended_on is not None:
            yield one.ended_on, kind, _("%(product)s: ended") % {"product": name}, str(one.end_reason), ""
    for pause in rows.pauses:
        name = names.get(pause.contract.product_id, "")
        yield pause.since, kind, _("%(product)s: paused") % {"product": name}, pause.contract.number, ""
        yield pause.ended_on, kind, _("%(product)s: goes on") % {"product": name}, pause.contract.number, ""
    kind = _("Told by a feed")
    for held in rows.subscriptions:
        if held.source != HERE:
            name = names.get(held.product_id, "")
            yield held.start, kind, _("%(product)s: signed") % {"product": name}, held.code, ""
            reason = str(EndReason(held.end_reason).label) if held.end_reason else ""
            yield held.ended, kind, _("%(product)s: ended") % {"product": name}, reason, ""


def _papers(rows: Happened, names: Mapping[int, str]) -> Iterator[_Found]:
    kind = _("Paper")
    for step in rows.papers:
        if step.step != Step.AGREEMENT:
            words = {"product": names.get(step.contract.product_id, ""), "paper": Step(step.step).label}
            text = _("%(product)s: read %(paper)s") % words
            yield step.done_at, kind, text, step.contract.number, step.document_id or ""
    for one in rows.contracts:
        if one.state in SIGNED:
            text = _("%(product)s: sealed agreement") % {"product": names.get(one.product_id, "")}
            yield one.signed_at, kind, text, one.number, one.signature


def _suitability(rows: Happened, names: Mapping[int, str]) -> Iterator[_Found]:
    for one in rows.decisions:
        words = {"product": names.get(one.product_id, ""), "outcome": MatchOutcome(one.outcome).label}
        note = " · ".join(part for part in (one.risk_class, one.risk_level) if part)
        yield one.at, _("Decision"), _("%(product)s: %(outcome)s") % words, note, ""
    for test in rows.assessments:
        if test.declined:
            yield test.at, _("Test"), _("The client declined to give the information"), "", ""
        else:
            until = _("holds until %(day)s") % {"day": test.expires_on.isoformat() if test.expires_on else ""}
            yield test.at, _("Test"), _("Risk class %(risk)s") % {"risk": test.risk_class}, until, ""


def _client(rows: Happened) -> Iterator[_Found]:
    for one in rows.notices:
        read = _("read %(at)s") % {"at": formats.moment(one.read_at)} if one.read_at else _("not read yet")
        yield one.at, _("Notice"), text_of(one.kind, one.params).title, read, ""
    for said in rows.consents:
        yield said.given_at, _("Consent"), _("%(purpose)s: given") % {"purpose": said.purpose.label}, "", ""
        yield said.withdrawn_at, _("Consent"), _("%(purpose)s: withdrawn") % {"purpose": said.purpose.label}, "", ""

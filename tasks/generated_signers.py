"""Clients of a generated broker who sign: invited, tested, and through every step by the operations of the portal.

Owns which clients and which product, and the clock of a signing: its papers are opened before the present moment and
read for their shortest time, so that the signature itself falls on it. Nobody sits at a screen, and the evidence says
so: it names `generated` as the way the client was identified. A signing is one transaction: broken off, it never was.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import MD5

from accounts.models import AssetAccount, Client, ClientLogin
from accounts.operations import invite_client, register_by_invite
from accounts.operations.codes import code_of
from accounts.queries import acting, login_of
from accounts.rules import Channel
from core import clock
from core.actor import Actor, system
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.queries import read_terms, terms_in_force
from smart_products.signing import operations
from smart_products.signing.models import Contract, Subscription
from smart_products.signing.queries import done_steps
from smart_products.signing.seals.sealing import Sealer
from smart_products.signing.states import SIGNED
from smart_products.signing.steps import PAPERS, Identification, Step, Trace, next_step
from smart_products.suitability.operations import assess
from smart_products.suitability.queries import current_questionnaire, matching_rules, standing_of
from smart_products.suitability.rules import Outcome, Question, judge

METHOD = "generated"
TRACE = Trace(session=METHOD, device=f"{METHOD} client, no device", address="")
BY = system("sign_generated")
PREFIX = "generated_"
"""Of the user names of clients who were registered here."""
PAUSE = timedelta(seconds=5)
"""Between the steps of a signing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A client who was asked to sign: the contract he signed, now or by an earlier run, or none when nothing fits."""

    client: Client
    contract: Contract | None
    now: bool


def ask(*, source: str, count: int, sealer: Sealer) -> Iterator[Asked]:
    """Have the first clients of a source sign one product each; those who signed before are left as they are."""
    for client in chosen(source, count, clock.shanghai_today()):
        signed = Contract.objects.filter(client=client, state__in=SIGNED).order_by("signed_at").first()
        if signed is not None:
            yield Asked(client, signed, now=False)
            continue
        made = _sign(client, sealer, clock.now())
        yield Asked(client, made, now=made is not None)


def chosen(source: str, count: int, on: date) -> list[Client]:
    """Return clients with an open account, scattered but the same for every run; none whose login is somebody's."""
    accounts = AssetAccount.objects.filter(_open(on), client=OuterRef("pk"))
    somebody = ClientLogin.objects.filter(client=OuterRef("pk")).exclude(user__username__startswith=PREFIX)
    found = Client.objects.filter(Exists(accounts), ~Exists(somebody), source=source)
    return list(found.order_by(MD5("code"), "code")[:count])


@transaction.atomic
def _sign(client: Client, sealer: Sealer, at: datetime) -> Contract | None:
    """Take a client from the invitation to the signature, which falls on `at`; None when no product fits him."""
    ready = prepare(client, at)
    return None if ready is None else walk(ready, sealer, at)


@dataclass(frozen=True, slots=True)
class Ready:
    """A client with a login and a class, and what he is to sign over which account."""

    client: Client
    account: AssetAccount
    version: TermsVersion
    by: Actor


@transaction.atomic
def prepare(client: Client, at: datetime) -> Ready | None:
    """Register and test a client, and choose what he signs; None when no product fits him."""
    on = at.astimezone(clock.SHANGHAI).date()
    account = AssetAccount.objects.filter(_open(on), client=client).order_by("code").first()
    by = _registered(client, at)
    _tested(client, on, by, at)
    version = None if account is None else _fitting(client, account, on)
    return None if account is None or version is None else Ready(client, account, version, by)


def _open(on: date) -> Q:
    return Q(closed_on=None) | Q(closed_on__gt=on)


def _registered(client: Client, at: datetime) -> Actor:
    """Return the client's login, made by an invitation when there is none; nobody knows its password."""
    login = login_of(client.pk)
    if login is None:
        token = invite_client(client=client, by=BY, at=at).token
        name = f"{PREFIX}{client.source}_{client.code}"
        login = register_by_invite(token=token, username=name, password=secrets.token_urlsafe(24), by=BY, at=at)
    return acting(login.user)


def _tested(client: Client, on: date, by: Actor, at: datetime) -> None:
    """Have a client without a valid class take the test of the day."""
    if standing_of(client, on).valid_class(on) is None:
        questionnaire = current_questionnaire(on)
        answers = {one.code: [_answer(one, client.code)] for one in questionnaire.questions}
        assess(client=client, questionnaire=questionnaire, answers=answers, on=on, by=by, at=at)


def _answer(question: Question, client_code: str) -> str:
    """Return the option a client chooses: one of the bolder half, so that most have something to sign."""
    bolder = sorted(question.options, key=lambda option: -option.points)[: (len(question.options) + 1) // 2]
    return bolder[_draw(client_code, question.code) % len(bolder)].code


def _fitting(client: Client, account: AssetAccount, on: date) -> TermsVersion | None:
    """Return the terms to sign: of a product not in force over the account, fitting before one to be warned of."""
    held = Subscription.objects.filter(Q(end=None) | Q(end__gt=on), client=client, account=account)
    taken = set(held.values_list("product_id", flat=True))
    rules, standing = matching_rules(on), standing_of(client, on)
    found: list[tuple[bool, int, TermsVersion]] = []
    for version in terms_in_force(on):
        terms = read_terms(version)
        verdict = judge(standing, terms.risk_level, terms.regulatory_class, rules, on)
        at_once = not max(terms.thinking_hours, verdict.thinking_hours) and not _gone(version.product, on)
        if verdict.outcome != Outcome.REFUSED and at_once and version.product_id not in taken:
            found.append((verdict.outcome != Outcome.FIT, _draw(client.code, version.product.code), version))
    return min(found, key=lambda one: one[:2])[2] if found else None


def _gone(product: Product, on: date) -> bool:
    return product.retired_on is not None and product.retired_on <= on


def walk(ready: Ready, sealer: Sealer, at: datetime) -> Contract:
    """Take every step of a signing, so that the last one falls on `at`."""
    on, by = at.astimezone(clock.SHANGHAI).date(), ready.by
    papers = read_terms(ready.version).papers
    reading = {paper.kind: timedelta(seconds=paper.reading_seconds) for paper in papers}
    now = at - sum(reading.values(), start=len(Step) * PAUSE)
    contract = operations.begin_signing(
        client=ready.client, product=ready.version.product, account=ready.account, on=on, by=by, at=now
    )  # fmt: skip
    done, outcome = set(done_steps(contract)), contract.outcome
    while (step := next_step(done, outcome)) != Step.SIGNATURE and step is not None:
        now += PAUSE
        if step in PAPERS:
            shown = operations.show_paper(contract=contract, step=step, language="zh", trace=TRACE, by=by, at=now)
            now += reading[step.value]
            operations.acknowledge_paper(
                contract=contract, step=step, document=shown.step.document_id or "", ticked=shown.sentences,
                trace=TRACE, by=by, at=now,
            )  # fmt: skip
        else:
            decision = operations.decide_match(contract=contract, language="zh", trace=TRACE, on=on, by=by, at=now)
            outcome = decision.outcome
        done.add(step)
    code = operations.request_signing_code(contract=contract, channel=Channel.SMS, by=by, at=at - PAUSE)
    return operations.sign(
        contract=contract, code=code_of(code), language="zh", identification=Identification((METHOD,), at - PAUSE),
        trace=TRACE, sealer=sealer, on=on, by=by, at=at,
    ).contract  # fmt: skip


def _draw(*words: str) -> int:
    """Return a number that is drawn once for all from some words."""
    return int.from_bytes(sha256(" ".join(words).encode()).digest()[:4])

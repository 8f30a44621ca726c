"""A client before a signing: the broker, terms in force, the client's login, and every step up to the signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from accounts.models import AssetAccount, Client, ClientLogin, User
from accounts.operations.codes import code_of
from accounts.rules import Channel
from core.actor import Actor
from core.operations import import_calendar
from smart_products.catalogue.models import Product
from smart_products.catalogue.terms import Terms
from smart_products.signing.models import Contract
from smart_products.signing.operations import (
    Signature,
    acknowledge_paper,
    begin_signing,
    decide_match,
    request_signing_code,
    show_paper,
    sign,
)
from smart_products.signing.steps import Identification, Step, Trace
from tasks.calendars import seed_rows
from tests.accounts.organisation import AT, BY, SOURCE
from tests.catalogue.terms_samples import SAMPLE, acting, colleagues, publish
from tests.signing.house import sealer
from tests.suitability.house import client as client_of_code
from tests.suitability.house import furnish

NOW = datetime(2024, 6, 3, 2, 0, tzinfo=UTC)
TODAY = date(2024, 6, 3)
TRACE = Trace("s" * 64, "Phone", "203.0.113.7")
READ = timedelta(seconds=30)
"""Longer than any paper of the sample has to lie open."""


@dataclass(frozen=True)
class Signer:
    """A client with a login, and what is to be signed over which account."""

    client: Client
    product: Product
    account: AssetAccount
    by: Actor

    def begin(self, at: datetime = NOW) -> Contract:
        return begin_signing(
            client=self.client, product=self.product, account=self.account, on=TODAY, by=self.by, at=at
        )

    def read(self, contract: Contract, step: Step, at: datetime = NOW) -> datetime:
        """Have a paper shown, read it long enough and acknowledge all of it; return when that was."""
        shown = show_paper(contract=contract, step=step, language="zh", trace=TRACE, by=self.by, at=at)
        assert shown.step.document_id is not None
        acknowledge_paper(
            contract=contract,
            step=step,
            document=shown.step.document_id,
            ticked=shown.sentences,
            trace=TRACE,
            by=self.by,
            at=at + READ,
        )
        return at + READ

    def decide(self, contract: Contract, at: datetime = NOW) -> Any:
        return decide_match(contract=contract, language="zh", trace=TRACE, on=TODAY, by=self.by, at=at)

    def ready(self, at: datetime = NOW) -> tuple[Contract, datetime]:
        """Begin, and take every step but the signature."""
        contract = self.begin(at)
        return contract, self.walk(contract, at)

    def walk(self, contract: Contract, at: datetime) -> datetime:
        """Take every step of a contract but the signature; return when that was."""
        at = self.read(contract, Step.ESIGN_CONSENT, at)
        decision = self.decide(contract, at)
        at = self.read(contract, Step.RISK_DISCLOSURE, at)
        if decision.outcome == "warning":
            at = self.read(contract, Step.SPECIAL_WARNING, at)
        return self.read(contract, Step.AGREEMENT, at)

    def code(self, contract: Contract, at: datetime) -> str:
        """Ask for a code and read it where it is sent from."""
        return code_of(request_signing_code(contract=contract, channel=Channel.SMS, by=self.by, at=at))

    def sign(self, contract: Contract, code: str, at: datetime, **other: Any) -> Signature:
        given: dict[str, Any] = {
            "code": code,
            "language": "zh",
            "identification": Identification(("password", "totp"), at - timedelta(minutes=1)),
            "trace": TRACE,
            "sealer": sealer(),
            "on": TODAY,
            "by": self.by,
            "at": at,
        }
        return sign(contract=contract, **(given | other))


def prepare(terms: dict[str, Any] | None = None) -> None:
    """Make the broker with a calendar, suitability, and terms of GRID in force."""
    furnish()
    import_calendar(rows=[row for row in seed_rows() if row[0].year == 2024], by=BY, at=AT)
    author, colleague = colleagues("author", "colleague")
    publish(Product.objects.get(code="GRID"), Terms.read(terms or SAMPLE), author, colleague)


def signer(code: str = "C1", product: str = "GRID") -> Signer:
    """Give a client of the small broker a login."""
    client = client_of_code(code)
    user, _ = User.objects.get_or_create(username=f"login of {code}")
    ClientLogin.objects.get_or_create(user=user, client=client, defaults={"registered_at": AT})
    account = AssetAccount.objects.get(source=SOURCE, code=f"A{code[1:]}")
    return Signer(client, Product.objects.get(code=product), account, acting(user))

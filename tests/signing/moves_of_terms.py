"""What tests of moves to other terms share: a broker, two versions of the grid product, contracts in any state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from accounts.models import AssetAccount, Client, User
from accounts.operations import AccountRow, ClientRow, merge_accounts, merge_clients
from core.actor import Actor
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.terms import Terms
from smart_products.signing.models import Contract, TermsMove
from smart_products.signing.operations import (
    complete_signing,
    confirm_terms_move,
    open_contract,
    pause,
    plan_terms_move,
    record_match,
    run_terms_move,
    suspend,
    terminate,
)
from smart_products.signing.queries import agreed_in
from smart_products.signing.states import MatchOutcome
from smart_products.signing.terms_moves import AfterDue
from smart_products.suitability.operations import decide
from tests.accounts.organisation import AT, BY, FIRST, SOURCE
from tests.catalogue.terms_samples import SAMPLE, acting, changed, publish
from tests.signing.contracts import PAPERS, noon
from tests.signing.signings import TODAY, prepare
from tests.suitability.house import client as client_of_code

NEXT = TODAY + timedelta(days=1)
SILENT = ("fees.0.amount_fen", 500)
NOTICE = ("pause.longest_days", 10)
SIGN_AGAIN = ("fees.0.amount_fen", 2000)


def person(name: str) -> Actor:
    """Return somebody of the house."""
    return acting(User.objects.get_or_create(username=name)[0])


def grid() -> Product:
    return Product.objects.get(code="GRID")


def version(number: int) -> TermsVersion:
    """Return a version of the grid product."""
    return TermsVersion.objects.get(product=grid(), number=number)


def clients(count: int) -> list[str]:
    """Add ordinary clients of class C3 with an account each; return their codes."""
    codes = [f"R{number:03d}" for number in range(count)]
    rows = [ClientRow(code, FIRST, "O11", "app", "ordinary", "C3", FIRST, FIRST) for code in codes]
    merge_clients(source=SOURCE, upserts=rows, by=BY, at=AT)
    merge_accounts(source=SOURCE, upserts=[AccountRow(f"A{code[1:]}", code, FIRST) for code in codes], by=BY, at=AT)
    return codes


def sign(code: str, day: date = TODAY, of: TermsVersion | None = None, **other: Any) -> Contract:
    """Have a client sign a version of the grid product on a real decision."""
    client: Client = client_of_code(code)
    terms, at = of or version(1), noon(day)
    account = AssetAccount.objects.get(source=SOURCE, code=f"A{code[1:]}")
    made = open_contract(
        client=client, product=grid(), account=account, terms=agreed_in(terms), on=day, by=BY, at=at, **other
    )
    decision = decide(
        client=client, product=grid(), terms_public_id=terms.public_id, terms_digest=terms.digest,
        risk_level=terms.terms["risk_level"], regulatory_class="tool", on=day, by=BY, at=at,
    )  # fmt: skip
    outcome = MatchOutcome(decision.outcome)
    record_match(contract=made, decision_id=decision.public_id, outcome=outcome, by=BY, at=at)
    return complete_signing(contract=made, papers=PAPERS, signature="s" * 64, on=day, by=BY, at=at)


def broker(change: tuple[str, Any] = SILENT, count: int = 6, months: int | None = 12) -> list[Contract]:
    """Make a broker whose clients signed version 1, and publish version 2 from the next day on."""
    prepare(SAMPLE if months == 12 else changed("duration", {"months": months, "renewal": "none"}))
    contracts = [sign(code) for code in clients(count)]
    follow(change)
    return contracts


def follow(change: tuple[str, Any], day: date = NEXT) -> TermsVersion:
    """Publish the sample with one change from a day on."""
    return publish(
        grid(), Terms.read(changed(*change)), person("author"), person("colleague"), valid_from=day, at=noon(TODAY)
    )


def put(contract: Contract, state: str, day: date = TODAY) -> Contract:
    """Bring a contract into a state by the operations that lead there."""
    told: dict[str, Any] = {"on": day, "by": BY, "at": noon(day)}
    if state == "paused":
        return pause(contract=contract, until=day + timedelta(days=20), **told)
    if state == "suspended":
        return suspend(contract=contract, cause="court", **told)
    if state == "ended":
        return terminate(contract=contract, reason="client.cost", **told)
    return contract


def plan(day: date = NEXT, by: str = "planner", **other: Any) -> TermsMove:
    given = {"before": version(1), "after": version(2)} | other
    return plan_terms_move(**given, on=day, by=person(by), at=noon(day))


def confirmed(day: date = NEXT, **other: Any) -> TermsMove:
    return confirm_terms_move(move=plan(day, **other), by=person("checker"), at=noon(day))


def ending(day: date = NEXT) -> TermsMove:
    """Plan and confirm a move that ends the contracts of whoever does not sign."""
    return confirmed(day, after_due=AfterDue.END)


def run(move: TermsMove, day: date = NEXT, **other: Any) -> TermsMove:
    return run_terms_move(move=move, on=day, by=BY, at=noon(day), **other)

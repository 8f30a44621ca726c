"""How many statements a page may take: fifteen, with those of session, login, transaction and the record of the read.

Whatever is chosen, whoever asks: the number may not grow with what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.models import AssetAccount, ClientLogin, User
from accounts.models import Client as People
from backoffice.pages.behind import TABS
from backoffice.urls import urlpatterns
from core import clock
from core.actor import system
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.operations import draft_terms
from smart_products.holdings import queries as holdings
from smart_products.reports.models import Report
from smart_products.signing.models import TermsMove
from smart_products.signing.operations import plan_terms_move
from smart_products.signing.queries.funnel import STEPS
from smart_products.statistics import queries
from smart_products.statistics.operations import publish_retention
from tests.catalogue.terms_samples import acting, publish, terms
from tests.delivered import Broker, published
from tests.effort import THOROUGH
from tests.reports.samples import made, places, plan_of
from tests.restated import revalue
from tests.statements import asked

pytestmark = pytest.mark.django_db

MOST = 15
FIGURES = ("matrix", "matrix-sheet", "product", "league", "moves", "compare", "versions")
CHOICES = (
    "",
    "by=outlet",
    "by=tier",
    "by=channel",
    "node=grid",
    "node=trading&basis=confirmed",
    "show=assets",
    "tier=t1",
    "unit={unit}",
    "unit={unit}&tier=t1",
    "unit={unit}&by=tier",
    "unit={outlet}&channel={channel}",
    "as_of={day}",
    "as_of={day}&unit={unit}&show=assets",
    "as_of={day}&version=1",
    "versus=node.grid",
    "versus=unit.{unit}",
    "versus=as_of.{day}",
    "versus=as_of.{day}&unit={unit}&tier=t1",
    "q=a",
    "structure=now&by=unit",
)
ELSEWHERE = frozenset(
    {
        "preferences",
        "webhook",
        "webhook-act",
        "webhook-delivery-act",
        "token-end",
        "token-partner",
        "token-client",
        "token-client-end",
        "client-show",
        "client-paper",
        "view",
        "view-act",
        "job-again",
        "job-cancel",
        "terms-retire",
        "terms-move",
        "terms-batch-act",
        "settings-person-act",
        "settings-grant",
        "settings-limit",
        "settings-limit-act",
        "settings-reset",
        "warnings-sign",
        "aside-decide",
        "delivery-again",
        "delivery-sent",
        "calendar-propose",
        "calendar-act",
        "report-plan-act",
        "report-recipient-act",
        "report-resend",
        "report-again",
    }
)
"""Targets of forms, which draw nothing; papers and webhooks, which this broker has none of."""
ROLES = ("head_office_manager", "branch_manager")
PAGES = tuple(str(pattern.name) for pattern in urlpatterns if pattern.name not in ELSEWHERE)
OTHERS = {"terms": ("products",), "settings": ("administrator",), "audit": ("auditor",), "report": ("administrator",)}
"""Who draws the pages whose names begin so."""
CASES = [
    pytest.param(name, role, marks=[pytest.mark.slow] * (role == "branch_manager"))
    for name in PAGES
    for role in OTHERS.get(name.partition("-")[0], ROLES)
]
"""A branch asks the same pages as the whole house: it is counted in full."""


@pytest.fixture(scope="module")
def broker(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    """The last day but three stands in two versions: what an old version asks besides is counted too."""
    folder = tmp_path_factory.mktemp("statements")
    with published(django_db_blocker, folder / "broker", clients=60, days=30) as broker:
        every = set(AssetAccount.objects.values_list("code", flat=True))
        revalue(broker, folder / "1", restated_day().isoformat(), every, sequence=2, factor="1.10")
        publish_retention(by=system("test"), at=clock.now())
        author, colleague = (acting(broker.user(name)) for name in ("products", "products_colleague"))
        grid = Product.objects.get(code="grid")
        publish(grid, terms(), author, colleague, valid_from=restated_day())
        first = TermsVersion.objects.get(product=grid)
        second = publish(
            grid, terms("pause.longest_days", 9), author, colleague, valid_from=clock.shanghai_today(), at=clock.now()
        )
        today = clock.shanghai_today()
        plan_terms_move(before=first, after=second, on=today, by=author, at=clock.now())
        draft_terms(product=grid, terms=terms("risk_level", "R4"), by=author, at=clock.now())
        made(plan_of(places()[0]), queries.fact_days()[-1])
        yield broker


def restated_day() -> date:
    return queries.fact_days()[-4]


def people() -> list[UUID]:
    """Return the client who has a login, and the first one by number."""
    registered = ClientLogin.objects.select_related("client").earliest("pk").client
    return [registered.public_id, People.objects.earliest("code").public_id]


def newest_delivery() -> list[UUID]:
    return [holdings.deliveries(limit=1, offset=0).rows[0].public_id]


def grid() -> list[UUID]:
    return [Product.objects.get(code="grid").public_id]


def reports() -> list[UUID]:
    return [Report.objects.get().public_id]


ARGUMENTS: dict[str, Callable[[], Sequence[Any]]] = {
    "product-sheet": lambda: ("cohorts", "survival", "n-day", "league", "moves", "compare", "versions"),
    "behind": lambda: [*TABS, *queries.Money],
    "behind-sheet": lambda: [*TABS, *queries.Money],
    "funnel-clients": lambda: STEPS,
    "client": people,
    "client-history": people,
    "queue": lambda: ("cooling-off", "rematching"),
    "delivery": newest_delivery,
    "quarantine-sheet": newest_delivery,
    "settings-person": lambda: [User.objects.get(username="products").public_id],
    "report": reports,
    "report-pdf": reports,
    "report-xlsx": reports,
    "terms-product": grid,
    "terms-draft": grid,
    "terms-batch": lambda: [TermsMove.objects.get().public_id],
    "terms-plan": lambda: [TermsMove.objects.get().after.public_id],
    "terms-version": lambda: [one.public_id for one in TermsVersion.objects.all()],
}
"""What the pages of an address name, each that holds something else."""


def addresses(name: str) -> list[str]:
    """Return where a page of this name is found."""
    if name not in ARGUMENTS:
        return [reverse(f"backoffice:{name}")]
    return [reverse(f"backoffice:{name}", args=[one]) for one in ARGUMENTS[name]()]


@pytest.mark.parametrize(("name", "role"), CASES)
def test_a_page_takes_fifteen_statements_at_most(broker: Broker, name: str, role: str) -> None:
    client = Client()
    client.force_login(broker.user(role))
    units = queries.matrix(by="unit")
    places = {
        "unit": units.slices[0].unit,
        "outlet": queries.matrix(by="unit", unit=units.slices[0].unit).slices[0].unit,
        "channel": queries.channels()[0],
        "day": restated_day().isoformat(),
    }
    many, answered = {}, set()
    for address in addresses(name):
        for choice in CHOICES if THOROUGH and role != "branch_manager" else CHOICES[::6]:
            page = f"{address}?{choice.format(**places)}"
            caches["answers"].clear()  # what is kept takes fewer
            with asked() as captured:
                answer: Any = client.get(page)
                answered.add(answer.status_code)
                if answer.streaming:
                    b"".join(answer.streaming_content)
            if len(captured) > MOST:
                many[page] = len(captured)
    assert not many
    assert answered & {200, 302} or role == "branch_manager", "something was drawn"


def test_a_clients_page_says_what_the_client_reads(broker: Broker) -> None:
    """Value, what came from the client and what from the market are the same text in the portal and for staff."""
    call_command("serve", stdout=StringIO(), stderr=StringIO())
    mine, staff, login = Client(), Client(), ClientLogin.objects.select_related("client", "user").earliest("pk")
    mine.force_login(login.user)
    staff.force_login(broker.user("head_office_manager"))
    for period in ("", "?period=quarter"):
        own = mine.get(f"/portal/{period}").context["page"]
        told = staff.get(reverse("backoffice:client", args=[login.client.public_id]) + period).context["page"]
        assert own == told
        assert own.total not in ("", "0.00")

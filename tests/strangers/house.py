"""A house to be a stranger in: a generated broker, a sibling whose number begins like another's, and another tree.

One client signed here with all that belongs to it. Each actor has a login; the subject is the client's own outlet.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from accounts.models import AssetAccount, Client, ClientLogin, FactorReset, Unit, User
from accounts.operations import (
    ClientRow,
    UnitRow,
    create_staff,
    give_consent,
    grant_role,
    merge_clients,
    merge_units,
    save_view,
    share_view,
)
from accounts.rules import Purpose, Role
from core import clock, jobs
from core.actor import Actor, system
from core.operations import propose_setting
from screens.report import draw
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.reports.operations import make_plan, make_report, send_report, set_up_recipient
from smart_products.reports.states import Frequency, Language
from smart_products.signing.models import Contract, Subscription
from smart_products.signing.operations import plan_terms_move
from smart_products.statistics.queries import fact_days
from tests.catalogue.terms_samples import acting, publish, terms
from tests.delivered import Broker, published
from tests.restated import revalue

BY = system("test")
FIRST = date(2023, 1, 3)

ROLES: dict[str, tuple[Role, str]] = {
    "own": (Role.OUTLET_MANAGER, "outlet"),
    "adviser": (Role.ADVISER, "outlet"),
    "caretaker": (Role.RELATIONSHIP_MANAGER, "outlet"),
    "parent": (Role.BRANCH_MANAGER, "branch"),
    "top": (Role.HEAD_OFFICE_MANAGER, "top"),
    "products": (Role.PRODUCT_MANAGER, "top"),
    "operations": (Role.OPERATIONS, "top"),
    "compliance": (Role.COMPLIANCE, "top"),
    "auditor": (Role.AUDITOR, "top"),
    "administrator": (Role.ADMINISTRATOR, "top"),
    "sibling": (Role.OUTLET_MANAGER, "sibling"),
    "sibling_like": (Role.OUTLET_MANAGER, "outlet_like"),
    "branch_like": (Role.BRANCH_MANAGER, "branch_like"),
    "branch_auditor": (Role.AUDITOR, "branch_like"),
    "branch_administrator": (Role.ADMINISTRATOR, "branch_like"),
    "branch_compliance": (Role.COMPLIANCE, "branch_like"),
    "elsewhere": (Role.OUTLET_MANAGER, "elsewhere"),
    "other_tree": (Role.BRANCH_MANAGER, "other_branch"),
    "other_auditor": (Role.AUDITOR, "other_branch"),
}
"""By actor, the role and the unit it is held on."""


@dataclass(frozen=True)
class House:
    """Who asks, and what may be asked for."""

    units: dict[str, Unit]
    subject: Client
    """A client of `outlet` who signed here."""
    held: UUID
    """A subscription of the other client, with a history of days."""
    contract: Contract
    browsers: dict[str, Browser]
    users: dict[str, User | None]

    def user(self, name: str) -> User:
        """Return the login of an actor who has one."""
        held = self.users[name]
        assert held is not None
        return held

    def reaches(self, actor: str, path: str) -> bool:
        """Tell whether an actor's unit is the one of a path or above it."""
        return actor in ROLES and path.startswith(self.units[ROLES[actor][1]].path)


def _sibling_of(unit: Unit, code: str, parent: str, level: str) -> Unit:
    """Make a unit whose number is the other's with a nought behind: `1.20` beside `1.2`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('accounts_unit', 'id'), greatest(%s, max(id) + 1), false)"
            " FROM accounts_unit",
            [unit.pk * 10],
        )
    row = UnitRow(code, FIRST, parent, level, f"旁{code}", f"Beside {code}")
    merge_units(source=unit.source, upserts=[row], by=BY, at=clock.now())
    return Unit.objects.get(source=unit.source, code=code)


def _units(outlet: Unit) -> dict[str, Unit]:
    branch = outlet.parent
    assert branch is not None
    top = branch.parent
    assert top is not None
    found = {"outlet": outlet, "branch": branch, "top": top}
    found["sibling"] = Unit.objects.filter(parent=branch).exclude(pk=outlet.pk).earliest("pk")
    found["branch_like"] = _sibling_of(branch, "BLIKE", top.code, "branch")
    found["outlet_like"] = _sibling_of(outlet, "OLIKE", branch.code, "outlet")
    tree = [
        UnitRow("TOP2", FIRST, None, "headquarters", "另一总部", "Another head office"),
        UnitRow("BR2", FIRST, "TOP2", "branch", "另一分公司", "Another branch"),
        UnitRow("OUT2", FIRST, "BR2", "outlet", "另一营业部", "Another outlet"),
        UnitRow("OUT3", FIRST, "BLIKE", "outlet", "旁营业部", "Outlet beside"),
        UnitRow("BR4", FIRST, top.code, "branch", "远分公司", "Branch elsewhere"),
        UnitRow("OUT4", FIRST, "BR4", "outlet", "远营业部", "Outlet elsewhere"),
    ]
    merge_units(source=outlet.source, upserts=tree, by=BY, at=clock.now())
    rest = {"other_branch": "BR2", "other_outlet": "OUT2", "outlet_of_like": "OUT3", "elsewhere": "OUT4"}
    found |= {name: Unit.objects.get(source=outlet.source, code=code) for name, code in rest.items()}
    rows = [
        ClientRow(f"STRANGE{number}", FIRST, found[name].code, "app", "ordinary", "C3", FIRST, FIRST, said)
        for number, (name, said) in enumerate(
            (("outlet_like", "诸葛近"), ("outlet_of_like", "司马邻"), ("other_outlet", "欧阳远"))
        )
    ]
    merge_clients(source=outlet.source, upserts=rows, by=BY, at=clock.now())
    return found


def _people(units: dict[str, Unit], subject: Client, other: User) -> dict[str, User | None]:
    at, today = clock.now(), clock.shanghai_today()
    users: dict[str, User | None] = {"anonymous": None, "subject": ClientLogin.objects.get(client=subject).user}
    users |= {"other_client": other, "roleless": create_staff(username="roleless", password="x y z", by=BY, at=at)}
    for name, (role, place) in ROLES.items():
        user = create_staff(username=f"staff_{name}", password="x y z", by=BY, at=at)
        grant_role(user=user, role=role, unit=units[place], since=today, by=BY, at=at)
        users[name] = user
    everything = create_staff(username="everything", password="x y z", by=BY, at=at)
    for top in Unit.objects.filter(parent=None):
        grant_role(user=everything, role=Role.COMPLIANCE, unit=top, since=today, by=BY, at=at)
    own, boss = (User.objects.get(username=f"staff_{name}") for name in ("own", "administrator"))
    FactorReset.objects.create(user=own, reason="lost", proposed_at=at, proposed_by=boss)
    propose_setting(key="carry_days", value="3", reason="fewer", by=Actor("user", boss.username, boss.pk), at=at)
    return {**users, "everything": everything}


def _history(broker: Broker, folder: Path) -> None:
    """Restate a day, so that there are two versions to compare."""
    every = set(AssetAccount.objects.values_list("code", flat=True))
    revalue(broker, folder / "again", restated_day(), every, sequence=2, factor="1.10")


def restated_day() -> str:
    """Return the day that stands in two versions."""
    return fact_days()[-2].isoformat()


def _terms(broker: Broker) -> None:
    """Publish two versions of a product's terms, and plan to move its contracts."""
    author, colleague = (acting(broker.user(name)) for name in ("products", "products_colleague"))
    grid, today, at = Product.objects.get(code="grid"), clock.shanghai_today(), clock.now()
    first = TermsVersion.objects.filter(product=grid).order_by("pk").first()
    if first is None:
        publish(grid, terms(), author, colleague, valid_from=today, at=at)
        first = TermsVersion.objects.get(product=grid)
    second = publish(grid, terms("pause.longest_days", 9), author, colleague, valid_from=today, at=at)
    plan_terms_move(before=first, after=second, on=today, by=author, at=at)


def _report(units: dict[str, Unit], reader: User) -> None:
    """Report to the manager of the subject's branch."""
    at = clock.now()
    plan = make_plan(unit=units["branch"], frequency=Frequency.DAILY, language=Language.CHINESE, by=BY, at=at)
    set_up_recipient(plan=plan, user=reader, by=BY, at=at)
    report, _new = make_report(plan=plan, as_of=fact_days()[-1], draw=draw, by=BY, at=at)
    send_report(report=report, by=BY, at=at)


@contextmanager
def strange_house(blocker: DjangoDbBlocker, folder: Path) -> Iterator[House]:
    """Build the house in a transaction around the tests of a module."""
    quiet: dict[str, Any] = {"stdout": StringIO(), "stderr": StringIO()}
    with (
        pytest.MonkeyPatch.context() as patch,
        published(blocker, folder / "broker", clients=60, days=24) as broker,
    ):
        for name in ("DOCUMENTS_DIR", "ANCHOR_DIR"):
            patch.setattr(f"django.conf.settings.{name}", folder / name.lower())
        _history(broker, folder)
        call_command("sign_generated", broker.folder, clients=3, **quiet)
        call_command("serve", **quiet)
        _terms(broker)
        jobs.request("tasks.close", by=BY, at=clock.now())
        contract = Contract.objects.select_related("client__outlet__parent__parent", "subscription").earliest("pk")
        outlet = contract.client.outlet
        assert outlet is not None
        give_consent(client=contract.client, purpose=Purpose.FINANCIAL_ACCOUNTS, by=BY, at=clock.now())
        units = _units(outlet)
        users = _people(units, contract.client, broker.user("client_one"))
        manager = User.objects.get(username="staff_parent")
        view = save_view(name="assets", page="matrix", query="", by=acting(manager), at=clock.now())
        share_view(view=view, unit_id=units["branch"].pk, by=acting(manager), at=clock.now())
        _report(units, manager)
        browsers = {name: Browser() for name in users}
        for name, user in users.items():
            if user is not None:
                browsers[name].force_login(user)
        held = Subscription.objects.filter(client__login__user=users["other_client"], source="core").earliest("start")
        yield House(units, contract.client, held.public_id, contract, browsers, users)

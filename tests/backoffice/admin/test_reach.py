"""Who gets what of the admin: every table, as everybody; addresses, searches and filters that lead nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from accounts.models import Client, Unit, User
from accounts.operations import ClientRow, create_staff, grant_role, merge_clients
from accounts.rules import Role
from backoffice.admin.left_out import LEFT_OUT
from backoffice.admin.records import Records
from backoffice.admin.site import RecordSite, site
from backoffice.admin.words import WORDS
from tests.accounts.organisation import AT, BY, FIRST, SOURCE
from tests.architecture.source import DOMAIN
from tests.backoffice.test_client_pages import signed
from tests.catalogue.terms_samples import changed
from tests.houses import standing
from tests.portal.people import words
from tests.signing.signings import prepare

pytestmark = pytest.mark.django_db

TABLES: dict[str, Records] = {
    model._meta.label: records for model, records in site._registry.items() if isinstance(records, Records)
}
STAFF = {
    "operator": ("HQ", Role.OPERATIONS),
    "checker": ("HQ", Role.COMPLIANCE),
    "branch": ("B1", Role.COMPLIANCE),
    "sibling": ("B2", Role.COMPLIANCE),
    "outlet": ("O11", Role.AUDITOR),
    "admin": ("HQ", Role.ADMINISTRATOR),
    "products": ("HQ", Role.PRODUCT_MANAGER),
    "manager": ("B1", Role.BRANCH_MANAGER),
    "head": ("HQ", Role.HEAD_OFFICE_MANAGER),
}
OUTSIDE = {"manager", "head"}
"""Roles that open no records at all."""
MOST = 15


@pytest.fixture(autouse=True, scope="module")
def _house(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Two branches; C1 of outlet O11 signed here; three clients whose names are known; everybody has a login."""
    folder = tmp_path_factory.mktemp("papers")
    with pytest.MonkeyPatch.context() as patch, standing(django_db_blocker):
        patch.setattr("django.conf.settings.DOCUMENTS_DIR", folder / "documents")
        prepare(changed("cooling_off_days", 5))
        merge_clients(source=SOURCE, upserts=[row("N1", "O11", "欧阳志远"), row("N2", "O21", "曾小明")], by=BY, at=AT)
        signed()
        for name, (unit, role) in STAFF.items():
            user = create_staff(username=name, password="right horse", by=BY, at=AT)
            grant_role(user=user, role=role, unit=Unit.objects.get(code=unit), since=FIRST, by=BY, at=AT)
        yield


def row(code: str, outlet: str, name: str) -> ClientRow:
    return ClientRow(code, FIRST, outlet, "app", "ordinary", "C3", FIRST, FIRST, name, 1980, "13812345678", "li@x.cn")


def inside(name: str, language: str = "en") -> Browser:
    browser = Browser()
    browser.force_login(User.objects.get(username=name))
    browser.cookies["django_language"] = language
    return browser


def table(label: str) -> str:
    return f"/admin/{label.lower().replace('.', '/')}/"


def links(html: str, label: str) -> list[str]:
    return sorted(set(re.findall(rf'href="({re.escape(table(label))}[^"?#]+/change/)', html)))


def text(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return words(answer.content.decode())


def test_every_table_is_registered_with_a_scope_or_left_out_with_a_reason() -> None:
    ours = {
        model._meta.label for model in apps.get_models() if model.__module__.split(".")[0] in DOMAIN
    }  # fmt: skip
    assert ours == set(TABLES) | set(LEFT_OUT)
    assert not set(TABLES) & set(LEFT_OUT)
    assert all(hasattr(records, "scope") for records in TABLES.values())
    bare = type("Bare", (Records,), {"model": Client, "listed": ("code",)})
    with pytest.raises(TypeError, match="scope"):
        RecordSite().register(Client, bare)


def test_every_shown_field_has_a_word_and_no_key_is_a_number_of_ours() -> None:
    shown = {one.name for records in TABLES.values() for one in records.opts.concrete_fields if records.shows(one)}
    assert shown <= set(WORDS)
    assert set(WORDS) <= shown
    numbered = {
        label for label, records in TABLES.items() if {"pk", "id"} & {one.split("__")[-1] for one in records.key}
    }
    assert numbered == {"core.JobRun"}


@pytest.mark.parametrize("label", TABLES)
def test_a_table_opens_to_whom_its_scope_opens_and_to_nobody_else(label: str) -> None:
    records, address = TABLES[label], table(label)
    users = {name: User.objects.get(username=name) for name in STAFF}
    opened = [name for name in users if name not in OUTSIDE and records.scope.opens(users[name])]
    shown = inside(opened[0]).get(address)
    assert shown.status_code == 200
    first = links(shown.content.decode(), label)[:1]
    assert [inside(opened[0]).get(link).status_code for link in first] == [200] * len(first)
    for name in users:
        if name not in opened:
            browser = inside(name)
            assert [browser.get(link).status_code for link in (address, *first)] == [404] * (1 + len(first)), name
    assert Browser().get(address)["Location"] == f"/accounts/login/?next={address}"

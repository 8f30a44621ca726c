"""A broker for the tests of the admin: two branches, a contract signed here, named clients, and everybody's login."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from accounts.models import Unit, User
from accounts.operations import ClientRow, create_staff, grant_role, merge_clients
from accounts.rules import Role
from backoffice.admin.records import Records
from backoffice.admin.site import site
from tests.accounts.organisation import AT, BY, FIRST, SOURCE
from tests.backoffice.test_client_pages import signed
from tests.catalogue.terms_samples import changed
from tests.houses import standing
from tests.signing.signings import prepare

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
    "branch_admin": ("B1", Role.ADMINISTRATOR),
    "products": ("HQ", Role.PRODUCT_MANAGER),
    "manager": ("B1", Role.BRANCH_MANAGER),
    "head": ("HQ", Role.HEAD_OFFICE_MANAGER),
}
OUTSIDE = {"manager", "head"}
"""Roles that open no records at all."""

_LOGGED_IN: dict[str, Browser] = {}


@contextmanager
def founded(blocker: DjangoDbBlocker, folder: Path) -> Iterator[None]:
    """C1 of outlet O11 signed here; N1 of O11 and N2 of O21 have names; everybody of STAFF has a login."""
    with pytest.MonkeyPatch.context() as patch, standing(blocker):
        patch.setattr("django.conf.settings.DOCUMENTS_DIR", folder / "documents")
        prepare(changed("cooling_off_days", 5))
        merge_clients(source=SOURCE, upserts=[row("N1", "O11", "欧阳志远"), row("N2", "O21", "曾小明")], by=BY, at=AT)
        signed()
        for name, (unit, role) in STAFF.items():
            user = create_staff(username=name, password="right horse", by=BY, at=AT)
            grant_role(user=user, role=role, unit=Unit.objects.get(code=unit), since=FIRST, by=BY, at=AT)
            _LOGGED_IN[name] = _log_in(name, "en")
        yield
        _LOGGED_IN.clear()


def row(code: str, outlet: str, name: str = "") -> ClientRow:
    return ClientRow(code, FIRST, outlet, "app", "ordinary", "C3", FIRST, FIRST, name, 1980, "13812345678", "li@x.cn")


def inside(name: str, language: str = "en") -> Browser:
    """Return the browser of a login; in English the one that logged in when the house was made."""
    return _LOGGED_IN[name] if language == "en" else _log_in(name, language)


def _log_in(name: str, language: str) -> Browser:
    browser = Browser()
    browser.force_login(User.objects.get(username=name))
    browser.cookies["django_language"] = language
    return browser


def table(label: str) -> str:
    """Return the address of a table."""
    return f"/admin/{label.lower().replace('.', '/')}/"


def links(html: str, label: str) -> list[str]:
    """Return the addresses of records of a table that a page leads to."""
    return sorted(set(re.findall(rf'href="({re.escape(table(label))}[^"?#]+/change/)', html)))


class _Text(HTMLParser):
    """What a page says: neither scripts nor the names of icons, which their font draws."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.unsaid = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unsaid = tag in {"script", "style"} or "material-symbols" in (dict(attrs).get("class") or "")

    def handle_endtag(self, tag: str) -> None:
        self.unsaid = False

    def handle_data(self, data: str) -> None:
        if not self.unsaid:
            self.said.append(data)


def said(html: str) -> str:
    """Return the text of a page, whatever its attributes hold."""
    reading = _Text()
    reading.feed(html)
    return " ".join(" ".join(reading.said).split())

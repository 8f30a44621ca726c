"""Saved views: kept by one person, offered below the unit they are shared with, opened with the reader's own rights."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts import operations
from accounts.models import SavedView, Unit, User
from accounts.queries import acting
from accounts.rules import Role
from core import clock
from core.models import AuditEvent
from tests.accounts.organisation import organise
from tests.backoffice.test_terms_views import person
from tests.houses import standing

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Two branches with managers and outlets below them."""
    with standing(django_db_blocker):
        organise()
        for name, unit, role in (("bo", "B1", Role.BRANCH_MANAGER), ("mei", "O11", Role.OUTLET_MANAGER)):
            person(name, unit, role)
        person("far", "B2", Role.BRANCH_MANAGER)
        yield


def save(
    browser: Browser, name: str = "Mine", page: str = "matrix", query: str = "unit=B1&by=tier&junk=1"
) -> SavedView:
    assert browser.post("/views/", {"name": name, "page": page, "query": query}).status_code == 302
    return SavedView.objects.get(name=name)


def share(browser: Browser, view: SavedView, unit: str) -> int:
    return browser.post(f"/views/{view.public_id}/share/", {"unit": unit}).status_code


def offered(browser: Browser) -> list[str]:
    return re.findall(r'/views/[0-9a-f-]{36}/">([^<]+)<', browser.get("/views/").content.decode())


def test_a_view_keeps_its_choices_and_leads_back_to_them(house: None) -> None:
    bo = person("bo")
    html = bo.get("/views/?page=matrix&unit=B1&by=tier").content.decode()
    assert 'name="query" value="unit=B1&amp;by=tier"' in html
    view = save(bo)
    assert bo.get(f"/views/{view.public_id}/")["Location"] == "/matrix/?unit=B1&by=tier"
    assert offered(bo) == ["Mine"]
    assert offered(person("mei")) == offered(person("far")) == []
    assert person("far").get(f"/views/{view.public_id}/").status_code == 404


def test_a_shared_view_reaches_the_unit_and_below_alone(house: None) -> None:
    bo = person("bo")
    view = save(bo)
    assert share(bo, view, "B1") == 302
    assert offered(person("mei")) == ["Mine"]
    assert offered(person("far")) == []
    assert offered(person("nobody", None)) == []
    assert share(bo, view, "") == 302
    assert offered(person("mei")) == []


def test_whoever_opens_a_view_has_no_rights_but_his_own(house: None) -> None:
    view, mei = save(person("bo")), person("mei")
    share(person("bo"), view, "B1")
    answer = mei.get(f"/views/{view.public_id}/")
    assert answer.status_code == 403
    assert "shows a unit that is not yours" in answer.content.decode()


def test_a_view_is_shared_with_own_units_alone(house: None) -> None:
    bo, view = person("bo"), save(person("bo"))
    assert share(bo, view, "B2") == share(bo, view, "HQ") == 422
    by, at = acting(User.objects.get(username="bo")), clock.now()
    with pytest.raises(operations.BeyondReach):
        operations.share_view(view=view, unit_id=Unit.objects.get(code="HQ").pk, by=by, at=at)
    assert SavedView.objects.get().shared_with is None


def test_only_the_owner_changes_a_view(house: None) -> None:
    bo, mei, view = person("bo"), person("mei"), save(person("bo"))
    assert mei.post(f"/views/{view.public_id}/delete/").status_code == 404, "it does not exist for her"
    share(bo, view, "B1")
    for act, given in (("delete", {}), ("rename", {"name": "Hers"}), ("share", {"unit": "O11"})):
        assert mei.post(f"/views/{view.public_id}/{act}/", given).status_code == 403, act
    assert SavedView.objects.get().name == "Mine"


def test_each_change_is_recorded(house: None) -> None:
    bo, before = person("bo"), AuditEvent.objects.count()
    view = save(bo)
    share(bo, view, "B1")
    assert bo.post(f"/views/{view.public_id}/rename/", {"name": "Ours"}).status_code == 302
    assert bo.post(f"/views/{view.public_id}/delete/").status_code == 302
    told = AuditEvent.objects.order_by("pk").values_list("action", flat=True)[before:]
    assert list(told) == ["save_view", "share_view", "rename_view", "delete_view"]
    assert not SavedView.objects.exists()


def test_what_can_not_be_kept_is_refused(house: None) -> None:
    bo = person("bo")
    save(bo)
    for given, status in (
        ({"name": "Mine", "page": "matrix"}, 409),
        ({"name": "", "page": "matrix"}, 422),
        ({"name": "x" * 81, "page": "matrix"}, 422),
        ({"name": "New", "page": "settings-people"}, 404),
        ({"name": "New", "page": "matrix", "query": "as_of=never"}, 404),
        ({"name": "New"}, 422),
    ):
        assert bo.post("/views/", given).status_code == status, given
    assert SavedView.objects.count() == 1


def test_the_list_takes_as_many_statements_for_three_as_for_one(house: None) -> None:
    bo, counts = person("bo"), []
    for name in ("One", "Two", "Three"):
        save(bo, name)
        with CaptureQueriesContext(connection) as found:
            bo.get("/views/")
        counts.append(len(found))
    assert counts[0] == counts[-1] <= 15

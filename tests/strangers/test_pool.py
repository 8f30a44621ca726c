"""A connection of the pool that served one person shows the next one nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client as Browser

from accounts import wall
from accounts.rules import Role
from core.audit import NoTransaction
from tests.accounts.organisation import organise, staff

pytestmark = pytest.mark.django_db(transaction=True)

NAMED = "SELECT count(*), current_setting('app.units', true), current_setting('app.client', true) FROM accounts_client"


@pytest.fixture
def pooled(transactional_db: None) -> Iterator[Any]:
    """The default connection as the web has it: of the role `app`, out of a pool of one."""
    usual = connections["default"]
    organise()
    staff("one", "B1", Role.RELATIONSHIP_MANAGER)
    staff("other", "B2", Role.RELATIONSHIP_MANAGER)
    web: Any = connections.create_connection("default")
    web.settings_dict = {**usual.settings_dict, "USER": "app", "CONN_MAX_AGE": 0}
    web.settings_dict["OPTIONS"] = {**usual.settings_dict["OPTIONS"], "pool": {"min_size": 1, "max_size": 1}}
    connections["default"] = web
    try:
        yield web
    finally:
        web.close()
        web.close_pool()
        connections["default"] = usual


def asked(pooled: Any, statement: str) -> Any:
    """Return a row that the pool's one connection answers with, and give the connection back."""
    with pooled.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    pooled.close()
    return row


def test_nobody_is_carried_over_to_the_next_request(pooled: Any) -> None:
    pages, served = {}, set()
    browsers = {name: Browser() for name in ("one", "other", "one again")}
    for name, browser in browsers.items():
        assert browser.login(username=name.split()[0], password="right horse")
        pooled.close()
        pages[name] = set(re.findall(r"/clients/[0-9a-f-]{36}/\">(\w+)<", browser.get("/clients/").content.decode()))
        pooled.close()
        served.add(asked(pooled, "SELECT pg_backend_pid()"))
        assert asked(pooled, NAMED) == (0, "", ""), "between requests nobody is named, and nothing is shown"
    assert len(served) == 1, "the same connection served them all"
    assert pages == {"one": {"C1", "C2"}, "other": {"C3", "C4"}, "one again": {"C1", "C2"}}


def test_a_name_outside_a_transaction_is_refused(pooled: Any) -> None:
    with pytest.raises(NoTransaction):
        wall.act_for(1)

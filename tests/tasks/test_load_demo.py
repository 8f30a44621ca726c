"""`load_demo`: a whole broker by one command, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.models import JobRun
from smart_products.catalogue.queries import products, terms_in_force
from smart_products.holdings.queries import newest_fact_day
from tasks import chores
from tests.tasks.conftest import Folders

SIZES = {"clients": 40, "days": 12, "seed": 3}


def load(folders: Folders, logins: Path, **options: bool) -> str:
    printed = StringIO()
    call_command("load_demo", folders.feed / "broker", logins=logins, stdout=printed, **SIZES, **options)
    return printed.getvalue()


@pytest.fixture
def logins(tmp_path: Path) -> Path:
    path = tmp_path / "logins.json"
    path.touch(mode=0o600)
    return path


@pytest.mark.django_db
def test_a_broker_is_loaded_once(folders: Folders, logins: Path) -> None:
    assert "> close" in load(folders, logins)
    assert [one["username"] for one in json.loads(logins.read_text())] == [
        "head_office",
        "branch",
        "outlet",
        "operations",
        "operations_colleague",
        "products",
        "products_colleague",
        "administrator",
        "administrator_colleague",
        "compliance",
        "auditor",
        "manager_of_clients",
        "adviser",
        "client_one",
        "client_two",
    ]
    offered = terms_in_force(date(2024, 12, 31))
    assert {version.product_id for version in offered} == {product.id for product in products()}
    assert all(version.drafted_by_id != version.published_by_id for version in offered)
    assert JobRun.objects.get(job=chores.RETENTION).business_date == newest_fact_day(), "the worker publishes it"
    with pytest.raises(CommandError, match="数据库中已有交付数据"):
        load(folders, logins)
    assert "> deliver" not in load(folders, logins, loaded=True)


@pytest.mark.django_db
def test_logins_go_where_nobody_else_can_read(folders: Folders, logins: Path) -> None:
    logins.chmod(0o644)
    with pytest.raises(CommandError, match="登录账号不写入该文件"):
        load(folders, logins)
    assert logins.read_text() == ""

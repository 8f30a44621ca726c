"""The questions that are asked ahead are those that the pages ask: the first reader after a night finds answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from core import clock
from core.actor import system
from smart_products.statistics.operations import publish_retention
from smart_products.statistics.queries.usual import ask_usual
from tasks.ahead import ask_ahead
from tests.delivered import Broker, published

pytestmark = pytest.mark.django_db

ROLES = ("head_office_manager", "branch_manager")
PAGES = ("matrix", "product", "league", "moves", "compare")
PIECES = ("league", "moves")
"""Pages of which the product's page takes a piece later on."""
CHOICES = ("", "versus=node.grid", "show=assets", "node=grid", "node=trading&show=assets")


@pytest.fixture(scope="module")
def broker(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    with published(django_db_blocker, tmp_path_factory.mktemp("usual") / "broker", clients=40, days=30) as broker:
        publish_retention(by=system("test"), at=clock.now())
        yield broker


def asked(client: Client, role: str) -> dict[str, int]:
    """Open the pages and their later pieces; return how many answers each of them added."""
    added = {}
    for name in PAGES:
        for choice in CHOICES if role == ROLES[0] else CHOICES[:3:2]:
            for piece in ("", name) if name in PIECES else ("",):
                before = len(files())
                headers = {"HX-Request": "true", "HX-Target": piece} if piece else {}
                assert client.get(f"{reverse(f'backoffice:{name}')}?{choice}", headers=headers).status_code == 200
                added[f"{name}?{choice} {piece}"] = len(files()) - before
    return added


def files() -> list[Path]:
    return [one for name in ("answers", "lists") for one in Path(settings.CACHES[name]["LOCATION"]).iterdir()]


def silently(_day: date, _number: int, _total: int) -> None:
    """Say nothing of how far it is."""


@pytest.mark.slow
@pytest.mark.parametrize("role", [*(pytest.param(role, marks=pytest.mark.slow) for role in ROLES[:-1]), ROLES[-1]])
def test_pages_ask_what_was_asked_ahead(broker: Broker, role: str) -> None:
    client = Client()
    client.force_login(broker.user(role))
    told: list[tuple[int, int]] = []
    count = ask_ahead(lambda _day, number, total: told.append((number, total)))
    assert told == [(number, count) for number in range(1, count + 1)]
    assert count == len(files())
    assert {page: added for page, added in asked(client, role).items() if added} == {}
    caches["answers"].clear()
    anew = asked(client, role)
    asking = {name for name in PAGES if any(added for page, added in anew.items() if page.startswith(name))}
    assert asking >= set(PAGES[:-1]), "without it they ask; one side of a comparison is what a product's page asks"


def test_it_stops_when_it_is_enough(broker: Broker) -> None:
    assert ask_usual(enough=lambda: len(files()) >= 3, progress=silently) == 3
    assert ask_usual(enough=lambda: True, progress=silently) == 0


def test_a_failure_of_it_fails_nothing(broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    def refuse(_day: date, _number: int, _total: int) -> None:
        raise OSError("nobody listens")

    assert ask_ahead(refuse) == 0
    assert "could not be asked ahead" in caplog.text

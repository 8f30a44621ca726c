"""Nobody is told what is not his: every route, asked by everybody, with the first wall and with the second alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import ProgrammingError, connection, models, transaction
from pytest_django import DjangoDbBlocker

from accounts import wall
from accounts.models import Client, Consent, Unit, User
from accounts.rules import Purpose
from accounts.scoping import ScopedQuerySet
from api.problems import PROBLEM_JSON
from core import clock
from core.models import AuditEvent
from tests.effort import THOROUGH
from tests.role import as_app
from tests.strangers import admin
from tests.strangers.house import ROLES, House, strange_house
from tests.strangers.leaks import marks, told, words
from tests.strangers.routes import CLIENTS, EVERYBODY, PORTAL, ROUTES, address, found

pytestmark = pytest.mark.django_db

STRANGERS = ("branch_like", "sibling_like", "other_tree", "other_client", "roleless", "anonymous")
"""Who does not reach the subject."""
USUAL = ("anonymous", "subject", "own", "top", "branch_like", "other_client", "roleless")
"""Who asks at every change; `make test-full` lets everybody ask."""
ACTORS = sorted(EVERYBODY) if THOROUGH else USUAL

GONE = {401, 403, 404, 410}
"""What sends a stranger off; an invitation that does not hold is gone."""

WAY = ("client", "contract", "charge", "notice", "account")
"""By which reference a table leads to its client."""
OPEN = {"accounts_clientlogin"}
"""Two numbers a row. That a login is no client's lets somebody in: a wall that hid the row would open a door."""
WALLED = 24
"""Tables that belong to a client; a new one has to be behind the wall, and is counted here."""


@pytest.fixture(scope="module")
def house(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with strange_house(django_db_blocker, tmp_path_factory.mktemp("strangers")) as made:
        yield made


def away(answer: Any) -> bool:
    """Tell whether an answer sends a stranger off: to the log-in page, or with words that say nothing."""
    to_login = answer.status_code == 302 and "/accounts/login/" in answer["Location"]
    refused = answer.status_code < 500 and answer.get("Content-Type") == PROBLEM_JSON
    return to_login or refused or answer.status_code in GONE


def test_every_route_is_classified() -> None:
    names = [name for name, _ in found()]
    known = set(ROUTES) | admin.routes()
    assert set(names) - known == set(), "say in routes.py, or admin.py, whose these are"
    assert known - set(names) == set(), "gone from the service"
    assert len(names) == len(set(names))


def test_every_route_lets_in_whom_it_should_and_tells_nothing_of_others(house: House) -> None:
    wrong, leaks = [], []
    for actor in ACTORS:
        others = marks(house, actor)
        for name, door in ROUTES.items():
            if door.act:
                continue
            place = address(name, house)
            answer = house.browsers[actor].get(place)
            if away(answer) == (actor in door.lets) or answer.status_code >= 500:
                wrong.append((name, actor, answer.status_code))
            leaks += [(name, actor, mark) for mark in (others & told(answer)) - words(place)]
    assert wrong == []
    assert leaks == []


def test_no_stranger_changes_anything(house: House) -> None:
    """Who is not let in leaves no trace but that he asked, whatever he posts."""
    before, wrong = AuditEvent.objects.exclude(action="read").count(), []
    for actor in ACTORS if THOROUGH else ("anonymous", "branch_like", "other_client"):
        for name, door in ROUTES.items():
            if actor in door.lets:
                continue
            answer = house.browsers[actor].post(address(name, house), {"act": "confirm", "reason": "x"})
            if not (away(answer) or answer.status_code == 405):
                wrong.append((name, actor, answer.status_code))
    assert wrong == []
    assert AuditEvent.objects.exclude(action="read").count() == before


def test_every_table_of_the_admin_opens_to_whom_it_should_and_tells_nothing_of_others(house: House) -> None:
    """Lists, searches and records; a form of a record or of a table is posted by each who may not have it."""
    wrong, leaks = [], []
    for actor in ACTORS if THOROUGH else ("branch_auditor",):
        others, browser = marks(house, actor), house.browsers[actor]
        for table, lets in admin.TABLES.items():
            held, places = admin.row(table, house), {admin.listing(table): actor in lets}
            places[admin.listing(table) + "?q=" + house.subject.code] = actor in lets
            if held is not None:
                places[admin.records(table).address(held)] = admin.may_read(actor, table, house)
            for place, may in places.items():
                answer = browser.get(place)
                if away(answer) == may or answer.status_code >= 500:
                    wrong.append((place, actor, answer.status_code))
                leaks += [(place, actor, mark) for mark in (others & told(answer)) - words(place)]
                if not may and not place.endswith(house.subject.code):
                    act = browser.post(place.removesuffix("change/") + "act/switch_off/", {"reason": "x"})
                    if not away(act):
                        wrong.append((place, actor, act.status_code))
    assert wrong == []
    assert leaks == []


def test_asking_for_others_by_name_finds_nothing(house: House) -> None:
    """Filters, searches and sheets that name a client or a unit of others: nothing is told, or there is no page."""
    subject, units = house.subject, house.units
    asked = [
        *(f"q={word}" for word in (subject.code, subject.name)),
        *(f"unit={units[name].code}" for name in ("top", "branch", "outlet")),
        f"client={subject.code}",
    ]
    places = ("matrix", "matrix/sheet.csv", "product", "product/league", "product/league.csv", "product/compare",
              "product/moves", "search", "clients", "clients/sheet.csv", "clients/expiring", "subscriptions",
              "subscriptions/sheet.csv", "audit", "audit/events.csv")  # fmt: skip
    own_words, leaks = words(" ".join(asked)), []  # what they say themselves, the log repeats to them
    for actor in ("branch_like", "branch_auditor", "other_tree") if THOROUGH else ("branch_like", "branch_auditor"):
        others = marks(house, actor)
        for place in places:
            for query in asked:
                target = f"/{place}{'' if place.endswith('csv') else '/'}?{query}"
                answer = house.browsers[actor].get(target)
                assert answer.status_code < 500
                leaks += [(target, actor, mark) for mark in (others & told(answer)) - own_words]
    assert leaks == []


def walled() -> list[type[models.Model]]:
    """Return every model that leads to a client by a chain of references."""
    reached: set[type[models.Model]] = {Client}
    every = [model for model in apps.get_models() if model.__module__.startswith(("accounts.", "smart_products."))]
    grown = True
    while grown:
        more = {model for model in every if any(target in reached for target in _owners(model))}
        grown, reached = not more <= reached, reached | more
    return sorted(reached, key=lambda model: model._meta.label)


def _owners(model: type[models.Model]) -> Iterator[Any]:
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey):
            yield field.related_model


def test_every_table_of_a_client_is_behind_the_wall(db: None) -> None:
    tables = {model._meta.db_table for model in walled()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE c.relrowsecurity AND c.relforcerowsecurity AND p.polname = 'wall' AND p.polcmd = '*'"
        )
        held = {row[0] for row in cursor.fetchall()}
    assert held == tables - OPEN
    assert len(held) == WALLED


def path_to_client(model: type[models.Model]) -> str:
    """Return the way of lookups from a table to its client."""
    if model is Client:
        return ""
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey) and field.related_model in walled() and field.name in WAY:
            return f"{field.name}__{path_to_client(field.related_model)}"
    raise LookupError(model)


@contextmanager
def naming(user: User | None) -> Iterator[None]:
    """Be a transaction of the web in which somebody asks."""
    with transaction.atomic():
        wall.enter(user or AnonymousUser())
        yield


def shown(model: type[models.Model], user: User | None) -> set[Any]:
    """Return the rows that the database shows the web for somebody, with no condition of ours."""
    with as_app(), naming(user):
        return set(model._default_manager.values_list("pk", flat=True))


def test_the_database_shows_each_actor_the_rows_of_his_clients_and_no_others(house: House) -> None:
    full = 0
    for model in (one for one in walled() if one._meta.db_table not in OPEN):
        way, rows = path_to_client(model), model._default_manager
        for actor in (*STRANGERS, "own", "top", "subject", "everything"):
            if actor in ROLES:
                mine = rows.filter(**{f"{way}outlet__path__startswith": house.units[ROLES[actor][1]].path})
            elif actor == "everything":
                mine = rows.all()
            elif actor in PORTAL:
                mine = rows.filter(**{f"{way}login__user": house.users[actor]})
            else:
                mine = rows.none()
            assert shown(model, house.users[actor]) == set(mine.values_list("pk", flat=True)), (model, actor)
        full += rows.exists()
    assert full >= WALLED // 2, "a wall before empty tables proves nothing"


def test_what_may_not_be_read_may_not_be_written(house: House) -> None:
    own = house.user("branch_like")
    foreign = Consent(client=house.subject, purpose=Purpose.ESIGN, given_at=clock.now())
    with as_app(), pytest.raises(ProgrammingError, match="row-level security"), naming(own):
        foreign.save()
    with as_app(), naming(own):
        assert Client.objects.filter(pk=house.subject.pk).update(name="x") == 0


def test_without_the_wall_its_test_fails(house: House) -> None:
    """The negative control: a table whose wall is open shows the subject to a stranger."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE accounts_client DISABLE ROW LEVEL SECURITY")
        assert house.subject.pk in shown(Client, house.users["other_tree"])
        transaction.set_rollback(True)


def test_with_our_scope_removed_the_database_alone_shows_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScopedQuerySet, "reached", lambda rows, _paths: rows.all())
    units = {mark for unit in Unit.objects.all() for mark in (unit.code, unit.name, str(unit.public_id))}
    leaks = []
    for actor in ("branch_like", "other_tree", "roleless", "other_client"):
        others = marks(house, actor) - units
        for name, door in ROUTES.items():
            if door.act or not door.lets <= CLIENTS | PORTAL:
                continue
            place = address(name, house)
            answer = house.browsers[actor].get(place)
            leaks += [(name, actor, mark) for mark in (others & told(answer)) - words(place)]
    assert leaks == []
    assert house.subject.code in told(house.browsers["own"].get("/clients/?q=" + house.subject.name)), "the control"

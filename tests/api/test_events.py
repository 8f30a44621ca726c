"""The log of events by the API: ordered, complete, and of one's own units alone."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from accounts.models import AssetAccount, Unit
from accounts.roles import Area
from core import clock
from core.actor import system
from core.models import OutboxEvent
from core.outbox import Happening, emit_all, sort_out
from screens.plain.events import KINDS
from smart_products.statistics import queries
from tasks import outbox
from tests.api.asking import Program, code_of, program
from tests.delivered import Broker
from tests.restated import revalue

pytestmark = pytest.mark.django_db

LOG = "/api/v1/events"


def happen(place: str, *keys: str, kind: str = "paused") -> None:
    """Let something happen to contracts of a place, and have it sorted."""
    day = clock.shanghai_today()
    emit_all(happenings=[Happening(kind, "contract", key, day, {"key": key}, place) for key in keys], at=clock.now())
    sort_out(handlers=outbox.HANDLERS, by=system("test"), at=clock.now())


def read(asking: Program, **asked: Any) -> list[dict[str, Any]]:
    """Read the log to its end, page by page."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        told = asking.get(LOG, {**asked, **({"after": after} if after else {})}).json()
        if not told["data"]:
            return found
        found += told["data"]
        after = told["next"]


def test_a_day_that_is_delivered_published_and_restated_is_told(broker: Broker, tmp_path: Any) -> None:
    outbox.dispatch_all()
    asking = program(broker.user("operations"))
    days = [one["business_date"] for one in read(asking, kind="published")]
    assert days == [day.isoformat() for day in queries.fact_days()]
    assert [one["payload"]["source"] for one in read(asking, kind="delivered", limit=1)] != []
    last = queries.fact_days()[-1]
    every = set(AssetAccount.objects.values_list("code", flat=True))
    revalue(broker, tmp_path / "again", last.isoformat(), every, sequence=2, factor="1.10")
    outbox.dispatch_all()
    (told,) = read(asking, kind="restated")
    assert (told["business_date"], told["payload"]["version"]) == (last.isoformat(), 2)


@pytest.mark.parametrize("limit", [1, 3, 500])
def test_each_is_read_once_in_order_from_any_place(broker: Broker, limit: int) -> None:
    asking = program(broker.user("operations"))
    keys = [f"K{number}" for number in range(10)]
    happen("", *keys)
    happen("", *keys[::-1])
    told = read(asking, limit=limit, kind="paused")
    assert [one["payload"]["key"] for one in told] == [*keys, *keys[::-1]]
    assert len({one["id"] for one in told}) == 20
    rest = asking.get(LOG, {"after": told[14]["id"], "kind": "paused"}).json()["data"]
    assert [one["id"] for one in rest] == [one["id"] for one in told[15:]]
    end = asking.get(LOG, {"after": told[-1]["id"]}).json()
    assert (end["data"], end["next"]) == ([], told[-1]["id"])


def test_a_branch_follows_its_own_units_and_not_the_house(broker: Broker) -> None:
    branch = broker.user("branch_manager").grants.get().unit
    outlet = Unit.objects.filter(parent=branch).earliest("pk")
    happen(branch.path, "mine")
    happen(outlet.path, "below")
    happen(f"{branch.path.removesuffix('.')}0.", "others")
    happen("", "house")
    told = {one["payload"].get("key") for one in read(program(broker.user("branch_manager")))}
    assert told == {"mine", "below"}
    head = broker.user("head_office_manager")
    assert {"mine", "below", "others", "house"} <= {one["payload"].get("key") for one in read(program(head))}
    assert {one["payload"].get("key") for one in read(program(head, unit=outlet))} == {"below"}
    assert code_of(program(broker.user("auditor")).get(LOG)) == (403, "not_allowed")
    assert code_of(program(head, areas=[Area.FIGURES]).get(LOG)) == (403, "not_allowed")


def test_what_is_the_houses_own_business_is_never_told(broker: Broker) -> None:
    happen("", "secret", kind="code_requested")
    asking = program(broker.user("operations"))
    assert "code_requested" not in {one["kind"] for one in read(asking)}
    assert code_of(asking.get(LOG, {"kind": "code_requested"})) == (400, "invalid")
    assert code_of(asking.get(LOG, {"after": str(uuid4())})) == (404, "not_found")
    assert code_of(asking.get(LOG, {"after": "1"})) == (400, "invalid")


def test_what_was_taken_back_was_never_told(broker: Broker) -> None:
    before = OutboxEvent.objects.count()
    with transaction.atomic():
        happen("", "gone")
        transaction.set_rollback(True)
    assert OutboxEvent.objects.count() == before


def test_every_kind_is_handled_and_has_its_words() -> None:
    assert set(KINDS) <= set(outbox.HANDLERS)
    own = {"code_requested", "terms_told", "terms_to_sign", "terms_moved", "terms_kept"}
    assert set(outbox.HANDLERS) - set(KINDS) == own

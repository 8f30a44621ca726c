"""Figures, publications, units and the catalogue by the API: what the commands print, in the scope of who asks."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Unit
from accounts.queries import visible_units
from core import clock
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.queries import products
from smart_products.statistics import queries
from tests.api.asking import code_of, program
from tests.api.test_matrix import printed
from tests.catalogue.terms_samples import acting, publish, terms
from tests.delivered import Broker

pytestmark = pytest.mark.django_db

V1 = "/api/v1"


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("retention", {}),
        ("retention", {"node": "grid", "basis": "confirmed", "gap": "9"}),
        ("shared", {}),
        ("shared", {"tier": "t1"}),
        ("transitions", {"since": "first"}),
    ],
)
def test_the_answer_is_what_the_command_prints(broker: Broker, address: str, asked: dict[str, str]) -> None:
    given = {name: queries.fact_days()[0].isoformat() if value == "first" else value for name, value in asked.items()}
    answer = program(broker.user("head_office_manager")).get(f"{V1}/{address}", given)
    assert answer.status_code == 200, answer.content
    assert answer.json() == printed(address, *(f"--{name}={value}" for name, value in given.items()))


def test_the_cohorts_are_those_of_retention(broker: Broker) -> None:
    asking = program(broker.user("branch_manager"))
    assert asking.get(f"{V1}/cohorts").json()["data"] == asking.get(f"{V1}/retention").json()["cohorts"]


def test_publications_and_days(broker: Broker) -> None:
    asking = program(broker.user("branch_manager"))
    told: Any = printed("publications")
    shown = told["publications"]
    assert asking.get(f"{V1}/publications", {"limit": len(shown)}).json()["data"] == shown
    days = asking.get(f"{V1}/days").json()["data"]
    assert days == [day.isoformat() for day in queries.fact_days()]
    (one,) = asking.get(f"{V1}/publications/{days[-1]}").json()["data"]
    assert (one["as_of"], one["version"], one["current"]) == (days[-1], 1, True)
    assert code_of(asking.get(f"{V1}/publications/1999-01-01")) == (404, "not_found")
    assert code_of(asking.get(f"{V1}/publications/2024-02-30")) == (404, "not_found")
    assert code_of(asking.get(f"{V1}/publications?limit=0")) == (400, "invalid")


def test_the_tree_of_units_is_the_readers_own(broker: Broker) -> None:
    for role in ("head_office_manager", "branch_manager", "outlet_manager"):
        user = broker.user(role)
        told = program(user).get(f"{V1}/units").json()["data"]
        assert [one["code"] for one in told] == [one.code for one in visible_units(user, clock.shanghai_today())]
        assert told[0]["parent"] is None
        assert {one["parent"] for one in told[1:]} <= {one["code"] for one in told}
    outlet = Unit.objects.filter(level="outlet").earliest("pk")
    below = program(broker.user("head_office_manager"), unit=outlet).get(f"{V1}/units").json()["data"]
    assert [one["code"] for one in below] == [outlet.code]


def test_the_catalogue_and_its_terms(broker: Broker) -> None:
    author, colleague = (acting(broker.user(name)) for name in ("products", "products_colleague"))
    grid = Product.objects.get(code="grid")
    publish(grid, terms(), author, colleague, valid_from=clock.shanghai_today(), at=clock.now())
    version = TermsVersion.objects.get()
    asking = program(broker.user("branch_manager"))
    assert [one["code"] for one in asking.get(f"{V1}/products").json()["data"]] == [one.code for one in products()]
    trading = asking.get(f"{V1}/products?family=trading").json()["data"]
    assert {one["family"]["code"] for one in trading} == {"trading"}
    assert asking.get(f"{V1}/products/grid").json()["code"] == "grid"
    assert code_of(asking.get(f"{V1}/products/nothing")) == (404, "not_found")
    (listed,) = asking.get(f"{V1}/products/grid/terms").json()["data"]
    assert (listed["id"], listed["digest"]) == (str(version.public_id), version.digest)
    assert asking.get(f"{V1}/terms").json()["data"] == [listed]
    whole = asking.get(f"{V1}/terms/{version.public_id}").json()
    assert whole["terms"] == version.terms
    assert code_of(asking.get(f"{V1}/terms/{grid.public_id}")) == (404, "not_found")


@pytest.mark.parametrize("rest", ["nothing", "terms/%0A", "a/b/../c", "%E2%80%A8", "matrix%0A"])
def test_an_address_that_there_is_not_is_told_as_the_api_tells_things(broker: Broker, rest: str) -> None:
    assert code_of(program(broker.user("operations")).get(f"{V1}/{rest}")) == (404, "not_found")


@pytest.mark.parametrize("address", ["matrix", "cohorts", "retention", "shared", "units", "products", "terms"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_nobody_reckons_with_is_refused(broker: Broker, address: str, day: str) -> None:
    name = "on" if address == "terms" else "as_of"
    assert code_of(program(broker.user("operations")).get(f"{V1}/{address}?{name}={day}")) == (400, "invalid")

"""The matrix by the API: what the command prints, in the scope of who asks."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from smart_products.statistics import queries
from tests.api.asking import code_of, program
from tests.delivered import Broker

pytestmark = pytest.mark.django_db

MATRIX = "/api/v1/matrix"


def printed(command: str, *options: str) -> object:
    out = StringIO()
    call_command(command, *options, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


@pytest.mark.parametrize("asked", [{}, {"node": "grid"}, {"by": "tier"}, {"by": "unit", "structure": "now"}])
def test_the_answer_is_what_the_command_prints(broker: Broker, asked: dict[str, str]) -> None:
    answer = program(broker.user("head_office_manager")).get(MATRIX, asked)
    assert answer.status_code == 200
    assert answer.json() == printed("matrix", *(f"--{name}={value}" for name, value in asked.items()))


def test_whoever_has_it_already_is_sent_nothing(broker: Broker) -> None:
    asking = program(broker.user("head_office_manager"))
    first = asking.get(MATRIX)
    again = asking.get(MATRIX, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert asking.get(f"{MATRIX}?node=grid", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_some_keys_alone(broker: Broker) -> None:
    asking = program(broker.user("head_office_manager"))
    assert set(asking.get(f"{MATRIX}?fields=as_of,version").json()) == {"as_of", "version"}
    assert code_of(asking.get(f"{MATRIX}?fields=as_of,nothing")) == (400, "invalid")


def test_what_is_wrong_is_named(broker: Broker) -> None:
    asking = program(broker.user("head_office_manager"))
    answer = asking.get(f"{MATRIX}?as_of=yesterday&other=1")
    assert code_of(answer) == (400, "invalid")
    assert {one["at"]: one["detail"] for one in answer.json()["errors"]} == {
        "as_of": "is no date such as 2024-12-31",
        "other": "is not known here",
    }
    day = queries.fact_days()[-1]
    assert code_of(asking.get(f"{MATRIX}?as_of={day}&version=99")) == (404, "not_published")
    assert code_of(asking.get(f"{MATRIX}?as_of=1990-01-01")) == (404, "not_published")
    assert code_of(asking.get(f"{MATRIX}?node=nothing")) == (404, "not_found")
    assert code_of(asking.post(MATRIX)) == (405, "method_not_allowed")
    assert code_of(asking.get("/api/v1/nothing")) == (404, "not_found")
    chinese = asking.get("/api/v1/nothing", headers={"Accept-Language": "zh-hans"}).json()
    assert chinese["title"] == "这里没有内容，或您无权查看。"
    assert chinese["code"] == "not_found"

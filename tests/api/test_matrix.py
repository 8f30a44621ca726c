"""The matrix by the API: what the command prints, in the scope of who asks."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import AssetAccount
from core.models import CalendarDay
from smart_products.catalogue.models import ProductVersion
from smart_products.statistics import queries
from tests.api.asking import code_of, program
from tests.delivered import Broker
from tests.restated import revalue
from tests.statements import asked

pytestmark = pytest.mark.django_db

MATRIX = "/api/v1/matrix"


def printed(command: str, *options: str) -> object:
    out = StringIO()
    call_command(command, *options, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


@pytest.mark.parametrize("given", [{}, {"node": "grid"}, {"by": "tier"}, {"by": "unit", "structure": "now"}])
def test_the_answer_is_what_the_command_prints(broker: Broker, given: dict[str, str]) -> None:
    answer = program(broker.user("head_office_manager")).get(MATRIX, given)
    assert answer.status_code == 200
    assert answer.json() == printed("matrix", *(f"--{name}={value}" for name, value in given.items()))


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


def test_a_finished_answer_is_given_again_to_who_sees_the_same_and_to_nobody_else(broker: Broker) -> None:
    head, branch = broker.user("head_office_manager"), broker.user("branch_manager")
    first = program(head).get(MATRIX).content
    with asked() as fresh:
        below = program(branch).get(MATRIX).json()
    with asked() as kept:
        assert program(head).get(MATRIX).content == first
    assert len(kept) < len(fresh)
    codes = {row["unit"] for row in below["rows"]}
    assert codes == {branch.grants.get().unit.code}
    assert program(head, unit=branch.grants.get().unit).get(MATRIX).json() == below
    root = head.grants.get().unit.code
    assert program(head).get(f"{MATRIX}?unit={root}").status_code == 200
    assert code_of(program(branch).get(f"{MATRIX}?unit={root}")) == (404, "not_found")


def test_a_finished_answer_ends_with_what_it_was_made_of(broker: Broker, tmp_path: Path) -> None:
    asking = program(broker.user("head_office_manager"))
    day = queries.fact_days()[-1].isoformat()
    before = asking.get(MATRIX).json()
    version = ProductVersion.objects.filter(product__code="grid").latest("number")
    version.pk, version.number, version.name_en = None, version.number + 1, "Another name"
    version.save(force_insert=True)
    assert {row["name_en"] for row in asking.get(f"{MATRIX}?node=grid").json()["rows"]} == {"Another name"}
    period = f"{MATRIX}?node=grid&since={queries.fact_days()[0]}"
    told = asking.get(period).content
    CalendarDay.objects.filter(day="2024-12-28").update(trading=True)
    assert asking.get(period).content != told, "a day that has no facts"
    CalendarDay.objects.filter(day="2024-12-28").update(trading=False)
    every = set(AssetAccount.objects.values_list("code", flat=True))
    revalue(broker, tmp_path / "again", day, every, sequence=2, factor="2.00")
    after = asking.get(MATRIX).json()
    assert (before["version"], after["version"]) == (1, 2)
    assert after["rows"][0]["signed_assets"] != before["rows"][0]["signed_assets"]
    old = asking.get(f"{MATRIX}?as_of={day}&version=1").json()
    assert old["rows"][0]["signed_assets"] == before["rows"][0]["signed_assets"]


def test_what_is_refused_is_not_kept(broker: Broker) -> None:
    asking = program(broker.user("head_office_manager"))
    for _again in range(2):
        assert code_of(asking.get(f"{MATRIX}?as_of=1990-01-01")) == (404, "not_published")

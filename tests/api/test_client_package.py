"""The Python client, asked against the service itself: its modules are those of the document, and what it asks again
is done once.
"""

from __future__ import annotations

import time
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from accounts.models import ApiToken
from accounts.operations import revoke_token
from accounts.queries import acting
from api.problems import problem
from clients.python import generate
from core import clock
from core.models import AuditEvent
from smart_products_client import Client, ProblemError
from tasks import outbox
from tests.api.asking import program, token
from tests.api.feeds import feed
from tests.api.partners import made, partner
from tests.api.test_events import read
from tests.api.way import Way, client, lost, told
from tests.delivered import Broker


def hand_over(asking: Client, files: dict[str, bytes] | None = None) -> Any:
    return asking.delivery_upload(files=list((files or feed()).items()))


@pytest.fixture(autouse=True)
def inbox(tmp_path: Path, settings: Any) -> Path:
    settings.INBOX_DIR = tmp_path / "inbox"
    return tmp_path / "inbox"


def test_the_modules_are_those_of_the_document() -> None:
    assert {name: (generate.TARGET / name).read_text() for name in generate.made()} == generate.made(), "make client"


@pytest.mark.parametrize(
    ("schema", "type_of"),
    [
        ({"$ref": "#/components/schemas/Page_Client"}, "models.Page_Client"),
        ({"type": ["string", "null"], "format": "date"}, "models.IsoDate | None"),
        ({"anyOf": [{"type": "null"}, {"enum": ["a", "b"], "type": "string"}]}, "Literal['a', 'b'] | None"),
        ({"type": "object", "additionalProperties": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
         "dict[str, int | None]"),
        ({"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}]}, "list[str | float]"),
        ({"allOf": [{"$ref": "#/components/schemas/Unit"}], "description": "x"}, "models.Unit"),
        ({"const": "csv"}, "Literal['csv']"),
        ({}, "Any"),
    ],
)  # fmt: skip
def test_what_the_document_may_hold_one_day_has_its_type(schema: dict[str, Any], type_of: str) -> None:
    assert generate.kind(schema, generate.ANSWERS) == type_of


def test_what_is_not_known_stops_the_making() -> None:
    for schema in ({"type": "file"}, {"allOf": [{"type": "string"}, {"minLength": 1}]}):
        with pytest.raises(ValueError, match=r"file|several"):
            generate.kind(schema, generate.ANSWERS)
    with pytest.raises(ValueError, match="text/csv"):
        list(generate.carried({}, {"content": {"text/csv": {}}}))


def test_files_and_bytes_have_their_methods() -> None:
    form = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
    document = {"components": {"schemas": {"Proof": form}}}
    asked = {
        "operationId": "proof.judge",
        "parameters": [{"name": "from", "in": "query", "schema": {"type": "string", "format": "date"}}],
        "requestBody": {"content": {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/Proof"}}}},
        "responses": {"200": {"content": {"application/zip": {}}}, "404": {}},
    }
    made = generate.operation(document, "post", "/proofs", asked)
    assert "def proof_judge(self, *, file: File, from_: date | str | None = None) -> bytes:" in made
    assert "query={'from': from_}, files={'file': [file]}, raw=True)" in made


@pytest.mark.django_db
def test_an_answer_that_was_lost_is_asked_for_again_and_the_feed_lands_once(broker: Broker, inbox: Path) -> None:
    way = Way(lost, lost)
    answer = hand_over(client(way, token=token(broker.user("operations"))[1]))
    assert [one.name for one in inbox.iterdir()] == [answer["folder"]]
    assert AuditEvent.objects.filter(action="upload_delivery").count() == 1
    assert (len(way.asked), len(way.keys)) == (3, 1)
    assert [one.headers.get("Idempotency-Replayed") for one in way.answers] == [None, "true", "true"]


@pytest.mark.django_db
def test_it_waits_as_long_as_it_is_told(broker: Broker) -> None:
    way = Way(told(problem("key_in_flight")), told(problem("too_many", Retry_After="1")))
    asking, began = client(way, token=token(broker.user("operations"))[1]), time.monotonic()
    assert hand_over(asking)["state"] == "waiting"
    assert time.monotonic() - began >= 1
    assert (len(way.asked), len(way.keys)) == (3, 1)
    way = Way(*[told(problem("too_many", Retry_After="0"))] * 9)
    with pytest.raises(ProblemError, match="429 too_many"):
        client(way, token=token(broker.user("operations"))[1], attempts=3).matrix_read()
    assert len(way.asked) == 3


@pytest.mark.django_db
def test_a_key_of_one_s_own_goes_on_where_another_program_ended(broker: Broker) -> None:
    way, key = Way(), str(uuid4())
    asking = client(way, token=token(broker.user("operations"))[1])
    first = asking.delivery_upload(files=list(feed().items()), idempotency_key=key)
    assert asking.delivery_upload(files=list(feed().items()), idempotency_key=key) == first
    assert way.keys == {key}
    with pytest.raises(ProblemError, match="key_reused"):
        asking.delivery_upload(files=list(feed(8).items()), idempotency_key=key)


@pytest.mark.django_db
def test_a_refusal_is_raised_with_all_that_was_said_and_not_asked_again(broker: Broker) -> None:
    way = Way()
    asking = client(way, token=token(broker.user("operations"))[1])
    with pytest.raises(ProblemError) as found:
        hand_over(asking, {"manifest.json": b"{", "units.csv": b""})
    refused = found.value
    assert (refused.status, refused.code, refused.errors[0]["code"]) == (422, "feed_refused", "manifest_unreadable")
    assert "manifest.json" in str(refused)
    with pytest.raises(ProblemError) as found:
        asking.contract_read(public_id="a/../b")
    assert (found.value.status, found.value.code) == (404, "not_found")
    assert way.asked[-1].url.raw_path.endswith(b"/contracts/a%2F..%2Fb")
    with pytest.raises(ProblemError, match="401 not_authenticated"):
        client(way, token="spt_wrong").matrix_read()
    assert len(way.asked) == 3


@pytest.mark.django_db
def test_arguments_reach_the_service_as_it_reads_them(broker: Broker) -> None:
    asking = client(Way(), token=token(broker.user("head_office_manager"))[1])
    days = asking.days_list()["data"]
    last = date.fromisoformat(days[-1])
    shown = program(broker.user("head_office_manager"))
    found = asking.matrix_read(as_of=last, since=days[0], by="outlet", structure="now", version=None)
    assert found == shown.get("/api/v1/matrix", {"since": days[0], "by": "outlet", "structure": "now"}).json()
    assert asking.matrix_read(fields="as_of,version").keys() == {"as_of", "version"}


@pytest.mark.django_db
def test_a_partner_s_tokens_are_renewed_before_they_end_and_when_they_are_refused(broker: Broker) -> None:
    issued = made(broker, partner(broker))
    shown = {"client_id": str(issued.client.public_id), "client_secret": issued.secret}
    way = Way()
    asking = client(way, **shown)
    assert asking.matrix_read() == asking.matrix_read()
    assert [one.url.path.rpartition("/")[2] for one in way.asked] == ["token", "matrix", "matrix"]
    given = ApiToken.objects.get(client=issued.client)
    revoke_token(token=given, by=acting(given.user), at=clock.now())
    assert asking.token_read()["owner"] == "crm"
    assert [one.url.path.rpartition("/")[2] for one in way.asked[3:]] == ["token", "token", "token"]

    def short(answer: httpx.Response) -> httpx.Response:
        return httpx.Response(200, json={**answer.json(), "expires_in": 0.4})

    way = Way(short)
    asking = client(way, **shown, scope="figures")
    asking.matrix_read()
    time.sleep(0.2)
    asking.matrix_read()
    assert [one.url.path.rpartition("/")[2] for one in way.asked] == ["token", "matrix"] * 2
    with pytest.raises(ProblemError, match="401 invalid_client"):
        client(Way(), client_id=shown["client_id"], client_secret="wrong").matrix_read()


@pytest.mark.django_db
def test_the_log_is_followed_from_any_place(broker: Broker) -> None:
    outbox.dispatch_all()
    every = read(program(broker.user("operations")))
    asking = client(Way(), token=token(broker.user("operations"))[1])
    assert list(asking.follow_events()) == every
    assert list(asking.follow_events(after=every[1]["id"], kind="published")) == [
        one for one in every[2:] if one["kind"] == "published"
    ]
    assert list(islice(asking.follow_events(every=0.01), len(every))) == every
    assert list(asking.follow_events(after=every[-1]["id"])) == []

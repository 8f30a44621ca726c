"""Every example of the document: it has the form that the document says, and what it asks for is answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from django.test import Client

from api.documents import FILE
from core import clock
from core.actor import system
from smart_products.catalogue.models import Product
from smart_products.holdings.queries import deliveries
from smart_products.statistics.queries import fact_days
from smart_products.suitability.operations import seed_suitability
from tests.api.asking import Program, program
from tests.catalogue.terms_samples import acting, publish, terms
from tests.delivered import Broker
from tests.reports.samples import made, places, plan_of

pytestmark = pytest.mark.django_db

DOCUMENT: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
FROM_AN_ANSWER = {"cursor", "after"}
"""Parameters whose values an answer gives."""
SIGNED_HERE = {"subscription_evidence", "contract_read", "signing_read"}
"""What needs a signature of this house: asked where one is made (test_records.py, test_signings.py)."""
READS = {found["get"]["operationId"]: path for path, found in DOCUMENT["paths"].items() if "get" in found}
STAFF = ("operations", "auditor", "compliance", "head_office_manager")


def schemas(found: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema in which an example stands."""
    if isinstance(found, dict):
        if isinstance(found.get("examples"), list):
            yield found
        for one in found.values():
            yield from schemas(one)
    elif isinstance(found, list):
        for one in found:
            yield from schemas(one)


def test_each_example_has_the_form_that_stands_beside_it() -> None:
    found = list(schemas(DOCUMENT))
    assert len(found) > 50
    for schema in found:
        for example in schema["examples"]:
            jsonschema_rs.validator_for(whole(schema)).validate(example)


def whole(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with what it may refer to."""
    return {**schema, "components": DOCUMENT["components"]}


@pytest.mark.parametrize("operation", sorted(set(READS) - SIGNED_HERE))
def test_what_an_example_asks_for_is_answered_as_the_document_says(
    broker: Broker, operation: str, tmp_path: Path, settings: Any
) -> None:
    settings.DOCUMENTS_DIR, settings.INBOX_DIR = tmp_path / "documents", tmp_path / "inbox"
    path = READS[operation]
    told = DOCUMENT["paths"][path]["get"]
    query = {}
    for one in told.get("parameters", ()):
        if one["in"] == "query" and one["name"] not in FROM_AN_ANSWER:
            schema = one["schema"]
            choices = schema.get("examples") or schema.get("enum")
            if choices:
                query[one["name"]] = str(choices[0])
            elif one["name"] != "fields":
                assert schema.get("type") in {"boolean", "integer"} or schema.get("format") == "uuid", one
    address = filled(broker, path)
    asking = asker(broker, told, address)
    for asked in ({}, *({name: value} for name, value in query.items()), together(query)):
        answer = asking.get(address, needed(told, query) | asked)
        assert answer.status_code == 200, (asked, answer.content)
        ((kind, form),) = told["responses"]["200"]["content"].items()
        assert answer["Content-Type"] == kind
        if kind == "application/json":
            jsonschema_rs.validator_for(whole(form["schema"])).validate(answer.json())


@pytest.mark.parametrize("operation", sorted(set(READS) - SIGNED_HERE))
def test_a_text_that_no_database_holds_is_refused(
    broker: Broker, operation: str, tmp_path: Path, settings: Any
) -> None:
    settings.DOCUMENTS_DIR, settings.INBOX_DIR = tmp_path / "documents", tmp_path / "inbox"
    path = READS[operation]
    told = DOCUMENT["paths"][path]["get"]
    address = filled(broker, path)
    asking = asker(broker, told, address)
    for one in told.get("parameters", ()):
        if one["in"] == "query":
            answer = asking.get(address, {one["name"]: "a\0b"})
            assert answer.status_code == 400, (one["name"], answer.content)
            assert one["name"] in answer.content.decode()


def together(query: dict[str, str]) -> dict[str, str]:
    """Return all that is asked for at once: a slice of a matrix is asked for by one name alone."""
    return {name: value for name, value in query.items() if name not in {"version", "by", "client"}}


def needed(told: dict[str, Any], query: dict[str, str]) -> dict[str, str]:
    """Return what an address has to be asked for."""
    found = (one for one in told.get("parameters", ()) if one["in"] == "query" and one.get("required"))
    return {one["name"]: query[one["name"]] for one in found}


def asker(broker: Broker, told: dict[str, Any], address: str) -> Client:
    """Return who may ask: a token of the first role that opens it, or the session of a client."""
    if not any("token" in one for one in told["security"]):
        today = clock.shanghai_today()
        seed_suitability(valid_from=today, on=today, by=system("test"), at=clock.now())
        inside = Client(headers={"Accept-Language": "en"})
        inside.force_login(broker.user("client_one"))
        return inside
    people: list[Program] = [program(broker.user(role)) for role in STAFF]
    return next(one for one in people if one.get(address).status_code != 403)


def filled(broker: Broker, path: str) -> str:
    """Return an address about something that there is."""
    place = path.replace("{code}", "grid").replace("{as_of}", fact_days()[-1].isoformat())
    if "{folder}" in place:
        return place.replace("{folder}", deliveries(limit=1).rows[0].folder)
    if "{public_id}" not in place:
        return place
    listed = place.partition("/{public_id}")[0]
    if listed.endswith("/terms"):
        author, colleague = (acting(broker.user(name)) for name in ("products", "products_colleague"))
        publish(Product.objects.get(code="grid"), terms(), author, colleague)
        listed = "/api/v1/products/grid/terms"
    if listed.endswith("/reports"):
        made(plan_of(places()[0]), fact_days()[-1])
    for role in STAFF:
        answer = program(broker.user(role)).get(listed)
        if answer.status_code == 200:
            return place.replace("{public_id}", answer.json()["data"][0]["id"])
    raise LookupError(listed)

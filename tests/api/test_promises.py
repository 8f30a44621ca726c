"""Every operation keeps what the document promises: asked by schemathesis with tokens of several roles.

No answer of the 500s, none that the document does not know, nothing of another shape than it says, and no operation
that answers without the token it asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as effort
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.documents import FILE
from config.wsgi import application
from core import clock
from core.actor import system
from smart_products.suitability.operations import seed_suitability
from tests.api.asking import token
from tests.delivered import Broker
from tests.effort import THOROUGH

pytestmark = pytest.mark.django_db

EXAMPLES = 100 if THOROUGH else 5
"""Of right and of wrong requests each: together 200 an operation, or ten."""
ROLES = ("head_office_manager", "operations", "branch_manager", "auditor", "products") if THOROUGH else ("operations",)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPEN = {"POST /api/v1/oauth/token"}
"""What gives tokens needs none."""

JUDGED = {"POST /api/v1/verification/pack", "POST /api/v1/verification/paper"}
"""What starts a process for each request."""
LONG = partial(pytest.param, marks=pytest.mark.slow)

document = schemathesis.openapi.from_path(str(FILE))
document.app = application
OPERATIONS: dict[str, Any] = {}
for found in document.get_all_operations():
    operation: Any = found.ok()  # type: ignore[union-attr]
    OPERATIONS[operation.label] = operation


def is_own(operation: Any) -> bool:
    """Tell whether an operation opens to the session of a client alone."""
    ways = operation.definition.raw.get("security")
    return ways is not None and not any("token" in one for one in ways)


@pytest.fixture(autouse=True)
def _inbox(tmp_path: Path, settings: Any) -> None:
    settings.INBOX_DIR = tmp_path / "inbox"


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Let the test's connection stay open between requests, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def asked(label: str, mode: GenerationMode, judge: Any) -> None:
    """Ask an operation by many examples."""

    @effort(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=not THOROUGH,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        judge(case)

    ask()


@pytest.mark.parametrize(
    "mode",
    [
        pytest.param(GenerationMode.POSITIVE, id="right"),
        pytest.param(GenerationMode.NEGATIVE, id="wrong", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("label", [one if one not in JUDGED else LONG(one) for one in sorted(OPERATIONS)])
def test_an_operation_keeps_what_the_document_says(broker: Broker, label: str, role: str, mode: GenerationMode) -> None:
    secret = token(broker.user(role))[1]

    def judge(case: Case[Any]) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {secret}"})
        case.validate_response(answer, checks=CHECKS)

    asked(label, mode, judge)


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("label", sorted(label for label, one in OPERATIONS.items() if is_own(one)))
def test_an_operation_of_a_client_keeps_it_in_his_session(
    broker: Broker, label: str, mode: GenerationMode, tmp_path: Path, settings: Any
) -> None:
    settings.DOCUMENTS_DIR, settings.ANCHOR_DIR = tmp_path / "documents", tmp_path / "anchors"
    today = clock.shanghai_today()
    seed_suitability(valid_from=today, on=today, by=system("test"), at=clock.now())
    inside, mark = Client(), "s" * 32
    inside.force_login(broker.user("client_one"))
    session = {"sessionid": inside.cookies["sessionid"].value, "csrftoken": mark}

    def judge(case: Case[Any]) -> None:
        case.cookies = {**case.cookies, **session}
        answer = case.call(headers={"X-CSRFToken": mark})
        case.validate_response(answer, checks=CHECKS)
        known.append(answer.status_code)

    known: list[int] = []
    asked(label, mode, judge)
    assert 403 not in known
    assert 401 not in known


@pytest.mark.parametrize("label", [one if one not in JUDGED else LONG(one) for one in sorted(set(OPERATIONS) - OPEN)])
def test_no_operation_answers_a_stranger(broker: Broker, label: str) -> None:
    def judge(case: Case[Any]) -> None:
        answer = case.call(headers={"Authorization": "Bearer nothing"})
        assert answer.status_code in {401, 404}, answer.content[:300]
        known.append(answer.status_code)

    known: list[int] = []

    asked(label, GenerationMode.POSITIVE, judge)
    assert 401 in known, "a 404 is an address that there is not, such as a day that is none"


def test_the_document_is_the_code_s(tmp_path: Path) -> None:
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", "--file", str(made), "--validate", "--fail-on-warn", stdout=StringIO())
    assert made.read_text() == FILE.read_text(), "make api"

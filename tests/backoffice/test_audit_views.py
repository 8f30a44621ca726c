"""The pages of audit: who finds them, what each reader is shown, and that to look is an event as well."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.concerns import concern_of, record_client_read
from accounts.models import Client as Holder
from accounts.models import User
from accounts.operations import give_consent
from accounts.queries import acting
from accounts.rules import Purpose, Role
from backoffice.pages.audit import words
from backoffice.views.audit import PAGE
from core import clock
from core.audit import record
from core.models import AuditEvent
from core.operations import link_audit
from tests.accounts.organisation import BY, grant, organise, staff
from tests.architecture.source import DOMAIN, FACES, attribute_chain, sources
from tests.limits import limits

pytestmark = pytest.mark.django_db

ADDRESSES = ("/audit/", "/audit/events.csv", "/audit/storage/")
AT = clock.now() - timedelta(hours=1)


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, User]]:
    """The small broker with readers at every level, and one event of each of three clients."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer._from_testcase = True  # type: ignore[attr-defined]
        with outer:
            organise()
            people = {
                "auditor": staff("auditor", "HQ", Role.AUDITOR),
                "compliance": staff("compliance", "HQ", Role.COMPLIANCE),
                "branch": staff("branch", "B1", Role.AUDITOR),
                "outlet": staff("outlet", "O11", Role.AUDITOR),
                "manager": staff("manager", "HQ", Role.HEAD_OFFICE_MANAGER),
                "admin": staff("admin", "HQ", Role.ADMINISTRATOR),
                "nobody": staff("nobody"),
            }
            for code in ("C1", "C2", "C3"):
                client = Holder.objects.get(code=code)
                give_consent(client=client, purpose=Purpose.ESIGN, by=BY, at=AT)
            record_client_read(
                Holder.objects.get(code="C1"), details={"fields": ["mobile"]}, by=acting(people["manager"]), at=AT
            )
            yield people
            transaction.set_rollback(True)


def inside(user: User, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


def taken(user: User, query: str = "") -> list[dict[str, str]]:
    """The rows of the sheet."""
    answer: Any = inside(user).get(f"/audit/events.csv{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def status_of(user: User, address: str) -> int:
    answer: Any = inside(user).get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return int(answer.status_code)


def shown(user: User, query: str = "") -> set[str]:
    """The codes of the clients in the list."""
    html = inside(user).get(f"/audit/{query}").content.decode()
    return set(re.findall(r">(C\d)</a>", html))


def test_an_event_says_whom_it_concerned(house: dict[str, User]) -> None:
    client = Holder.objects.select_related("outlet").get(code="C1")
    assert client.outlet is not None
    event = AuditEvent.objects.get(action="give_consent", client="core/C1")
    assert event.place == client.outlet.path == concern_of(client).place


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_auditors_and_compliance_find_the_pages(house: dict[str, User], address: str) -> None:
    assert Client().get(address)["Location"].startswith("/accounts/login/")
    found = {name: status_of(user, address) for name, user in house.items()}
    assert {name for name, status in found.items() if status == 200} == {"auditor", "compliance", "branch", "outlet"}
    assert set(found.values()) == {200, 404}


def test_a_reader_sees_the_own_units_and_nothing_beside_them(house: dict[str, User]) -> None:
    assert shown(house["auditor"]) == shown(house["compliance"]) == {"C1", "C2", "C3"}
    assert shown(house["branch"]) == {"C1", "C2"}
    assert shown(house["outlet"]) == {"C1"}
    assert shown(house["branch"], "?unit=O12") == {"C2"}
    assert shown(house["branch"], "?client=C3") == set()
    for beyond in ("B2", "HQ", "-", "none"):
        assert inside(house["branch"]).get(f"/audit/?unit={beyond}").status_code == 404
        assert inside(house["branch"]).get(f"/audit/events.csv?unit={beyond}").status_code == 404
    rows = taken(house["branch"])
    assert {row["client"] for row in rows} == {"C1", "C2", ""}
    assert "merge_clients" not in {row["action"] for row in rows}, "what concerns the house is not the branch's"


def test_roles_beside_audit_widen_nothing(house: dict[str, User]) -> None:
    """A manager of head office who audits one outlet reads the log of that outlet."""
    both = staff("both", "HQ", Role.HEAD_OFFICE_MANAGER)
    grant(both, "O12", Role.AUDITOR)
    assert shown(both) == {"C2"}
    assert inside(both).get("/audit/?unit=O11").status_code == 404


def test_filters_choose_and_stand_in_the_address(house: dict[str, User]) -> None:
    auditor = house["auditor"]
    today = clock.shanghai_day(AT).isoformat()
    assert shown(auditor, "?what=read&who=manager") == {"C1"}
    assert shown(auditor, "?subject=C2") == {"C2"}
    assert shown(auditor, f"?what=give_consent&since={today}&until={today}") == {"C1", "C2", "C3"}
    assert shown(auditor, "?what=give_consent&until=2001-01-01") == set()
    assert shown(auditor, "?unit=-&what=give_consent") == set()
    page = inside(auditor).get("/audit/?what=give_consent").content.decode()
    assert 'href="/audit/events.csv?what=give_consent"' in page
    for broken in ("since=x", "until=9999-12-31", "since=0001-01-01", "after=1", "after=9.x", "who=%00"):
        assert inside(auditor).get(f"/audit/?{broken}").status_code == 404, broken


def test_a_person_reads_sentences_in_both_languages(house: dict[str, User]) -> None:
    english, chinese = (inside(house["auditor"], one).get("/audit/").content.decode() for one in ("en", "zh-hans"))
    assert "gave a consent" in english
    assert "<dt>fields</dt>" in english
    assert "gave a consent" not in chinese
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", english)
    ids = re.findall(r'\sid="([^"]+)"', english)
    assert len(ids) == len(set(ids))


def test_to_look_is_an_event_as_well(house: dict[str, User]) -> None:
    branch = inside(house["branch"])
    branch.get("/audit/?client=C1")
    seen = AuditEvent.objects.order_by("-pk").first()
    assert seen is not None
    assert (seen.action, seen.subject_kind, seen.actor_name) == ("read", "audit", "branch")
    assert seen.details["filters"] == {"client": "C1"}
    assert seen.place
    assert len(taken(house["branch"], "?client=C1")) == 2
    exported = AuditEvent.objects.order_by("-pk").first()
    assert exported is not None
    assert (exported.details["as"], exported.details["rows"]) == ("csv", 2)


def test_pages_follow_each_other_without_a_gap(house: dict[str, User]) -> None:
    """All events at one time: the number alone decides."""
    for number in range(PAGE + 5):
        record(action="test", subject_kind="thing", subject_key=f"t{number}", details={}, by=BY, at=AT)
    reader, address, seen = inside(house["auditor"]), "/audit/?what=test", []
    for _page in range(3):
        html = reader.get(address).content.decode()
        seen += re.findall(r"thing (t\d+)<", html)
        following = re.search(r'href="(\?[^"]*after=[^"]*)"', html)
        if following is None:
            break
        address = "/audit/" + following[1].replace("&amp;", "&")
    assert seen == [f"t{number}" for number in reversed(range(PAGE + 5))]


def test_an_export_is_bounded_and_safe(house: dict[str, User]) -> None:
    for number in range(4):
        record(action="test", subject_kind="thing", subject_key=f"=cmd{number}", details={}, by=BY, at=AT)
    with limits(audit_export_rows="3"):
        found = taken(house["auditor"], "?what=test")
    assert [row["subject"] for row in found] == ["'=cmd3", "'=cmd2", "'=cmd1"]


def test_the_number_of_statements_does_not_grow(house: dict[str, User]) -> None:
    reader = inside(house["auditor"])
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert reader.get("/audit/").status_code == 200
        counts.append(len(captured))
        link_audit(by=BY, at=AT)
    assert max(counts) <= 15
    assert abs(counts[0] - counts[1]) <= 1


def test_every_action_has_words() -> None:
    """Whatever an operation records is told in words; the first argument of these functions is the action."""
    telling = {"_record": 0, "tell": 0, "note": 0}
    codes = set()
    for source in sources(*DOMAIN, *FACES):
        for call in source.calls():
            name = (attribute_chain(call.func) or [""])[-1]
            given = [word.value for word in call.keywords if word.arg == "action"]
            if name in telling and source.name != "core/jobs.py":
                given += call.args[:1]
            if name in {*telling, "record", "record_about"}:
                codes |= {one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    assert len(codes) > 60
    assert codes - set(words.ACTIONS) == set()

"""What a page of records shows: covered fields, found clients, filters, reads on record, both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.utils import translation
from pytest_django import DjangoDbBlocker

from accounts.models import Client
from backoffice.admin.words import WORDS
from core.models import AuditEvent
from tests.backoffice.admin.house import TABLES, founded, inside, links, said, table

pytestmark = pytest.mark.django_db

CLIENTS = table("accounts.Client")


@pytest.fixture(autouse=True, scope="module")
def _house(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    with founded(django_db_blocker, tmp_path_factory.mktemp("papers")):
        yield


def page(name: str, address: str, language: str = "en") -> str:
    answer = inside(name, language).get(address)
    assert answer.status_code == 200
    return said(answer.content.decode())


def record(code: str) -> str:
    return f"{CLIENTS}{Client.objects.get(code=code).public_id}/change/"


def test_names_and_contacts_are_covered_by_role() -> None:
    full, half, covered = page("operator", record("N1")), page("checker", record("N1")), page("outlet", record("N1"))
    assert all(one in full for one in ("欧阳志远", "13812345678", "li@x.cn"))
    assert ("欧阳志远" in half, "138****5678" in half, "l***@x.cn" in half) == (True, True, True)
    assert ("欧阳志远" in covered, "欧**" in covered, "138****5678" in covered) == (False, True, True)
    assert "欧阳志远" not in page("outlet", CLIENTS)
    history = TABLES["accounts.ClientVersion"].key_of(Client.objects.get(code="N1").versions.get())
    versions = page("outlet", f"{table('accounts.ClientVersion')}{history}/change/")
    assert ("欧阳志远" in versions, "欧**" in versions) == (False, True)
    assert "ouyang" not in full.lower()
    shown = [word for one in (full, half, covered) for word in re.findall(r"\b[0-9a-f]{64}\b", one)]
    assert shown == []


def test_a_covered_name_can_not_be_spelled_out() -> None:
    def found(who: str, /, **query: str) -> int:
        answer = inside(who).get(CLIENTS, query, follow=True)
        context = getattr(answer, "context_data", None) or {}
        return len(context["cl"].result_list) if "cl" in context else -1

    assert found("checker", q="欧阳") == found("checker", q="ouyang") == found("checker", q="N1") == 1
    assert found("outlet", q="欧阳") == found("outlet", q="ouyang") == 0
    assert found("outlet", q="欧阳志远") == found("outlet", q="N1") == 1
    assert found("outlet", q="曾小明") == found("outlet", q="N2") == 0
    everything = found("outlet")
    for lookup in ("name__startswith", "name", "mobile__contains", "outlet__path__startswith", "id__gt", "pinyin"):
        assert found("outlet", **{lookup: "欧"}) in {-1, everything}, lookup
    assert found("outlet", risk_class__exact="C5") == 0
    assert found("outlet", o="2") == everything


def test_every_look_at_a_client_is_recorded() -> None:
    page("branch", CLIENTS)
    page("branch", record("C1"))
    listed, opened = AuditEvent.objects.filter(actor_name="branch").order_by("pk")
    path = Client.objects.select_related("outlet__parent").get(code="C1").outlet.parent.path  # type: ignore[union-attr]
    assert (listed.action, listed.subject_kind, listed.place) == ("read", "records", path)
    assert listed.details == {"rows": 3, "searched": False}
    assert (opened.action, opened.client, opened.details["record"]) == ("read", "core/C1", "accounts.Client")


def test_a_unit_beyond_the_reader_is_not_named() -> None:
    top = page("branch", links(inside("branch").get(table("accounts.Unit")).content.decode(), "accounts.Unit")[0])
    assert "总部" not in top


def test_every_word_is_told_in_both_languages() -> None:
    told = [*WORDS.values(), *(records.opts.verbose_name_plural for records in TABLES.values())]
    told += [records.opts.verbose_name for records in TABLES.values()]
    told += [one.label for records in TABLES.values() for one in records.acts]
    told += [one.sentence for records in TABLES.values() for one in records.acts]
    with translation.override("zh-hans"):
        left = {str(one) for one in told if not re.search(r"[\u4e00-\u9fff]", str(one))}
    assert left == {"SHA-256"}
    for address in ("/admin/", table("accounts.Consent"), f"{table('core.JobRun')}act/again-parked/"):
        shown = page("operator", address, "zh-hans").replace("operator", "").replace("English", "")
        assert re.findall(r"[A-Za-z]{3,}", shown) == [], address

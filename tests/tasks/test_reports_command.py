"""`manage.py reports`: plans, makes, sends and sends again, in text and as JSON; another run makes nothing twice."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from accounts.models import Unit
from accounts.rules import Role
from core import clock, jobs
from core.files import path_of
from smart_products.reports.models import Report, ReportDelivery, ReportPlan
from smart_products.reports.operations import set_up_recipient
from tasks import chores
from tasks.reports import make_again, make_due
from tests.accounts.organisation import staff
from tests.tasks import house as broker
from tests.tasks.conftest import Folders


def reports(*words: str) -> dict[str, Any]:
    printed = StringIO()
    call_command("reports", "--json", *words, stdout=printed)
    found: dict[str, Any] = json.loads(printed.getvalue())
    return found


def test_a_report_by_commands_alone(house: Folders, settings: Settings, tmp_path: Path) -> None:
    settings.DOCUMENTS_DIR = tmp_path / "documents"
    settings.REPORT_RECIPIENT_DOMAINS = ["broker.example"]
    settings.MESSAGES_FILE, settings.CONSOLE_CHANNELS = tmp_path / "messages.jsonl", ["email"]
    broker.run_night(broker.write_days(house.feed))
    root = Unit.objects.get(parent=None)
    assert reports("plan", root.code, "--frequency", "daily") == {"reports": []}
    with pytest.raises(CommandError):
        reports("plan", "nowhere", "--frequency", "daily")
    plan = ReportPlan.objects.get()
    head = staff("head", root.code, Role.HEAD_OFFICE_MANAGER)
    set_up_recipient(plan=plan, user=head, address="head@broker.example", by=broker.BY, at=clock.now())

    (made,) = reports("render")["reports"]
    assert (made["as_of"], made["revision"]) == (broker.DAYS[-1].isoformat(), 1)
    assert path_of(settings.DOCUMENTS_DIR, made["pdf"]).read_bytes().startswith(b"%PDF")
    assert reports("render")["reports"] == [made]
    assert reports("send") == {"sent": 1}
    assert reports("send") == {"sent": 0}
    assert reports("resend", made["report"]) == {"sent": 1}
    told = [json.loads(line) for line in settings.MESSAGES_FILE.read_text("utf-8").splitlines()]
    assert [one["to"] for one in told] == ["head@broker.example"] * 2
    assert all(f"/reports/{made['report']}/" in one["body"] for one in told)

    run, _created = jobs.request("x", broker.DAYS[-1], f"{plan.public_id} now", by=broker.BY, at=clock.now())
    assert make_again(run, broker.BY, lambda *_progress: None)["made"] == 0, "the day was not published anew"
    assert Report.objects.count() == 1
    assert ReportDelivery.objects.count() == 2
    due, _created = jobs.request(chores.REPORTS, broker.DAYS[-1], "x", by=broker.BY, at=clock.now())
    assert make_due(due, broker.BY, lambda *_progress: None)["made"] == 0
    claimed = jobs.claim(run_id=due.pk, by=broker.BY, at=clock.now())
    assert claimed is not None
    progress = jobs.Progress(1, 1, "report")
    jobs.heartbeat(run_id=due.pk, attempt=claimed.attempts, by=broker.BY, at=clock.now(), progress=progress)
    printed = StringIO()
    call_command("jobs", stdout=printed)
    assert "1 / 1" in printed.getvalue()
    call_command("reports", "list", stdout=printed)
    assert made["report"] in printed.getvalue()

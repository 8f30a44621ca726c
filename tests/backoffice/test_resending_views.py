"""A delivery sent again through the page: where it lands, how its fate is told, and who may not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from accounts.models import Unit, User
from accounts.operations import create_staff, grant_role
from accounts.rules import Role
from core import jobs
from smart_products.holdings.models import Delivery
from tests.holdings.test_resend import GOOD, SECOND, refused
from tests.tasks import house as broker
from tests.tasks.conftest import settings_below

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(tmp_path: Path, db: None) -> Iterator[Delivery]:
    with override_settings(**settings_below(tmp_path)):
        broker.import_days()
        feed = tmp_path / "feed"
        assert broker.take(broker.write_day(feed / "1", broker.DAYS[0], masters=True)).state == "accepted"
        yield refused(feed)


def inside(role: Role) -> Client:
    client, root = Client(), Unit.objects.get(parent=None)
    user: User = create_staff(username=role, password="right horse", by=broker.BY, at=broker.AT)
    grant_role(user=user, role=role, unit=root, since=broker.DAYS[0], by=broker.BY, at=broker.AT)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def post(client: Client, day: Delivery, name: str = "holdings.csv", body: bytes = GOOD, **more: str) -> Any:
    given = {"files": SimpleUploadedFile(name, body), **more}
    return client.post(f"/feeds/{day.public_id}/again/", given)


def test_files_land_in_the_inbox_and_their_fate_is_told(day: Delivery) -> None:
    client, name = inside(Role.OPERATIONS), f"core-{SECOND}-2"
    assert "Send it again, corrected" in client.get(f"/feeds/{day.public_id}/").content.decode()
    answer = post(client, day)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/feeds/sent/{name}/")
    told = client.get(f"/feeds/sent/{name}/").content.decode()
    assert ('hx-trigger="every 3s"' in told, "waits, a minute at most" in told) == (True, True)
    assert f'href="/feeds/sent/{name}/"' in client.get(f"/feeds/{day.public_id}/").content.decode(), "left and found"
    run = jobs.request("tasks.deliver", SECOND, f"{name} abc", by=broker.BY, at=broker.AT)[0]
    jobs.claim(run_id=run.pk, by=broker.BY, at=broker.AT)
    assert "running" in client.get(f"/feeds/sent/{name}/").content.decode()
    outcome = broker.take(settings.INBOX_DIR / name)
    (settings.INBOX_DIR / name).rename(settings.INBOX_DIR / ".done")
    done = client.get(f"/feeds/sent/{name}/").content.decode()
    assert outcome.delivery is not None
    assert (f'href="/feeds/{outcome.delivery.public_id}/"' in done, "hx-trigger" in done) == (True, False)


def test_a_refusal_stands_on_the_page_with_its_rule(day: Delivery) -> None:
    client = inside(Role.OPERATIONS)
    answer = post(client, day, "holdings.exe")
    html = answer.content.decode()
    assert (answer.status_code, "unknown_kind" in html) == (422, True)
    with override_settings(UPLOAD_BYTES=10):
        assert "upload_too_large" in post(client, day).content.decode()
    assert post(client, day, mode="lost").status_code == 404


def test_who_only_reads_can_not_send_and_strangers_find_nothing(day: Delivery) -> None:
    reader, planner = inside(Role.HEAD_OFFICE_MANAGER), inside(Role.PRODUCT_MANAGER)
    assert "Send it again" not in reader.get(f"/feeds/{day.public_id}/").content.decode()
    for client in (reader, planner):
        assert post(client, day).status_code == 404
    assert planner.get(f"/feeds/sent/core-{SECOND}-2/").status_code == 404
    assert reader.get("/feeds/sent/unheard-of/").status_code == 404
    assert reader.get("/feeds/sent/.done/").status_code == 404
    assert post(Client(), day).status_code == 302
    assert not settings.INBOX_DIR.exists()

"""The example of the Python client: a feed is handed over, judged and published, and what is printed is what
stands there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection
from contextlib import suppress
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.roles import Area
from smart_products.statistics import queries
from tests.api.asking import token
from tests.architecture.source import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

NEEDED = {Area.OPERATE, Area.FEEDS, Area.FIGURES}
CLIENT = ROOT / "clients" / "python"


def quietly(command: str, *given: Any, **options: Any) -> None:
    call_command(command, *given, **options, stdout=StringIO(), stderr=StringIO())


@pytest.fixture
def last(tmp_path: Path, settings: Any) -> Path:
    """A broker with all its days but the last, whose folder is returned."""
    settings.INBOX_DIR = tmp_path / "inbox"
    quietly("import_calendar")
    quietly("generate_broker", tmp_path / "broker", clients=40, days=6, seed=5, daily=1)
    quietly("deliver", tmp_path / "broker" / "history")
    quietly("close")
    quietly("create_demo_logins")
    (folder,) = (one for one in (tmp_path / "broker").iterdir() if one.is_dir() and one.name != "history")
    return folder


def load(url: str, folder: Path, *more: str, areas: Collection[Area]) -> tuple[int, str, str]:
    """Run the example as a person would, and do a worker's work until it ends; return its code and what it printed."""
    secret = token(User.objects.get(username="operations"), areas=areas)[1]
    with subprocess.Popen(
        [sys.executable, CLIENT / "examples" / "load_feed.py", url, folder, "--every", "0.1", *more],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CLIENT / "src"), "SMART_TOKEN": secret},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        while running.poll() is None:
            with suppress(CommandError):  # at least one delivery was refused
                quietly("watch_inbox", "--once", quiet=0.0)
            quietly("close")
        out, error = running.communicate()
    return running.returncode, out, error


def test_what_it_prints_is_the_published_matrix(live_server: LiveServer, last: Path) -> None:
    day = date.fromisoformat(json.loads((last / "manifest.json").read_text())["business_date"])
    first, *others = queries.fact_days()
    assert day not in others
    code, out, error = load(live_server.url, last, "--since", first.isoformat(), areas=NEEDED)
    assert code == 0, error
    found = queries.matrix(as_of=day, since=first)
    head, _blank, _names, *rows = out.splitlines()
    assert head == f"Product matrix as of {day}, compared with {first}; version {found.publication.version}"
    told = [[row[:1], *row[-8:]] for row in (line.split() for line in rows)]
    assert told == [
        [
            [row.node], str(row.clients.retained), share(row.first_sign.rate), yuan(row.assets.now),
            *(share(row.assets.growth), yuan(row.assets.entered_total), yuan(row.assets.left_total)),
            *(yuan(row.assets.flow), yuan(row.assets.market)),
        ]
        for row in found.rows
    ]  # fmt: skip
    assert "accepted as" in error


def test_what_is_refused_is_told(live_server: LiveServer, last: Path) -> None:
    code, out, error = load(live_server.url, last, areas={Area.FIGURES})
    assert (code, out) == (1, "")
    assert error.startswith("403 not_allowed")
    told = json.loads((last / "manifest.json").read_text())
    told["files"][0]["rows"] += 1
    (last / "manifest.json").write_text(json.dumps(told))
    code, out, error = load(live_server.url, last, areas=NEEDED)
    assert (code, out) == (1, "")
    assert "rejected" in error, error


def yuan(fen: int) -> str:
    return f"{Decimal(fen) / 100:,.2f}"


def share(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:.2%}"

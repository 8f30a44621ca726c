"""The headline broker through the whole service: delivered and closed by its commands, it shows the four figures."""

from __future__ import annotations

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from tests.delivered import publish
from tests.tasks.conftest import settings_below


@pytest.mark.slow
@pytest.mark.django_db
def test_the_four_figures(tmp_path: Path) -> None:
    """180,000 clients over thirteen months: as long as growth since a year ago and first signings need."""
    printed = StringIO()
    with override_settings(**settings_below(tmp_path)):
        publish(tmp_path / "broker", clients=180_000, days=270, seed=1)
        call_command("matrix", "--json", "--as-of=2024-12-31", "--node=matrix", stdout=printed)
    (row,) = json.loads(printed.getvalue())["rows"]
    truth = json.loads((tmp_path / "broker" / "truth.json").read_text())
    assert row["retained_clients"] == 180_000
    assert row["first_sign"]["rate"] == 0.7
    assert round(Decimal(row["signed_assets"]) / 10**9, 2) == Decimal("4.00")
    assert round(row["growth"], 3) == 0.820
    assert row["signed_assets"] == truth["realised"]["signed_assets"]

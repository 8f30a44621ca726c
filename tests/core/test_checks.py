"""What the checks of a set-up say of the database role that serves the web."""

from __future__ import annotations

from typing import Any

import pytest

from core.checks import web_is_bound
from tests.role import as_app

pytestmark = pytest.mark.django_db


def test_a_web_that_passes_by_row_level_security_is_refused(settings: Any) -> None:
    settings.DATABASE_ROLE = "app"
    assert [one.id for one in web_is_bound(databases=["default"])] == ["core.E001"], "the tests' own role passes by"
    with as_app():
        assert web_is_bound(databases=["default"]) == []
    assert web_is_bound(databases=None) == []


def test_commands_and_workers_may_pass_by(settings: Any) -> None:
    settings.DATABASE_ROLE = "jobs"
    assert web_is_bound(databases=["default"]) == []

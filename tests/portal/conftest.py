"""Where papers of a test are kept, and a house with one product on offer that stands for a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from tests.houses import standing
from tests.portal.signing import enter, found_house


@pytest.fixture
def documents(tmp_path: Path, settings: Any) -> None:
    """Keep papers, heads and keys of a test in its own folder."""
    settings.DOCUMENTS_DIR, settings.ANCHOR_DIR = tmp_path / "documents", tmp_path / "anchors"
    settings.LOCAL_SEALS_DIR = tmp_path / "seals"


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A house with the grid product on offer, and C1 with a class and a login."""
    with standing(django_db_blocker):
        found_house()
        yield


@pytest.fixture
def browser(house: None, db: None) -> Browser:
    """C1's browser, logged in just now."""
    return enter()

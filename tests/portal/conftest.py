"""Where papers of a test are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def documents(tmp_path: Path, settings: Any) -> None:
    """Keep papers, heads and keys of a test in its own folder."""
    settings.DOCUMENTS_DIR, settings.ANCHOR_DIR = tmp_path / "documents", tmp_path / "anchors"
    settings.LOCAL_SEALS_DIR = tmp_path / "seals"

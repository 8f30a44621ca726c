"""Every text of the screens is translated: the catalogue holds all of them, and nothing that is gone."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def collecting() -> ModuleType:
    spec = importlib.util.spec_from_file_location("collect", ROOT / "locale" / "collect.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_text_has_a_chinese_translation(collecting: ModuleType) -> None:
    template = collecting.collect()
    assert len(template) > 200, "the collector finds the texts"
    path = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    assert collecting.untranslated(collecting.update(path, template)) == []


@pytest.mark.slow
def test_a_missing_translation_would_be_found(collecting: ModuleType) -> None:
    template = collecting.collect()
    template.add("A text that nobody translated")
    path = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    assert "A text that nobody translated" in collecting.untranslated(collecting.update(path, template))

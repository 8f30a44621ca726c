"""Written once: what several pages or files show in the same form has one writer or one part."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, ROOT, sources

TEMPLATES = ROOT / "templates"


def test_one_module_writes_workbooks() -> None:
    writers = {
        source.name
        for source in sources(*PACKAGES)
        for _line, name in source.imports()
        if name.partition(".")[0] == "xlsxwriter"
    }
    assert writers == {"screens/tables.py"}


@pytest.mark.parametrize(
    ("mark", "part"),
    [
        ('class="pager"', "backoffice/parts/pager.html"),
        ('{% translate "Take back" %}', "backoffice/parts/second_person.html"),
    ],
)
def test_one_part_draws_it(mark: str, part: str) -> None:
    assert [path for path in sorted(TEMPLATES.rglob("*.html")) if mark in path.read_text()] == [TEMPLATES / Path(part)]

"""A tiny run of the benchmarks gives a report of the right shape, and proves its rivals equal to ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.figures import Figure, against, at_least, reported, table, within
from benchmarks.instance import ROOT

KEYS = {"name", "value", "unit", "limit", "ratio", "target", "holds"}


@pytest.mark.slow
def test_a_small_run_reports_every_figure(tmp_path: Path) -> None:
    words = ("holdings", "close of one day", "PostgreSQL", "publish", "matrix")
    assert _missing(words, _report(tmp_path, ("ingest", "close", "publish", "pages"))) == []


@pytest.mark.slow
def test_a_small_history_is_rebuilt_checked_and_mended(tmp_path: Path) -> None:
    words = ("DuckDB", "Polars", "PostgreSQL", "rebuild --check", "others untouched", "beside 30", "memory")
    assert _missing(words, _report(tmp_path, ("rebuild", "tenfold"))) == []


@pytest.mark.slow
def test_a_small_crowd_asks_the_api(tmp_path: Path) -> None:
    words = ("api: matrix, beside", "8 connections", "not changed", "api: catalogue", "api: client")
    assert _missing(words, _report(tmp_path, ("api",))) == []


def _missing(words: Sequence[str], names: str) -> list[str]:
    return [word for word in words if word not in names]


def _report(tmp_path: Path, wanted: Sequence[str]) -> str:
    """Run these subjects in small; return the names of the figures, each of which is whole and printed."""
    subjects = [part for name in wanted for part in ("--only", name)]
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--small", *subjects],
        cwd=ROOT,
        env={**os.environ, "LOCAL_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads((tmp_path / "bench.json").read_text())
    assert all(set(figure) == KEYS for figure in found)
    for figure in found:
        ratio, target = figure["ratio"], figure["target"]
        enough = target is None or (ratio >= target if figure["unit"] == "requests/s" else ratio <= target)
        assert figure["holds"] is enough
        assert figure["name"] in run.stdout
    return " ".join(figure["name"] for figure in found)


def test_a_figure_holds_by_its_ratio() -> None:
    assert within("a", 59, "ms", 60).holds
    assert not within("a", 61, "ms", 60).holds
    assert against("b", 3, "s", 2, 1.5).holds
    assert not against("b", 3.1, "s", 2, 1.5).holds
    assert at_least("c", 6, "requests/s", 10, 0.6, 0.6).holds
    assert not at_least("c", 5, "requests/s", 10, 0.6, 0.5).holds
    assert against("b", 3.1, "s", 2, 1.5, ratio=1.4).holds
    assert reported("c", 1e9, "s") == Figure("c", 1e9, "s", None, None, None, True)


def test_the_table_shows_a_miss() -> None:
    shown = table([within("quick", 1, "ms", 2), within("slow", 3, "ms", 2)]).splitlines()
    assert shown[1].endswith("yes")
    assert shown[2].endswith("NO")

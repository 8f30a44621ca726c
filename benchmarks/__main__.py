"""`python -m benchmarks [--only NAME] [--without NAME] [--small]`: measures, prints a table, writes bench.json.

Owns the order of subjects and what happens when one fails: the others are measured and written, the exit code is 1.
A figure that misses its target is shown and written as such; it is no failure of the run.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks import demo, figures, headline, history, rebuild, tenfold
from benchmarks.instance import ROOT, ChildFailed, Instance
from benchmarks.sizes import FULL, SMALL, Sizes

SUBJECTS = ("ingest", *headline.SUBJECTS, "history", "rebuild", "tenfold", "demo")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the wanted subjects; return the exit code."""
    options = _parser().parse_args(arguments)
    wanted = [name for name in options.only or SUBJECTS if name not in options.without]
    began = time.perf_counter()
    found, whole = _measure(wanted, SMALL if options.small else FULL)
    target = Path(os.environ.get("LOCAL_DIR") or ROOT / ".local").expanduser().absolute() / "bench.json"
    figures.write(found, target)
    print(figures.table(found))
    missed = sum(not figure.holds for figure in found)
    print(f"\n{len(found)} figures in {time.perf_counter() - began:.0f} s, {missed} beyond their target; {target}")
    return 0 if whole else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Every figure beside its limit.")
    parser.add_argument("--only", action="append", choices=SUBJECTS, help="measure this subject; may be repeated")
    parser.add_argument("--without", action="append", choices=SUBJECTS, default=[], help="leave this subject out")
    parser.add_argument("--small", action="store_true", help="tiny sizes: a trial of the benchmarks, not of speed")
    return parser


def _measure(wanted: Sequence[str], sizes: Sizes) -> tuple[list[figures.Figure], bool]:
    """Return the figures, and whether no subject failed."""
    shared = [name for name in headline.SUBJECTS if name in wanted]
    groups: list[tuple[str, bool, Callable[[], Iterable[figures.Figure]]]] = [
        ("ingest", "ingest" in wanted, lambda: _ingest(sizes)),
        (", ".join(shared), bool(shared), lambda: headline.measure(sizes, shared)),
        ("history", "history" in wanted, lambda: history.measure(sizes)),
        ("rebuild", "rebuild" in wanted, lambda: rebuild.measure(sizes)),
        ("tenfold", "tenfold" in wanted, lambda: tenfold.measure(sizes)),
        ("demo", "demo" in wanted, lambda: demo.measure(sizes)),
    ]
    found: list[figures.Figure] = []
    whole = True
    for name, is_wanted, run in groups:
        if not is_wanted:
            continue
        print(f"> {name}", file=sys.stderr, flush=True)
        try:
            for figure in run():
                found.append(figure)
                print(f"  {figure.name}: {figure.value:.4g} {figure.unit}", file=sys.stderr, flush=True)
        except ChildFailed as error:
            print(f"error: {name}: {error}", file=sys.stderr)
            whole = False
    return found, whole


def _ingest(sizes: Sizes) -> list[figures.Figure]:
    with Instance() as instance:
        return instance.measure("reading", sizes)


if __name__ == "__main__":
    sys.exit(main())

"""`python -m benchmarks.inside SUBJECT SIZES FILE`: measures one subject in the instance of LOCAL_DIR.

Owns the order: settings first, models after. Writes the figures to FILE as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path

import django

from benchmarks import figures
from benchmarks.sizes import Sizes


def main(subject: str, sizes: str, target: str) -> None:
    """Measure and write."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["DATABASE_ROLE"] = "jobs"
    django.setup()
    found = import_module(f"benchmarks.inside.{subject}").measure(Sizes(**json.loads(sizes)))
    figures.write(found, Path(target))


if __name__ == "__main__":
    main(*sys.argv[1:])

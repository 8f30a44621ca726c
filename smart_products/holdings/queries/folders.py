"""Which folders on disk are deliveries, in the order in which they are best taken in.

Reads manifests only as far as the order needs; whether one is right the strict reading decides.
"""

from __future__ import annotations

import json
from pathlib import Path

from smart_products.holdings.reading import manifest


def delivery_folders(folder: Path) -> list[Path]:
    """Return the delivery folders in a folder: itself, or those inside it, by first day and sequence."""
    return [folder] if (folder / manifest.NAME).exists() else folders_inside(folder)


def folders_inside(folder: Path, *, bare: bool = False) -> list[Path]:
    """Return the delivery folders inside a folder, by first day and sequence; hidden ones are not looked at.

    With `bare` those without a manifest as well, before all others.
    """
    inside = sorted(one for one in folder.iterdir() if not one.name.startswith(".") and _is_folder(one))
    return sorted((one for one in inside if bare or _has_manifest(one)), key=_dated)


def _has_manifest(folder: Path) -> bool:
    try:
        return (folder / manifest.NAME).exists()
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    """Tell whether this is a folder; what we may not look at counts as one, and is judged when it is opened."""
    try:
        return path.is_dir()
    except OSError:
        return True


def _dated(folder: Path) -> tuple[str, int, str]:
    try:
        path = folder / manifest.NAME
        if not path.is_file() or path.stat().st_size > manifest.SIZE_LIMIT:
            return "", 0, folder.name
        found = json.loads(path.read_bytes())
        first = str(found.get("from", found["business_date"]))
        return first, int(found.get("sequence", 1)), folder.name
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return "", 0, folder.name

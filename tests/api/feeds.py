"""A small feed folder to hand over, and how a program hands it over."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.asking import Program

UPLOADS = "/api/v1/deliveries/uploads"


def feed(sequence: int = 7, day: str = "2024-12-31", *, rows: str = "") -> dict[str, bytes]:
    """Return the files of a feed: its manifest, and units by their changes."""
    units = f"code,valid_from,parent_code,level,name,name_en\n{rows}".encode()
    told = {
        "business_date": day,
        "from": day,
        "source": "partner",
        "sequence": sequence,
        "files": [
            {
                "name": "units.csv", "encoding": "utf-8", "mode": "changes", "rows": rows.count("\n"),
                "sha256": sha256(units).hexdigest(),
            }
        ],
    }  # fmt: skip
    return {"manifest.json": json.dumps(told).encode(), "units.csv": units}


def hand_over(asking: Program, files: dict[str, bytes], key: str | None = "one") -> Any:
    """Hand files over as a program does."""
    headers = {"Idempotency-Key": key} if key is not None else {}
    given = [SimpleUploadedFile(name, data) for name, data in files.items()]
    return asking.post(UPLOADS, {"files": given}, headers=headers)

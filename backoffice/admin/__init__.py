"""The admin: master data and records, row by row, to read; what may be written there calls operations.

One door to the site. Importing it registers every room, top floor first. Nothing here looks for modules by name, and a
table that is registered nowhere stands in `left_out.py` with its reason.
"""

from __future__ import annotations

from backoffice.admin import accounts, catalogue, core, holdings, signing, statistics, suitability
from backoffice.admin.site import site as _site

ROOMS = (statistics, holdings, signing, suitability, catalogue, accounts, core)

for _room in ROOMS:
    for _records in _room.RECORDS:
        _site.register(_records.model, _records)

__all__ = ["ROOMS"]

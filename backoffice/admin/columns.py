"""How a value of a row is written on a page of records: days, times, amounts in yuan, choices in words, JSON as it is.

Pure but for what a choice is called. Never decides whether a value may be seen: `records.py` does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _

from screens import formats

NOTHING = "–"
FEN = "_fen"
FEN_NAMES = frozenset({"value", "net_flow"})
"""Amounts in fen, beside all whose names say so."""


@dataclass(frozen=True, repr=False)
class Column:
    """A field of a row under its word; two are the same when their names are."""

    name: str
    short_description: Promise = field(compare=False)
    text: Callable[[Any], Any] = field(compare=False)
    admin_order_field: str | None = field(compare=False, default=None)

    def __repr__(self) -> str:
        """Be brief: the framework writes it down at each cell, looking for a field of this name."""
        return self.name

    @property
    def __name__(self) -> str:
        return self.name

    def __call__(self, row: Any) -> Any:
        """Return what the page shows of a row."""
        return self.text(row)


def written(row: models.Model, named: models.Field[Any, Any]) -> Any:
    """Return a value of a row as a page shows it."""
    value = getattr(row, named.attname)
    if value is None or value in ("", {}, []):
        return NOTHING
    if named.choices:
        return str(dict(named.flatchoices).get(value, value))
    if named.name.endswith(FEN) or named.name in FEN_NAMES:
        return formats.money(int(value), translation.get_language()).exact
    return _plain(value)


def _plain(value: Any) -> Any:
    """Return a value that is no choice and no amount."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict | list):
        text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
        return format_html('<pre class="record-json" tabindex="0">{}</pre>', text)
    return str(value)

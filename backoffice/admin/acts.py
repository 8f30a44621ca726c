"""What can be done to a record: an operation behind a page that says what will happen, with its few fields.

An act never writes itself. It names the area it needs, the rows it fits, and the words for each refusal of its
operation; a refusal becomes an error of the form and nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django import forms
from django.utils.functional import Promise

from accounts.roles import Area
from core.actor import Actor


class Call(Protocol):
    """The operation of an act on rows, with what was given in its fields."""

    def __call__(self, rows: list[Any], given: Mapping[str, Any], *, by: Actor, at: datetime) -> None: ...


def always(row: Any) -> bool:
    """Fit every row."""
    return True


def unasked(row: Any) -> dict[str, Any]:
    """Start with empty fields."""
    return {}


class NoFields(forms.Form):
    """An act that asks for nothing but yes."""


@dataclass(frozen=True, slots=True)
class Act:
    """An act on one record, or on the whole table where `on_table` chooses its rows or makes a new one."""

    name: str
    label: Promise
    sentence: Promise
    """What will happen; on a table it counts the rows as `%(count)s`."""
    area: Area
    call: Call
    form: type[forms.Form] = NoFields
    fits: Callable[[Any], bool] = always
    start: Callable[[Any], dict[str, Any]] = unasked
    refusals: Mapping[type[Exception], Promise] = field(default_factory=dict)
    on_table: bool = False
    rows: Callable[[Any], list[Any]] = list
    """Of an act on a table: which of the reader's rows it takes; none for one that makes a new row."""
    dangerous: bool = False

    def refused(self, problem: Exception) -> str:
        """Return the words for a refusal of the operation."""
        return str(next(words for kind, words in self.refusals.items() if isinstance(problem, kind)))

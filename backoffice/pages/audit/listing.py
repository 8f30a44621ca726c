"""The log as lines of a page and rows of a sheet: when, who, what in words, whom it concerns, its place in its chain.

Takes what core answered. Details stand as they were written: keys and codes, never a person's data.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from backoffice.pages.audit import words
from backoffice.pages.audit.asked import HOUSE, Asked
from core.queries import AuditView, Period
from screens import formats
from screens.tables import safe

HEAD = (
    *("at", "who", "kind_of_who", "action", "said", "subject_kind", "subject", "client", "unit", "place", "link"),
    *("event", "details"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """An event on the page."""

    id: int
    at: str
    who: str
    is_person: bool
    said: str
    subject: str
    client: str
    unit: str
    link: str
    details: tuple[tuple[str, str], ...]
    by_who: str
    by_client: str
    """Addresses of all events of the same person, and of the same client."""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice in a list of the form."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A storage period on the page."""

    name: str
    nature: str
    months: str
    least: str
    source: str


def line(one: AuditView, asked: Asked, units: Mapping[str, str]) -> Line:
    """Return an event as a line; `units` names units by their path."""
    client = client_code(one.client)
    return Line(
        id=one.id,
        at=formats.moment(one.at),
        who=one.who,
        is_person=one.is_person,
        said=words.action(one.action),
        subject=f"{words.kind(one.subject_kind)} {one.subject_key}",
        client=client,
        unit=unit_name(one.place, units),
        link="" if one.number is None else formats.heads(one.number),
        details=tuple((name, _plain(value)) for name, value in sorted(one.details.items())),
        by_who=asked.address(who=one.who),
        by_client=asked.address(client=client) if client else "",
    )


def write_sheet(rows: Iterable[AuditView], units: Mapping[str, str], out: IO[str]) -> None:
    """Write events as CSV; no value can act as a formula."""
    writer = csv.writer(out)
    for one in rows:
        cells = (
            one.at.isoformat(),
            one.who,
            "person" if one.is_person else "system",
            one.action,
            words.action(one.action),
            one.subject_kind,
            one.subject_key,
            client_code(one.client),
            unit_name(one.place, units),
            one.place,
            "" if one.number is None else str(one.number),
            str(one.id),
            json.dumps(one.details, ensure_ascii=False, sort_keys=True),
        )
        writer.writerow([safe(cell) for cell in cells])


def unit_name(place: str, units: Mapping[str, str]) -> str:
    """Return the name of the unit of a place; the house for none, the path for a unit that stands elsewhere now."""
    return units.get(place, place) if place else _("the house")


def client_code(client: str) -> str:
    """Return the code alone of a client that is named by source and code."""
    return client.partition("/")[2]


def actions(asked: Asked) -> list[Option]:
    """Return every action as a choice, in the order of its words."""
    named = sorted((words.action(code), code) for code in words.ACTIONS)
    return [Option("", _("any act"), not asked.what), *(Option(code, name, code == asked.what) for name, code in named)]


def units(asked: Asked, visible: Sequence[tuple[str, str]], *, house: bool) -> list[Option]:
    """Return the units, by code and name, as choices; with the house for who may see what concerns it alone."""
    found = [Option("", _("any unit"), not asked.unit)]
    if house:
        found.append(Option(HOUSE, _("the house"), asked.unit == HOUSE))
    return [*found, *(Option(code, name, code == asked.unit) for code, name in visible)]


def periods(found: Iterable[Period]) -> list[PeriodLine]:
    """Return storage periods as lines."""
    return [
        PeriodLine(
            words.stored(one.kind), str(one.nature.label), words.months(one.months), words.months(one.least), one.source
        )
        for one in found
    ]


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)

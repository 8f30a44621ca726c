"""The pages of audit: the log with its filters, the same as a sheet, and storage periods.

Only auditors and compliance find them, each what lies at or below the units of these roles alone. To look is an event
as well.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from accounts.queries import UnitNode, audit_question, units_within
from accounts.roles import Area
from accounts.scoping import Reach, reach_of
from backoffice.access import staff
from backoffice.filters import BadAddress
from backoffice.pages.audit import asked as addresses
from backoffice.pages.audit import listing as pages
from backoffice.pages.audit.asked import HOUSE, Asked
from backoffice.queries import Reader, reader
from backoffice.scope import place as named
from core import clock
from core.queries import AuditQuestion, AuditView, audit_events, audit_standing, limit_days, storage_periods
from screens.downloads import as_download
from screens.reads import note_read

PAGE = 50
AT_ONCE = 2_000
IN_MEMORY = 2**20
"""Bytes of a sheet that stay in memory; beyond, a temporary file holds it."""
P = ParamSpec("P")


def for_audit(
    view: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only auditors and compliance in; others find nothing."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = reader(request.user)
        if not person.audits:
            raise Http404
        return view(request, person, *args, **kwargs)

    return staff(guarded)


@require_safe
@for_audit
def events(request: HttpRequest, person: Reader) -> HttpResponse:
    """List what was done and read, the newest first."""
    asked, reach, units = _asked(request)
    found = audit_events(_question(asked, reach, units), limit=PAGE, after=asked.after)
    _record(request, asked, reach, units, {"rows": len(found.rows)})
    names = _names(units)
    context = {
        "section": "audit",
        "reader": person,
        "asked": asked,
        "lines": [pages.line(one, asked, names) for one in found.rows],
        "actions": pages.actions(asked),
        "units": pages.units(asked, [(unit.code, names[unit.path]) for unit in units], house=reach.house),
        "standing": audit_standing() if reach.house else None,
        "before": reverse("backoffice:audit") + asked.address() if asked.after else None,
        "after": (asked.address(after=found.next) if found.next else None),
        "sheet_address": reverse("backoffice:audit-sheet") + asked.address(),
    }
    return render(request, "backoffice/audit/events.html", context)


@require_safe
@for_audit
def sheet(request: HttpRequest, person: Reader) -> HttpResponse:
    """Give the events of the same choices as CSV, as many as the limit lets, the newest first."""
    asked, reach, units = _asked(request)
    counted = _Counted(_all(_question(asked, reach, units), limit_days("audit_export_rows")))
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    csv.writer(text).writerow(pages.HEAD)
    pages.write_sheet(counted, _names(units), text)
    text.detach()
    _record(request, asked, reach, units, {"rows": counted.rows, "as": "csv"})
    file.seek(0)
    day = clock.shanghai_today().isoformat()
    answer = FileResponse(file, content_type="text/csv; charset=utf-8", headers=as_download(f"audit-{day}.csv"))
    return cast(HttpResponse, answer)  # a door knows whole answers alone; this one is streamed from its file


@require_safe
@for_audit
def storage(request: HttpRequest, person: Reader) -> HttpResponse:
    """Show how long what is stored, and which rule says so."""
    context = {"section": "audit", "reader": person, "lines": pages.periods(storage_periods())}
    return render(request, "backoffice/audit/storage.html", context)


class _Counted:
    """Events that are counted as they pass."""

    def __init__(self, rows: Iterator[AuditView]) -> None:
        self._all = rows
        self.rows = 0

    def __iter__(self) -> Iterator[AuditView]:
        for one in self._all:
            self.rows += 1
            yield one


def _all(question: AuditQuestion, most: int) -> Iterator[AuditView]:
    """Yield the events of a question page by page, at most so many."""
    after, left = None, most
    while left > 0:
        found = audit_events(question, limit=min(AT_ONCE, left), after=after)
        yield from found.rows
        after, left = found.next, left - len(found.rows)
        if after is None:
            return


def _asked(request: HttpRequest) -> tuple[Asked, Reach, list[UnitNode]]:
    """Return what the address asks for, and the units the reader audits. Raises Http404 for what is not there."""
    try:
        asked = addresses.read(request.GET)
    except BadAddress as problem:
        raise Http404 from problem
    reach = reach_of(request.user, Area.AUDIT)
    units = units_within(request.user, reach, clock.shanghai_today())
    known = {unit.code for unit in units} | ({HOUSE} if reach.house else set())
    if asked.unit and asked.unit not in known:
        raise Http404
    return asked, reach, units


def _question(asked: Asked, reach: Reach, units: list[UnitNode]) -> AuditQuestion:
    """Return the question of an address, never beyond the reader's reach."""
    return audit_question(
        reach,
        path=next((unit.path for unit in units if unit.code == asked.unit), None),
        house_alone=asked.unit == HOUSE,
        who=asked.who,
        action=asked.what,
        subject=asked.subject,
        client=asked.client,
        first=clock.shanghai_midnight(asked.since) if asked.since else None,
        until=clock.shanghai_midnight(asked.until + timedelta(days=1)) if asked.until else None,
    )


def _record(
    request: HttpRequest, asked: Asked, reach: Reach, units: list[UnitNode], details: Mapping[str, object]
) -> None:
    """Write that the log was read: by which filters, how many rows."""
    chosen = [unit.path for unit in units if unit.code == asked.unit]
    (place, *_others) = chosen or ([""] if reach.house else reach.places)
    note_read(request, "audit", "events", {"filters": dict(asked.pairs()), **details}, place=place)


def _names(units: list[UnitNode]) -> dict[str, str]:
    language = translation.get_language()
    return {unit.path: named(unit, language).name for unit in units}

"""The pages of reports: what was sent, exactly as it was sent, and the plans with the lists of those who get it.

A report is seen by whoever reads figures of its unit today; plans and lists by whoever manages reports there. Figures
are shown as they were frozen, never asked for again.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.text import get_valid_filename
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Unit, User
from accounts.queries import acting, user_by_name
from accounts.roles import Area
from accounts.scoping import paths_of, reaches
from backoffice.access import door
from backoffice.pages import reports as pages
from backoffice.pages.feeds import pages_around
from backoffice.pages.terms.refusals import Refusal
from backoffice.queries import Reader
from backoffice.views.feeds import offset_of
from core import clock, jobs
from core.actor import Actor
from screens.downloads import WORKBOOK, as_download, paper
from screens.reads import note_read
from screens.report import document
from smart_products.reports import operations, queries
from smart_products.reports.figures import thawed
from smart_products.reports.models import Report, ReportPlan
from smart_products.reports.states import Frequency, Language
from smart_products.signing.queries import read_document

PAGE = 50
AGAIN = "tasks.report_again"


def reads(person: Reader) -> bool:
    """Tell whether somebody may open reports."""
    return person.reports


def manages(person: Reader) -> bool:
    """Tell whether somebody manages reports and their lists."""
    return person.manages_reports


def _readers(view: Any) -> Any:
    return door(view, reads)


def _managers(view: Any) -> Any:
    return door(view, manages)


@require_safe
@_readers
def reports(request: HttpRequest, person: Reader) -> HttpResponse:
    """List the reports of the reader's units, the newest first."""
    unit, frequency = request.GET.get("unit", "").strip(), request.GET.get("frequency", "")
    if frequency and frequency not in Frequency.values:
        raise Http404
    offset = offset_of(request.GET)
    found = queries.reports_for(request.user, unit=unit, frequency=frequency)
    total = found.count()
    before, after = pages_around(offset, PAGE, total)

    def address(start: int | None) -> str | None:
        given = {"unit": unit, "frequency": frequency, "from": start}
        return None if start is None else f"{reverse('backoffice:reports')}?{urlencode(given)}"

    context = {
        "section": "reports",
        "reader": person,
        "lines": [pages.line(one, _language()) for one in found[offset : offset + PAGE]],
        "total": total,
        "unit": unit,
        "frequency": frequency,
        "frequencies": Frequency.choices,
        "before": address(before),
        "after": address(after),
    }
    return render(request, "backoffice/reports/list.html", context)


@never_cache
@require_safe
@_readers
def report(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Show what was sent: the figures as they were frozen, the files, and who got them when."""
    held = _report(request, public_id)
    note_read(request, "report", str(held.public_id), {"as": "page"}, place=held.plan.unit.path)
    managed = reaches(paths_of(request.user, Area.MANAGE_REPORTS), held.plan.unit.path)
    context = {
        "section": "reports",
        "reader": person,
        "report": held,
        "line": pages.line(held, _language()),
        "told": document(thawed(held.figures), held.plan.language),
        "log": [pages.sent(one) for one in queries.deliveries_of(held)],
        "managed": managed,
    }
    return render(request, "backoffice/reports/report.html", context)


@never_cache
@require_safe
@_readers
def file(request: HttpRequest, person: Reader, public_id: UUID, form: str) -> HttpResponse:
    """Give the exact bytes that were rendered."""
    held = _report(request, public_id)
    note_read(request, "report", str(held.public_id), {"as": form}, place=held.plan.unit.path)
    name = get_valid_filename(f"{held.plan.unit.code}-{held.plan.frequency}-{held.as_of}-r{held.revision}")
    if form == "pdf":
        return paper(read_document(held.pdf_id), f"{name}.pdf", inline=True)
    headers = {**as_download(f"{name}.xlsx"), "Cache-Control": "private, no-store"}
    return HttpResponse(read_document(held.workbook_id), content_type=WORKBOOK, headers=headers)


@require_POST
@_managers
def again(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Have a report made again, in the background, from what is published of its day now; what was sent stays."""
    held = _report(request, public_id)
    if not reaches(paths_of(request.user, Area.MANAGE_REPORTS), held.plan.unit.path):
        raise Http404
    at = clock.now()
    jobs.request(AGAIN, held.as_of, f"{held.plan.public_id} {at.isoformat()}", by=_by(request), at=at)
    return redirect("backoffice:report", public_id)


@require_POST
@_managers
def resend(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Send the same bytes to the same recipient once more."""
    held = queries.delivery_managed(request.user, public_id)
    if held is None:
        raise Http404
    operations.send_again(delivery=held, by=_by(request), at=clock.now())
    return redirect("backoffice:report", held.report.public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_managers
def plans(request: HttpRequest, person: Reader) -> HttpResponse:
    """List the plans with who gets what; make a plan."""
    if request.method != "POST":
        return _plans(request, person)
    unit = queries.units_managed(request.user).filter(code=request.POST.get("unit", "")).first()
    frequency, language = request.POST.get("frequency", ""), request.POST.get("language", "")
    if unit is None or frequency not in Frequency.values or language not in Language.values:
        return _plans(request, person, pages.unclear())
    operations.make_plan(
        unit=unit, frequency=Frequency(frequency), language=Language(language), by=_by(request), at=clock.now()
    )
    return redirect("backoffice:report-plans")


@require_POST
@_managers
def plan(request: HttpRequest, person: Reader, public_id: UUID, act: str) -> HttpResponse:
    """End a plan, or propose a recipient for it; a refusal is told on the page."""
    held = queries.plans_managed(request.user).filter(public_id=public_id).first()
    if held is None or act not in {"end", "propose"}:
        raise Http404
    try:
        if act == "end":
            operations.end_plan(plan=held, by=_by(request), at=clock.now())
        else:
            _propose(request, held)
    except pages.REFUSED as problem:
        return _plans(request, person, pages.refusal(problem))
    return redirect("backoffice:report-plans")


@require_POST
@_managers
def recipient(request: HttpRequest, person: Reader, public_id: UUID, act: str) -> HttpResponse:
    """Confirm what a colleague proposed, or take somebody off a list."""
    held = queries.recipient_managed(request.user, public_id)
    if held is None or act not in {"confirm", "withdraw"}:
        raise Http404
    try:
        if act == "confirm":
            operations.confirm_recipient(recipient=held, by=_by(request), at=clock.now())
        else:
            operations.withdraw_recipient(recipient=held, by=_by(request), at=clock.now())
    except pages.REFUSED as problem:
        return _plans(request, person, pages.refusal(problem))
    return redirect("backoffice:report-plans")


def _propose(request: HttpRequest, held: ReportPlan) -> None:
    user, address = user_by_name(request.POST.get("username", "").strip()), request.POST.get("address", "").strip()
    if user is None:
        raise pages.Nobody
    if address:
        try:
            validate_email(address)
        except ValidationError as problem:
            raise pages.NoAddress from problem
    operations.propose_recipient(
        plan=held, user=user, address=address, domains=settings.REPORT_RECIPIENT_DOMAINS, by=_by(request),
        at=clock.now(),
    )  # fmt: skip


def _plans(request: HttpRequest, person: Reader, refusal: Refusal | None = None) -> HttpResponse:
    units: list[Unit] = list(queries.units_managed(request.user)[:500])
    found = queries.plans_managed(request.user)[:200]
    context = {
        "section": "reports",
        "reader": person,
        "plans": [pages.plan(one, _user(request), _language()) for one in found],
        "units": [(unit.code, pages.unit_name(unit, _language())) for unit in units],
        "frequencies": Frequency.choices,
        "languages": Language.choices,
        "domains": settings.REPORT_RECIPIENT_DOMAINS,
        "refusal": refusal,
    }
    return render(request, "backoffice/reports/plans.html", context, status=refusal.status if refusal else 200)


def _report(request: HttpRequest, public_id: UUID) -> Report:
    found = queries.report_for(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _by(request: HttpRequest) -> Actor:
    return acting(_user(request))


def _language() -> str:
    return translation.get_language() or ""

"""The page of an act: what will happen to how many, its fields, and the one call of its operation.

A refusal of the operation is told on the page, and nothing is changed. Never writes itself.
"""

from __future__ import annotations

from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import acting
from backoffice.admin.acts import Act
from core import clock

REFUSED, UNCLEAR = 409, 422


class Table(Protocol):
    """What this page needs to know of a table; `records.Records` fits."""

    admin_site: Any
    opts: Any

    def get_object(self, request: HttpRequest, object_id: str) -> Model: ...
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]: ...
    def acts_for(self, request: HttpRequest, row: Model | None) -> list[tuple[Act, str]]: ...
    def title(self, request: HttpRequest, row: Model) -> str: ...
    def name_of(self, page: str) -> str: ...
    def address(self, row: Model) -> str: ...


def act_page(records: Table, request: HttpRequest, name: str, object_id: str | None = None) -> HttpResponse:
    """Show an act on a row, or on the table without one; posted, do it and lead back."""
    row = None if object_id is None else records.get_object(request, unquote(object_id))
    act = next((one for one, _address in records.acts_for(request, row) if one.name == name), None)
    if act is None or not isinstance(request.user, User):
        raise Http404
    rows = [row] if row is not None else act.rows(records.get_queryset(request))
    posted, start = (request.POST if request.method == "POST" else None), (act.start(row) if row else None)
    form = act.form(posted, initial=start, label_suffix="")
    if request.method != "POST":
        return _page(records, request, act, row, rows, form)
    if not form.is_valid():
        return _page(records, request, act, row, rows, form, UNCLEAR)
    try:
        with transaction.atomic():
            act.call(rows, form.cleaned_data, by=acting(request.user), at=clock.now())
    except tuple(act.refusals) as problem:
        form.add_error(None, act.refused(problem))
        return _page(records, request, act, row, rows, form, REFUSED)
    messages.success(request, _("Done: %(act)s") % {"act": act.label})
    return HttpResponseRedirect(_back(records, row))


def _page(
    records: Table,
    request: HttpRequest,
    act: Act,
    row: Model | None,
    rows: list[Any],
    form: forms.Form,
    status: int = 200,
) -> HttpResponse:
    name = records.title(request, row) if row is not None else capfirst(str(records.opts.verbose_name_plural))
    context = {
        **records.admin_site.each_context(request),
        "opts": records.opts,
        "original": name,
        "title": act.label,
        "heading": name,
        "act": act,
        "sentence": act.sentence % {"count": len(rows)},
        "nothing": act.on_table and not rows and not form.fields,
        "form": form,
        "back": _back(records, row),
    }
    return TemplateResponse(request, "backoffice/admin/act.html", context, status=status)


def _back(records: Table, row: Model | None) -> str:
    return reverse(f"admin:{records.name_of('changelist')}") if row is None else records.address(row)

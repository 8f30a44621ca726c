"""A table of the admin: a list and a page for each row, to read, scoped, covered and recorded; and its acts.

The base of all tables. Nothing is added, changed or deleted by a form of the framework: `acts.py` is the one way to
write. An address never shows a number of ours: a row is named by its public id or by the codes that make it unique.
`scope` has no default, so that a table without one can not be registered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from django.contrib.admin.utils import quote
from django.core.exceptions import ValidationError
from django.db.models import Field as TableField
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator
from unfold.views import ChangeList

from accounts.concerns import record_client_read
from accounts.masking import ON_ASKING, covered, reads_in_full, roles_at
from accounts.models import Unit, User
from accounts.queries import acting
from accounts.roles import Field
from accounts.scoping import areas, granted_paths, reaches
from backoffice.admin.acting import act_page
from backoffice.admin.acts import Act
from backoffice.admin.columns import NOTHING, Column, written
from backoffice.admin.filters import Choices, YesOrNo, asked
from backoffice.admin.scopes import CLIENT_RECORD_ROLES, OfClients, Scope
from backoffice.admin.words import WORDS
from core import clock
from screens.reads import note_read

View = Callable[..., HttpResponse]

PAGE = 30
COVERED = "****"
BETWEEN = "~"
"""Stands between the parts of a key; only the last part may hold it."""


class Listed(ChangeList):  # type: ignore[misc]  # unfold ships no types
    """A page of a list, whose rows lead to their addresses."""

    def url_for_result(self, result: Any) -> str:
        """Return the address of a row."""
        return str(self.model_admin.address(result))


class Pages(InfinitePaginator):  # type: ignore[misc]  # unfold ships no types
    """Pages of a list that is never counted."""

    template_name = "backoffice/admin/pager.html"


class Records(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """The records of a table."""

    model: type[Model]
    scope: ClassVar[Scope]
    listed: ClassVar[tuple[str, ...]]
    """Fields of the list; the first two name a row."""
    hidden: ClassVar[frozenset[str]] = frozenset()
    """Fields that no page shows, beside numbers of ours."""
    key: ClassVar[tuple[str, ...]] = ("public_id",)
    searched: ClassVar[tuple[str, ...]] = ()
    """Fields that a search looks at from their beginning; rows of clients are found by the client as well."""
    filtered: ClassVar[tuple[str, ...]] = ()
    covers: ClassVar[Mapping[str, Field]] = {}
    """Fields that are covered for some roles."""
    called: ClassVar[str] = ""
    """The field that others name a row of this table by; empty: what the row says of itself."""
    acts: ClassVar[tuple[Act, ...]] = ()

    actions = None
    paginator = Pages
    show_full_result_count = False
    list_per_page = PAGE
    list_max_show_all = 0
    list_display_links = None
    change_form_template = "backoffice/admin/record.html"
    change_list_template = "backoffice/admin/list.html"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether the reader gets anything of the table."""
        return self.scope.opens(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Tell whether the table stands in the reader's navigation."""
        return self.scope.opens(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: an act calls an operation."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows that the reader may see, each with what its list and its address need."""
        return self.scope.rows(super().get_queryset(request), request.user).select_related(*self._related_names())

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model:
        """Return the row of an address. Raises Http404 for what does not exist and for what may not be seen."""
        parts = object_id.split(BETWEEN, len(self.key) - 1)
        if len(parts) != len(self.key):
            raise Http404
        try:
            found = self.get_queryset(request).filter(**dict(zip(self.key, parts, strict=True))).first()
        except (ValidationError, ValueError) as problem:
            raise Http404 from problem
        if found is None:
            raise Http404
        row: Model = found
        return row

    def key_of(self, row: Model) -> str:
        """Return the key of a row as its address names it."""
        return BETWEEN.join(str(_along(row, one)) for one in self.key)

    def address(self, row: Model) -> str:
        """Return the address of a row."""
        return reverse(f"admin:{self.name_of('change')}", args=[quote(self.key_of(row))])

    def name_of(self, page: str) -> str:
        """Return the name of an address of this table."""
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses: list, record, and the acts of both; there is none to whom the scope does not open."""
        reading, posting = require_safe, require_http_methods(["GET", "HEAD", "POST"])
        act = self._guarded(posting(partial(act_page, self)))
        return [
            path("", self._guarded(reading(self.changelist_view)), name=self.name_of("changelist")),
            path("act/<slug:name>/", act, name=self.name_of("table_act")),
            path("<path:object_id>/act/<slug:name>/", act, name=self.name_of("act")),
            path("<path:object_id>/change/", self._guarded(reading(self.change_view)), name=self.name_of("change")),
        ]

    def _guarded(self, view: View) -> View:
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.scope.opens(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        guarded: View = self.admin_site.admin_view(opened)
        return guarded

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the class of a page of the list."""
        return Listed

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns of the list as this reader sees them."""
        return [self._column(request.user, name) for name in self.listed]

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> list[Any]:
        """Let the first column lead to the record."""
        return list(list_display)[:1]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Return the filters: fields with choices, and yes or no."""
        return [
            (name, Choices if self.opts.get_field(name).flatchoices else YesOrNo) for name in self.filtered
        ]  # fmt: skip

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Allow what the filters ask for, and nothing else."""
        return any(asked(name, lookup) for name in self.filtered)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Return what is searched, so that the list offers it."""
        return ("client",) if isinstance(self.scope, OfClients) else self.searched

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Keep the rows whose searched fields begin with the words, or whose client is found by them."""
        words = search_term.strip()
        if not words:
            return queryset, False
        found = Q()
        for name in self.searched:
            found |= Q(**{f"{name}__startswith": words})
        if isinstance(self.scope, OfClients):
            found |= self.scope.found_by(request.user, words)
        return queryset.filter(found), False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return all fields that are not hidden, those of the list first, under our words."""
        others = [one.name for one in self.opts.concrete_fields if self.shows(one) and one.name not in self.listed]
        names = (*self.listed, *others)
        return [(None, {"fields": [self._column(request.user, name) for name in names]})]

    def shows(self, field: TableField[Any, Any]) -> bool:
        """Tell whether a record shows a field."""
        numbers = field.primary_key and field.name == "id"
        return not numbers and field.name not in self.hidden

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list; that rows of clients were shown is recorded."""
        more = {"title": self.opts.verbose_name_plural, "acts": self.acts_for(request, None)}
        answer: HttpResponse = super().changelist_view(request, {**more, **(extra_context or {})})
        shown = getattr(answer, "context_data", None)
        if shown is None or "cl" not in shown:
            return answer
        shown["filters"] = [(one.title, list(one.choices(shown["cl"]))) for one in shown["cl"].filter_specs]
        if isinstance(self.scope, OfClients):
            reach = granted_paths(request.user, roles=CLIENT_RECORD_ROLES)
            details = {"rows": len(shown["cl"].result_list), "searched": bool(shown["cl"].query)}
            place = reach[0] if len(reach) == 1 else ""
            note_read(request, "records", self.opts.label, details, place=place)
        return answer

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """Show a record under its name; that a client's was opened is recorded."""
        if isinstance(self.scope, OfClients):
            details = {"record": self.opts.label, "key": self.key_of(obj)}
            record_client_read(self.scope.client_of(obj), details=details, by=acting(_user(request)), at=clock.now())
        name = self.title(request, obj)
        context |= {
            "title": name,
            "heading": name,
            # The framework would lead from it to an address by our number.
            "original": name,
            "acts": self.acts_for(request, obj),
        }
        answer: HttpResponse = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        return answer

    def title(self, request: HttpRequest, row: Model) -> str:
        """Return what a row is called on its page: the first two columns of its list, as the reader sees them."""
        found = (self.text(request.user, name, row) for name in self.listed[:2])
        return " · ".join(one for one in found if one != NOTHING)

    def acts_for(self, request: HttpRequest, row: Model | None) -> list[tuple[Act, str]]:
        """Return what the reader may do to a row, or to the table, each with its address."""
        held = areas(request.user)
        return [
            (one, self._act_address(one, row))
            for one in self.acts
            if one.area in held and one.on_table == (row is None) and (row is None or one.fits(row))
        ]

    def text(self, user: Any, name: str, row: Any) -> Any:
        """Return what a reader sees of a field of a row: covered, or beyond the own units, where that is so."""
        field = self.opts.get_field(name)
        if name in self.covers and not self._reads(user, name, row):
            value = getattr(row, name)
            one = self.covers[name]
            return (covered(one, value) if one in ON_ASKING else value and COVERED) or NOTHING
        if not field.is_relation:
            return written(row, field)
        other = getattr(row, name)
        if other is None:
            return NOTHING
        if _beyond(user, other):
            return _("beyond your units")
        known = self.admin_site._registry.get(type(other))
        called = getattr(known, "called", "")
        return str(getattr(other, called)) if called else str(other)

    def _cell(self, user: Any, name: str, row: Any) -> Any:
        """Return the text of another record; it leads to its page where the reader gets that table."""
        text = self.text(user, name, row)
        other = getattr(row, name)
        known = self.admin_site._registry.get(type(other))
        if not isinstance(known, Records) or _beyond(user, other) or not known.leads(user):
            return text
        return format_html('<a href="{}">{}</a>', known.address(other), text)

    def leads(self, user: Any) -> bool:
        """Tell whether a reader may follow a link to a row here, and its address takes no further look."""
        return self.scope.opens(user) and not any("__" in one for one in self.key)

    def _column(self, user: Any, name: str) -> Column:
        field = self.opts.get_field(name)
        order = None if name in self.covers or field.is_relation else name
        shown = self._cell if field.is_relation else self.text
        return Column(name, WORDS[name], partial(shown, user, name), order)

    def _reads(self, user: Any, name: str, row: Any) -> bool:
        """Tell whether a reader reads a covered field of a client's row in full."""
        client = self.scope.client_of(row) if isinstance(self.scope, OfClients) else None
        path = client.outlet.path if client is not None and client.outlet is not None else ""
        return reads_in_full(roles_at(user, path), self.covers[name])

    def _act_address(self, act: Act, row: Model | None) -> str:
        if row is None:
            return reverse(f"admin:{self.name_of('table_act')}", args=[act.name])
        return reverse(f"admin:{self.name_of('act')}", args=[quote(self.key_of(row)), act.name])

    def _related_names(self) -> list[str]:
        """Return the rows of other tables that a list shows or an address names."""
        shown = {name for name in self.listed if self.opts.get_field(name).is_relation}
        named = {one.rpartition("__")[0] for one in self.key if "__" in one}
        outlets: set[str] = set()
        if self.covers and isinstance(self.scope, OfClients):
            outlets = {"__".join(filter(None, (self.scope.path, "outlet")))}
        return sorted(shown | named | outlets) or [None]  # type: ignore[list-item]


def _along(row: Any, path: str) -> Any:
    """Return what a path of names leads to; a time is written so that it can be read again."""
    for name in path.split("__"):
        row = getattr(row, name)
    return row.isoformat() if isinstance(row, datetime) else row


def _beyond(user: Any, other: Any) -> bool:
    """Tell whether a row names a unit that the reader does not see: one above, or one of before."""
    return isinstance(other, Unit) and not reaches(granted_paths(user), other.path)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user

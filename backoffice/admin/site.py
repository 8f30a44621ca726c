"""The site of the admin: who gets in, what its pages bring along, and its addresses.

Comes in by the one door of the back office and has no login, logout or password of its own. No search over everything,
no lists for pickers, no history of its own: what was done stands in the audit log. Alpine, which unfold is made with,
evaluates its attributes: these pages alone allow that, and nothing else that the others do not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import UNSAFE_EVAL
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from unfold.sites import UnfoldAdminSite

from accounts.roles import Area
from accounts.scoping import areas
from backoffice.access import staff
from backoffice.queries import reader
from screens import preferences

FLOORS = ("statistics", "holdings", "signing", "suitability", "catalogue", "accounts", "core")
"""The rooms, top floor first."""
STYLES = ("screens/tokens.css", "backoffice/admin.css")
View = Callable[..., Any]


class RecordSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold ships no types
    """The admin of this house."""

    index_template = "backoffice/admin/index.html"
    app_index_template = "backoffice/admin/index.html"
    index_title = _("Records")
    empty_value_display = "–"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register a table with its scope. Raises TypeError for one that has none."""
        if not hasattr(admin_class, "scope"):
            raise TypeError(f"{admin_class} names no scope: whose rows would it show?")
        super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether any role of the reader opens records; flags of the framework count for nothing."""
        return Area.RECORDS in areas(request.user)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Let only readers of records in; a page is made whole within one answer, so that it asks nothing twice."""

        @staff
        def inner(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                raise Http404
            answer = view(request, *args, **kwargs)
            return answer.render() if isinstance(answer, TemplateResponse) else answer

        guarded: View = csp_update({"script-src": [UNSAFE_EVAL]})(csrf_protect(inner))
        return guarded if cacheable else never_cache(guarded)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return the addresses of the overview, of each room, and of each table."""
        tables = [
            path(f"{model._meta.app_label}/{model._meta.model_name}/", include(records.urls))
            for model, records in self._registry.items()
        ]
        rooms = "|".join(FLOORS)
        return [
            path("", self.admin_view(self.index), name="index"),
            path("jsi18n/", self.admin_view(self.i18n_javascript, cacheable=True), name="jsi18n"),
            *tables,
            re_path(rf"^(?P<app_label>{rooms})/$", self.admin_view(self.app_index), name="app_list"),
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Return the rooms of which the reader gets something, top floor first, tables as registered."""
        built = self._build_app_dict(request, app_label)
        found = {app_label: built} if app_label and built else built
        return [found[name] for name in FLOORS if name in found]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what every page needs: our colours from our own sheets, the reader's choices, our navigation."""
        chosen = preferences.of(request)
        return {
            **super().each_context(request),
            "site_title": _("Records"),
            "site_header": preferences.house(chosen.language),
            "styles": [static(one) for one in STYLES],
            "scripts": [],
            "site_favicons": [{"rel": "icon", "href": static("screens/icon.svg"), "type": "image/svg+xml"}],
            # An inline sheet that the policy refuses; ours says the same from a file.
            "colors": None,
            "theme": chosen.theme if chosen.theme != "system" else None,
            "show_history": False,
            "templates": {"navigation": "backoffice/admin/navigation.html"},
            "reader": reader(request.user),
        }


site = RecordSite()

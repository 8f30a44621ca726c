"""Saved views as they are drawn: what each leads to, whose it is, with whom it is shared, and what was refused.

Takes views that the reader is offered. Decides nothing and reads nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import SavedView
from accounts.operations import BeyondReach, NameTaken, NotTheOwner, TooManyViews
from accounts.queries import UnitNode
from backoffice.pages.terms.refusals import CONFLICT, FORBIDDEN, UNPROCESSABLE, Refusal
from backoffice.scope import Place, place

FIGURES = {
    "matrix": gettext_lazy("Product matrix"),
    "product": gettext_lazy("Who stays"),
    "league": gettext_lazy("League"),
    "moves": gettext_lazy("Where clients went"),
    "lapses": gettext_lazy("Who left and why"),
    "compare": gettext_lazy("Compare"),
    "funnel": gettext_lazy("Steps to the first signing"),
    "versions": gettext_lazy("Version history"),
}
"""Pages of figures that can be kept, by the name of their address."""
PAGES = FIGURES | {"clients": gettext_lazy("Clients"), "subscriptions": gettext_lazy("Signings")}
"""All pages that can be kept."""
WORDS = (BeyondReach, NameTaken, NotTheOwner, TooManyViews)


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A view in the list."""

    public_id: UUID
    name: str
    page: str
    own: bool
    owner: str
    shared: str
    """The unit it is shared with, by name; empty for none."""
    unit: str
    """The code of that unit."""


def lines(views: Iterable[SavedView], reader: int, language: str) -> list[ViewLine]:
    """Return views as lines; `reader` is the id of the person before the screen."""
    return [
        ViewLine(
            public_id=one.public_id,
            name=one.name,
            page=str(PAGES.get(one.page, one.page)),
            own=one.owner_id == reader,
            owner=one.owner.get_full_name() or one.owner.get_username(),
            shared=place(one.shared_with, language).name if one.shared_with else "",
            unit=one.shared_with.code if one.shared_with else "",
        )
        for one in views
    ]


def units(found: Iterable[UnitNode], language: str) -> list[Place]:
    """Return the units that a view can be shared with."""
    return [place(one, language) for one in found]


def unit_of(found: Iterable[UnitNode], code: str) -> int | None:
    """Return the id of the unit with this code; None where there is none."""
    return next((one.id for one in found if one.code == code), None)


def unclear() -> Refusal:
    """Return the words for a name or a unit that is none."""
    return Refusal(
        _("Nothing was changed."), _("Give a name of at most 80 characters, or a unit of yours."), UNPROCESSABLE
    )


def refusal(problem: Exception) -> Refusal:
    """Return the words for what was refused."""
    nothing = _("Nothing was changed.")
    found: dict[type[Exception], tuple[str, str, int]] = {
        BeyondReach: (nothing, _("A view is shared with units of yours alone."), FORBIDDEN),
        NameTaken: (nothing, _("You have a view of this name already."), CONFLICT),
        NotTheOwner: (nothing, _("Only who saved a view changes it."), FORBIDDEN),
        TooManyViews: (nothing, _("You keep a hundred views: delete one first."), CONFLICT),
    }
    return Refusal(*found[type(problem)])

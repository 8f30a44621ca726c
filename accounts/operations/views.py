"""Views that people keep: saved, renamed, shared with a unit of their own, deleted. Each by its owner alone.

Never judges the address: which pages there are the face knows, and what is seen there the reader's roles decide. Names
and choices of views are not recorded: both may say a client's name.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import SavedView, Unit, User
from accounts.operations.people import BeyondReach, NameTaken
from accounts.scoping import granted_paths, reaches
from core.actor import Actor, person_of
from core.audit import record

MOST = 100
"""Views that one person may keep."""


class NotTheOwner(PermissionError):
    """Only who saved a view changes it."""


class TooManyViews(ValueError):
    """One person keeps no more views than this."""


@transaction.atomic
def save_view(*, name: str, page: str, query: str, by: Actor, at: datetime) -> SavedView:
    """Keep an address under a name. Raises NameTaken, TooManyViews and PersonNeeded."""
    owner = User.objects.select_for_update().get(pk=person_of(by))
    if owner.saved_views.count() >= MOST:
        raise TooManyViews(MOST)
    _free(owner.pk, name)
    view = SavedView.objects.create(owner=owner, name=name, page=page, query=query, kept_at=at)
    _record("save_view", view, {"page": page}, by, at)
    return view


@transaction.atomic
def rename_view(*, view: SavedView, name: str, by: Actor, at: datetime) -> None:
    """Give a view another name. Raises NotTheOwner and NameTaken."""
    held = _own(view, by)
    if name != held.name:
        _free(held.owner_id, name)
        held.name = name
        held.save(update_fields=["name"])
        _record("rename_view", held, {}, by, at)


@transaction.atomic
def share_view(*, view: SavedView, unit_id: int | None, by: Actor, at: datetime) -> None:
    """Offer a view to everyone with a role at a unit of one's own or below it, or to nobody any more.

    Raises NotTheOwner, and BeyondReach for a unit that the owner holds no role on or above.
    """
    held = _own(view, by)
    unit = None if unit_id is None else Unit.objects.get(pk=unit_id)
    if unit is not None and not reaches(granted_paths(held.owner), unit.path):
        raise BeyondReach(unit.code)
    held.shared_with = unit
    held.save(update_fields=["shared_with"])
    _record("share_view", held, {"unit": unit.code if unit else ""}, by, at)


@transaction.atomic
def delete_view(*, view: SavedView, by: Actor, at: datetime) -> None:
    """Delete a view; what it led to stays as it is. Raises NotTheOwner."""
    held = _own(view, by)
    _record("delete_view", held, {"page": held.page}, by, at)
    held.delete()


def _own(view: SavedView, by: Actor) -> SavedView:
    held = SavedView.objects.select_for_update(of=("self",)).select_related("owner").get(pk=view.pk)
    if held.owner_id != person_of(by):
        raise NotTheOwner(view.name)
    return held


def _free(owner_id: int, name: str) -> None:
    if SavedView.objects.filter(owner=owner_id, name=name).exists():
        raise NameTaken(name)


def _record(action: str, view: SavedView, details: dict[str, str], by: Actor, at: datetime) -> None:
    record(action=action, subject_kind="view", subject_key=str(view.public_id), details=details, by=by, at=at)

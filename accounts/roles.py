"""What each role may, said once: a sentence, where it is granted, whether it reads names, what it opens.

The one table that doors and pages ask. Pure: which grants a person holds, scoping.py tells. A role that is not listed
here can not be granted, and a role opens nothing that is not listed with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.rules import Level, Role


class Area(StrEnum):
    """A part of the back office that stands behind one door."""

    FIGURES = "figures"
    TERMS = "terms"
    """Terms of products, to read."""
    MANAGE_TERMS = "manage_terms"
    """Terms of products, to draft, propose, publish and move."""
    FEEDS = "feeds"
    """Deliveries, which hold rows of the whole house, and the jobs that take them in."""
    AUDIT = "audit"
    """What was done and read by anybody, at and below one's units."""
    SETTINGS = "settings"
    """Who works here, in which roles."""
    REPORTS = "reports"
    """Reports of one's units, as they were sent."""
    MANAGE_REPORTS = "manage_reports"
    """Which reports are made of one's units, and who gets them."""


WHOLE_HOUSE = frozenset({Area.MANAGE_TERMS, Area.FEEDS})
"""What a role opens on the unit at the top alone: it touches every unit."""

READING = frozenset({Area.FIGURES, Area.TERMS, Area.REPORTS})
EVERYWHERE = frozenset(Level)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a role may: `levels` of the units it is granted on, whether it reads names of clients, what it opens."""

    sentence: Promise
    levels: frozenset[Level]
    names: bool
    areas: frozenset[Area]


MEANINGS: dict[Role, Meaning] = {
    Role.CLIENT: Meaning(
        _("Sees and signs its own in the portal and nothing of others; comes by registering, never by a grant."),
        frozenset(), names=True, areas=frozenset(),
    ),
    Role.ADVISER: Meaning(
        _("Advises the clients of its unit: reads their names, products and assets."),
        frozenset({Level.BRANCH, Level.OUTLET}), names=True, areas=READING,
    ),
    Role.RELATIONSHIP_MANAGER: Meaning(
        _("Looks after the clients of its outlet: reads their names, products and assets."),
        frozenset({Level.OUTLET}), names=True, areas=READING,
    ),
    Role.OUTLET_MANAGER: Meaning(
        _("Leads an outlet: reads its figures and its clients with their names."),
        frozenset({Level.OUTLET}), names=True, areas=READING,
    ),
    Role.BRANCH_MANAGER: Meaning(
        _("Leads a branch company: reads its figures, its outlets and its clients, whose names stay masked."),
        frozenset({Level.BRANCH}), names=False, areas=READING,
    ),
    Role.HEAD_OFFICE_MANAGER: Meaning(
        _("Reads the figures of the whole house, its deliveries and jobs; names of clients stay masked."),
        frozenset({Level.HEADQUARTERS}), names=False,
        areas=READING | {Area.FEEDS, Area.MANAGE_REPORTS},
    ),
    Role.PRODUCT_MANAGER: Meaning(
        _("Drafts terms of products and publishes those of a colleague; names of clients stay masked."),
        frozenset({Level.HEADQUARTERS}), names=False, areas=READING | {Area.MANAGE_TERMS},
    ),
    Role.OPERATIONS: Meaning(
        _("Takes deliveries in, watches the jobs, and decides what they set aside; reads names of clients."),
        frozenset({Level.HEADQUARTERS}), names=True, areas=READING | {Area.FEEDS},
    ),
    Role.COMPLIANCE: Meaning(
        _("Reads papers, decisions and records of clients with their names, and who read them."),
        frozenset({Level.HEADQUARTERS, Level.BRANCH}), names=True, areas=READING | {Area.AUDIT},
    ),
    Role.AUDITOR: Meaning(
        _("Reads what was done in its unit, by whom and to whom; names of clients stay masked."),
        EVERYWHERE, names=False, areas=READING | {Area.AUDIT},
    ),
    Role.ADMINISTRATOR: Meaning(
        _("Makes logins, proposes and confirms roles within its unit, and watches deliveries and jobs of the house."),
        frozenset({Level.HEADQUARTERS, Level.BRANCH}), names=False,
        areas=READING | {Area.FEEDS, Area.SETTINGS, Area.MANAGE_REPORTS},
    ),
}  # fmt: skip

GRANTED = tuple(role for role in Role if MEANINGS[role].levels)
"""The roles that are granted on a unit."""


def opened(held: Iterable[tuple[str, bool]]) -> frozenset[Area]:
    """Return what roles open, each given with whether it is held on the unit at the top."""
    found: set[Area] = set()
    for role, on_root in held:
        areas = MEANINGS[Role(role)].areas
        found |= areas if on_root else areas - WHOLE_HOUSE
    return frozenset(found)

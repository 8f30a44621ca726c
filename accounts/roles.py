"""What each role may, said once: a sentence, where it is granted, which fields it reads in full, what it opens.

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


class Field(StrEnum):
    """What is covered for some: three fields of a client, and the papers he signed, which hold them all."""

    NAME = "name"
    MOBILE = "mobile"
    EMAIL = "email"
    PAPERS = "papers"


class Area(StrEnum):
    """A part of the back office that stands behind one door."""

    FIGURES = "figures"
    CLIENTS = "clients"
    """Lists of the own clients, their contracts, and a client's page."""
    TERMS = "terms"
    """Terms of products, to read."""
    MANAGE_TERMS = "manage_terms"
    """Terms of products, to draft, propose, publish and move."""
    FEEDS = "feeds"
    """Deliveries, which hold rows of the whole house, and the jobs that take them in."""
    OPERATE = "operate"
    """Acts of operations: sign warnings off, send a delivery again, propose and confirm calendar days."""
    AUDIT = "audit"
    """What was done and read by anybody, at and below one's units."""
    SETTINGS = "settings"
    """Who works here, in which roles."""
    RECORDS = "records"
    """Tables as they stand, row by row: for those who look after them, who prove them, and who check them."""
    MANAGE_RULES = "manage_rules"
    """What the law and the house demand, as data: banned phrases and their contexts, storage periods."""
    EVENTS = "events"
    """The log of what happened at and below one's units, for the programs of those who lead or run it."""
    REPORTS = "reports"
    """Reports of one's units, as they were sent."""
    MANAGE_REPORTS = "manage_reports"
    """Which reports are made of one's units, and who gets them."""


WHOLE_HOUSE = frozenset({Area.MANAGE_TERMS, Area.FEEDS, Area.OPERATE, Area.MANAGE_RULES})
"""What a role opens on the unit at the top alone: it touches every unit."""

READING = frozenset({Area.FIGURES, Area.TERMS, Area.REPORTS})
WITH_CLIENTS = READING | {Area.CLIENTS}
NOTHING: frozenset[Field] = frozenset()
CONTACT = frozenset({Field.NAME, Field.MOBILE, Field.EMAIL})
EVERYWHERE = frozenset(Level)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a role may: `levels` of the units it is granted on, what of a client it reads in full, what it opens."""

    sentence: Promise
    levels: frozenset[Level]
    reads: frozenset[Field]
    areas: frozenset[Area]


MEANINGS: dict[Role, Meaning] = {
    Role.CLIENT: Meaning(
        _("Sees and signs its own in the portal and nothing of others; comes by registering, never by a grant."),
        frozenset(), reads=frozenset(Field), areas=frozenset(),
    ),
    Role.ADVISER: Meaning(
        _("Advises the clients of its unit: reads their names, products and assets."),
        frozenset({Level.BRANCH, Level.OUTLET}), reads=frozenset(Field), areas=WITH_CLIENTS,
    ),
    Role.RELATIONSHIP_MANAGER: Meaning(
        _("Looks after the clients of its outlet: reads their names, products and assets."),
        frozenset({Level.OUTLET}), reads=CONTACT, areas=WITH_CLIENTS,
    ),
    Role.OUTLET_MANAGER: Meaning(
        _("Leads an outlet: reads its figures and its clients with their names."),
        frozenset({Level.OUTLET}), reads=frozenset(Field), areas=WITH_CLIENTS,
    ),
    Role.BRANCH_MANAGER: Meaning(
        _("Leads a branch company: reads its figures, its outlets and its clients, whose names stay masked."),
        frozenset({Level.BRANCH}), reads=NOTHING, areas=WITH_CLIENTS | {Area.EVENTS},
    ),
    Role.HEAD_OFFICE_MANAGER: Meaning(
        _("Reads the figures of the whole house, its deliveries and jobs; names of clients stay masked."),
        frozenset({Level.HEADQUARTERS}), reads=NOTHING,
        areas=WITH_CLIENTS | {Area.FEEDS, Area.MANAGE_REPORTS, Area.EVENTS},
    ),
    Role.PRODUCT_MANAGER: Meaning(
        _("Drafts terms of products and publishes those of a colleague; names of clients stay masked."),
        frozenset({Level.HEADQUARTERS}), reads=NOTHING, areas=READING | {Area.MANAGE_TERMS, Area.RECORDS},
    ),
    Role.OPERATIONS: Meaning(
        _("Takes deliveries in, watches the jobs, and decides what they set aside; reads names of clients."),
        frozenset({Level.HEADQUARTERS}), reads=CONTACT,
        areas=WITH_CLIENTS | {Area.FEEDS, Area.OPERATE, Area.RECORDS, Area.EVENTS},
    ),
    Role.COMPLIANCE: Meaning(
        _("Reads papers, decisions and records of clients with their names, and who read them."),
        frozenset({Level.HEADQUARTERS, Level.BRANCH}), reads=frozenset({Field.NAME, Field.PAPERS}),
        areas=WITH_CLIENTS | {Area.AUDIT, Area.RECORDS, Area.MANAGE_RULES},
    ),
    Role.AUDITOR: Meaning(
        _("Reads what was done in its unit, by whom and to whom; names of clients stay masked."),
        EVERYWHERE, reads=NOTHING, areas=WITH_CLIENTS | {Area.AUDIT, Area.RECORDS},
    ),
    Role.ADMINISTRATOR: Meaning(
        _("Makes logins, proposes and confirms roles within its unit, and watches deliveries and jobs of the house."),
        frozenset({Level.HEADQUARTERS, Level.BRANCH}), reads=NOTHING,
        areas=READING | {Area.FEEDS, Area.SETTINGS, Area.RECORDS, Area.MANAGE_REPORTS},
    ),
}  # fmt: skip

GRANTED = tuple(role for role in Role if MEANINGS[role].levels)
"""The roles that are granted on a unit."""


def opening(area: Area) -> frozenset[Role]:
    """Return the roles that open an area."""
    return frozenset(role for role, meaning in MEANINGS.items() if area in meaning.areas)


def reading(field: Field) -> frozenset[Role]:
    """Return the roles that read a field of a client in full."""
    return frozenset(role for role, meaning in MEANINGS.items() if field in meaning.reads)


def opened(held: Iterable[tuple[str, bool]]) -> frozenset[Area]:
    """Return what roles open, each given with whether it is held on the unit at the top."""
    found: set[Area] = set()
    for role, on_root in held:
        areas = MEANINGS[Role(role)].areas
        found |= areas if on_root else areas - WHOLE_HOUSE
    return frozenset(found)

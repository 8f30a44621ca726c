"""Whose each table of the admin is, written by hand; a table that is not listed here fails the test of the list."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model
from django.urls import reverse

from backoffice.admin.site import site
from tests.strangers.house import ROLES, House

TOP = frozenset({"products", "operations", "compliance", "auditor", "administrator"})
"""Who reads tables of the whole house as they stand."""
CLIENTS = frozenset({"operations", "compliance", "auditor", "branch_auditor", "branch_compliance", "other_auditor"})
"""Who reads tables of clients, of his own units."""
UNITS = TOP | CLIENTS | {"branch_administrator"}
SETTINGS = frozenset({"administrator", "branch_administrator"})
FEEDS = frozenset({"operations", "administrator"})
AUDIT = frozenset({"compliance", "auditor"})

OF_CLIENTS = {
    "accounts": ("client", "clientversion", "assetaccount", "invite", "clientlogin", "consent", "notice",
                 "noticedelivery", "onetimecode"),
    "signing": ("contract", "subscription", "pause", "servicespan", "rematch", "signingstep", "setaside", "charge",
                "refund", "termsmoverow", "appliedterms"),
    "suitability": ("assessment", "professionalstatus", "decision"),
}  # fmt: skip
OF_HOUSE: dict[frozenset[str], dict[str, tuple[str, ...]]] = {
    UNITS: {"accounts": ("unit", "unitversion")},
    SETTINGS: {"accounts": ("user", "rolegrant")},
    FEEDS: {
        "core": ("calendarday", "jobrun", "outboxevent", "outboxreceipt"),
        "holdings": ("delivery", "deliveryfile", "dayfacts", "masterstate", "servedmonth"),
        "signing": ("settlementexport",),
    },
    AUDIT: {
        "core": ("storageperiod",),
        "signing": ("evidencerecord", "evidencehead", "evidencestamp", "document"),
    },
    TOP: {
        "catalogue": ("family", "product", "productversion", "termsversion", "bannedphrase", "phrasecontext"),
        "signing": ("termsmove", "endreasonnode"),
        "statistics": ("publication", "datacut", "channel"),
        "suitability": ("questionnaireversion", "matchingrules"),
    },
}

TABLES: dict[str, frozenset[str]] = {
    **{f"{app}_{name}": CLIENTS for app, names in OF_CLIENTS.items() for name in names},
    **{f"{app}_{name}": lets for lets, rooms in OF_HOUSE.items() for app, names in rooms.items() for name in names},
}
"""By table, who gets its list."""
PAGES = ("changelist", "change", "act", "table_act")


def routes() -> set[str]:
    """Return the names of every address of the admin that is classified."""
    return {"admin:index", "admin:jsi18n", "admin:app_list"} | {
        f"admin:{table}_{page}" for table in TABLES for page in PAGES
    }


def records(table: str) -> Any:
    """Return the admin of a table."""
    app, _, name = table.partition("_")
    return site._registry[apps.get_model(app, name)]


def listing(table: str) -> str:
    """Return the address of a table's list."""
    return reverse(f"admin:{table}_changelist")


def row(table: str, house: House) -> Model | None:
    """Return a row of the subject, or any one of a table of the house; None where there is none."""
    held = records(table)
    rows = held.model._default_manager.order_by("pk")
    way = getattr(held.scope, "path", None)
    if way is not None:
        rows = rows.filter(pk=house.subject.pk) if way == "" else rows.filter(**{way: house.subject})
    found: Model | None = rows.first()
    return found


def may_read(actor: str, table: str, house: House) -> bool:
    """Tell whether an actor may read the row of a table."""
    if TABLES[table] is CLIENTS:
        return actor in CLIENTS and house.reaches(actor, house.units["outlet"].path)
    return actor in TABLES[table] and (TABLES[table] not in (UNITS, SETTINGS) or ROLES[actor][1] == "top")

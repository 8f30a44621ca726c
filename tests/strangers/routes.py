"""Whose each address is, written by hand: a route that is not listed here fails the test of the list.

What a route shows, `leaks.py` judges; this is about who is let in at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, get_resolver, reverse

from accounts.models import FactorReset, RoleGrant, SavedView
from core.models import JobRun, SettingVersion
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.holdings.models import Delivery
from smart_products.reports.models import Recipient, Report, ReportDelivery, ReportPlan
from smart_products.signing.models import TermsMove
from tests.strangers.house import ROLES, House, restated_day

NOT_OFFERED = "^accounts/(?:email|confirm-email|password/set|password/reset|login/code)/(?P<rest>.*)$"

STAFF = frozenset(ROLES)
TOP = frozenset(name for name, (_, place) in ROLES.items() if place == "top")
BRANCH_ADMINS = frozenset({"administrator", "branch_administrator"})
AUDITS = frozenset({"compliance", "auditor", "branch_auditor", "branch_compliance", "other_auditor"})
CLIENTS = STAFF - {"products", "administrator", "branch_administrator"}
"""Who has lists of clients."""
REACHING = frozenset({"own", "adviser", "caretaker", "parent", "top", "operations", "compliance", "auditor"})
"""Who reaches the subject, and has lists of clients."""
PAPERS = frozenset({"own", "adviser", "compliance"})
PRODUCTS = frozenset({"products"})
OPERATE = frozenset({"operations"})
FEEDS = frozenset({"top", "operations", "administrator"})
REPORTERS = frozenset({"top", "administrator", "branch_administrator"})
OF_BRANCH = TOP | {"parent"}
"""Who reaches the branch of the subject."""
SHARING = frozenset({"parent", "own", "adviser", "caretaker", "sibling", "sibling_like"})
"""Who holds a role at or below the branch that shares a view."""
OF_BRANCH_REPORTERS = OF_BRANCH & REPORTERS
PORTAL = frozenset({"subject", "other_client"})
SUBJECT = frozenset({"subject"})
LOGGED_IN = STAFF | PORTAL | {"roleless"}
EVERYBODY = LOGGED_IN | {"anonymous"}
FOLLOWERS = frozenset({"top", "operations", "parent", "branch_like", "other_tree"})
"""Who reads the log of events."""
NOBODY: frozenset[str] = frozenset()

Arguments = Callable[[House], list[Any]]


@dataclass(frozen=True, slots=True)
class Door:
    """Who is let in, and what the address names and asks for. `act`: the target of a form, which draws nothing."""

    lets: frozenset[str]
    names: Arguments | tuple[Any, ...] = ()
    act: bool = False
    query: str = ""


def _subject(*more: Any) -> Arguments:
    return lambda house: [house.subject.public_id, *more]


def _contract(*more: Any) -> Arguments:
    return lambda house: [house.contract.public_id, *more]


def _subscription(house: House) -> list[Any]:
    held = house.contract.subscription
    assert held is not None
    return [held.public_id]


def _delivery(_house: House) -> list[Any]:
    return [Delivery.objects.latest("pk").public_id]


def _job_run(_house: House) -> list[Any]:
    return [JobRun.objects.latest("pk").public_id]


def _grid(_house: House) -> list[Any]:
    return [Product.objects.get(code="grid").public_id]


def _version(*more: Any) -> Arguments:
    return lambda _house: [TermsVersion.objects.earliest("pk").public_id, *more]


def _only(model: Any, *more: Any) -> Arguments:
    """Name the one row that the house has of a table."""
    return lambda _house: [model.objects.get().public_id, *more]


def _person(*more: Any) -> Arguments:
    return lambda house: [house.user("own").public_id, *more]


ROUTES: dict[str, Door] = {
    NOT_OFFERED: Door(NOBODY, ("x",)),
    "account_email": Door(NOBODY),
    "account_email_verification_sent": Door(NOBODY),
    "account_confirm_email": Door(NOBODY, ("x",)),
    "account_set_password": Door(NOBODY),
    "account_reset_password": Door(NOBODY),
    "account_reset_password_done": Door(NOBODY),
    "account_reset_password_from_key": Door(NOBODY, ("x", "y",)),
    "account_reset_password_from_key_done": Door(NOBODY),
    "account_confirm_login_code": Door(NOBODY),
    "account_login": Door(EVERYBODY),
    "account_logout": Door(EVERYBODY, act=True),
    "account_inactive": Door(EVERYBODY),
    "account_signup": Door(EVERYBODY),
    "account_reauthenticate": Door(LOGGED_IN),
    "account_change_password": Door(LOGGED_IN),
    "mfa_index": Door(LOGGED_IN),
    "mfa_authenticate": Door(LOGGED_IN),
    "mfa_reauthenticate": Door(LOGGED_IN),
    "mfa_activate_totp": Door(LOGGED_IN),
    "mfa_deactivate_totp": Door(NOBODY),
    "mfa_view_recovery_codes": Door(NOBODY),
    "mfa_generate_recovery_codes": Door(LOGGED_IN),
    "mfa_download_recovery_codes": Door(NOBODY),
    "mfa_list_webauthn": Door(LOGGED_IN),
    "mfa_add_webauthn": Door(LOGGED_IN),
    "mfa_reauthenticate_webauthn": Door(LOGGED_IN),
    "mfa_remove_webauthn": Door(LOGGED_IN, (1,)),
    "mfa_edit_webauthn": Door(LOGGED_IN, (1,)),
    "mfa_login_webauthn": Door(LOGGED_IN),
    "openid_connect_login": Door(NOBODY, ("none",), act=True),
    "openid_connect_callback": Door(NOBODY, ("none",)),
    "admin/login/": Door(NOBODY),
    "set_language": Door(EVERYBODY, act=True),
    "preferences": Door(EVERYBODY, act=True),
    "api:matrix": Door(STAFF),
    "api:oauth-token": Door(EVERYBODY, act=True),
    "api:token": Door(NOBODY),
    "api:uploads": Door(OPERATE, act=True),
    "api:upload": Door(NOBODY, ("nothing",)),
    "api:clients": Door(CLIENTS),
    "api:client": Door(REACHING, _subject()),
    "api:client-holdings": Door(REACHING, _subject()),
    "api:audit": Door(AUDITS),
    "api:deliveries": Door(FEEDS),
    "api:delivery": Door(FEEDS, _delivery),
    "api:quarantine": Door(FEEDS, _delivery),
    "api:subscriptions": Door(CLIENTS),
    "api:subscription": Door(REACHING, _subscription),
    "api:evidence": Door(PAPERS, _subscription),
    "api:verify-pack": Door(LOGGED_IN, act=True),
    "api:verify-paper": Door(LOGGED_IN, act=True),
    "api:reports": Door(STAFF),
    "api:report": Door(OF_BRANCH, _only(Report)),
    "api:report-pdf": Door(OF_BRANCH, _only(Report)),
    "api:report-xlsx": Door(OF_BRANCH, _only(Report)),
    "api:document": Door(EVERYBODY),
    "api:swagger": Door(EVERYBODY),
    "api:redoc": Door(EVERYBODY),
    "api:problems": Door(EVERYBODY),
    "api:nothing": Door(NOBODY, ("nothing",)),
    "api:retention": Door(STAFF),
    "api:cohorts": Door(STAFF),
    "api:shared": Door(STAFF),
    "api:transitions": Door(STAFF, query="?since={day}"),
    "api:days": Door(STAFF),
    "api:publications": Door(STAFF),
    "api:publication-versions": Door(STAFF, lambda _house: [restated_day()]),
    "api:units": Door(STAFF),
    "api:products": Door(STAFF),
    "api:product": Door(STAFF, ("grid",)),
    "api:product-terms": Door(STAFF, ("grid",)),
    "api:terms": Door(STAFF),
    "api:terms-version": Door(STAFF, _version()),
    "api:events": Door(FOLLOWERS),
    "api:signings": Door(PORTAL, act=True),
    "api:signing": Door(SUBJECT, _contract()),
    "api:signing-decision": Door(SUBJECT, _contract(), act=True),
    "api:signing-paper": Door(SUBJECT, _contract("agreement"), act=True),
    "api:signing-acknowledgement": Door(SUBJECT, _contract("agreement"), act=True),
    "api:signing-code": Door(SUBJECT, _contract(), act=True),
    "api:signing-signature": Door(SUBJECT, _contract(), act=True),
    "api:signing-abandonment": Door(SUBJECT, _contract(), act=True),
    "api:suitability": Door(PORTAL),
    "api:questionnaire": Door(PORTAL),
    "api:assessments": Door(PORTAL, act=True),
    "api:assessment-refusals": Door(PORTAL, act=True),
    "api:offers": Door(PORTAL),
    "api:accounts": Door(PORTAL),
    "api:holdings": Door(PORTAL),
    "api:contracts": Door(PORTAL),
    "api:contract": Door(SUBJECT, _contract()),
    "api:contract-pause": Door(SUBJECT, _contract(), act=True),
    "api:contract-resumption": Door(SUBJECT, _contract(), act=True),
    "api:contract-withdrawal": Door(SUBJECT, _contract(), act=True),
    "api:contract-termination": Door(SUBJECT, _contract(), act=True),
    "backoffice:home": Door(EVERYBODY),
    "backoffice:matrix": Door(STAFF),
    "backoffice:matrix-sheet": Door(STAFF),
    "backoffice:product": Door(STAFF),
    "backoffice:league": Door(STAFF),
    "backoffice:moves": Door(STAFF),
    "backoffice:compare": Door(STAFF),
    "backoffice:versions": Door(STAFF),
    "backoffice:differences": Door(STAFF, query="?as_of={day}"),
    "backoffice:differences-sheet": Door(STAFF, query="?as_of={day}&against=1"),
    "backoffice:product-sheet": Door(STAFF, ("league",)),
    "backoffice:search": Door(STAFF),
    "backoffice:clients": Door(CLIENTS),
    "backoffice:clients-sheet": Door(CLIENTS),
    "backoffice:clients-expiring": Door(CLIENTS),
    "backoffice:client": Door(REACHING, _subject()),
    "backoffice:client-history": Door(REACHING, _subject()),
    "backoffice:client-show": Door(REACHING, _subject("mobile"), act=True),
    "backoffice:client-paper": Door(PAPERS, lambda house: [house.subject.public_id, house.contract.signature]),
    "backoffice:subscriptions": Door(CLIENTS),
    "backoffice:subscriptions-sheet": Door(CLIENTS),
    "backoffice:queue": Door(CLIENTS, ("rematching",)),
    "backoffice:feeds": Door(FEEDS),
    "backoffice:delivery": Door(FEEDS, _delivery),
    "backoffice:quarantine-sheet": Door(FEEDS, _delivery),
    "backoffice:delivery-again": Door(OPERATE, _delivery, act=True),
    "backoffice:delivery-sent": Door(NOBODY, ("none",)),
    "backoffice:operations": Door(FEEDS),
    "backoffice:warnings": Door(FEEDS),
    "backoffice:warnings-sign": Door(OPERATE, act=True),
    "backoffice:restatements": Door(FEEDS),
    "backoffice:calendar": Door(FEEDS),
    "backoffice:calendar-propose": Door(OPERATE, act=True),
    "backoffice:calendar-act": Door(OPERATE, (UUID(int=0), "confirm"), act=True),
    "backoffice:aside": Door(FEEDS),
    "backoffice:aside-decide": Door(OPERATE, act=True),
    "backoffice:behind": Door(CLIENTS, ("retained",)),
    "backoffice:behind-sheet": Door(CLIENTS, ("retained",)),
    "backoffice:funnel": Door(STAFF),
    "backoffice:funnel-sheet": Door(STAFF),
    "backoffice:funnel-clients": Door(CLIENTS, ("begun",)),
    "backoffice:views": Door(STAFF),
    "backoffice:view": Door(SHARING, _only(SavedView)),
    "backoffice:view-act": Door(frozenset({"parent"}), _only(SavedView, "delete"), act=True),
    "backoffice:reports": Door(STAFF),
    "backoffice:report-plans": Door(REPORTERS),
    "backoffice:report-plan-act": Door(OF_BRANCH_REPORTERS, _only(ReportPlan, "end"), act=True),
    "backoffice:report-recipient-act": Door(OF_BRANCH_REPORTERS, _only(Recipient, "withdraw"), act=True),
    "backoffice:report-resend": Door(OF_BRANCH_REPORTERS, _only(ReportDelivery), act=True),
    "backoffice:report-again": Door(OF_BRANCH_REPORTERS, _only(Report), act=True),
    "backoffice:report": Door(OF_BRANCH, _only(Report)),
    "backoffice:report-pdf": Door(OF_BRANCH, _only(Report)),
    "backoffice:report-xlsx": Door(OF_BRANCH, _only(Report)),
    "backoffice:terms": Door(STAFF),
    "backoffice:terms-moves": Door(PRODUCTS),
    "backoffice:terms-batch": Door(PRODUCTS, _only(TermsMove)),
    "backoffice:terms-batch-act": Door(PRODUCTS, _only(TermsMove, "confirm"), act=True),
    "backoffice:terms-plan": Door(PRODUCTS, lambda _house: [TermsMove.objects.get().after.public_id]),
    "backoffice:terms-product": Door(STAFF, _grid),
    "backoffice:terms-draft": Door(PRODUCTS, _grid),
    "backoffice:terms-retire": Door(PRODUCTS, _grid, act=True),
    "backoffice:terms-version": Door(STAFF, _version()),
    "backoffice:terms-move": Door(PRODUCTS, _version("propose"), act=True),
    "backoffice:audit": Door(AUDITS),
    "backoffice:audit-sheet": Door(AUDITS),
    "backoffice:audit-storage": Door(AUDITS),
    "backoffice:jobs": Door(FEEDS),
    "backoffice:job-again": Door(FEEDS, _job_run, act=True),
    "backoffice:job-cancel": Door(OPERATE, _job_run, act=True),
    "backoffice:webhooks": Door(FOLLOWERS | BRANCH_ADMINS),
    "backoffice:webhook": Door(NOBODY, (UUID(int=1),)),
    "backoffice:webhook-act": Door(NOBODY, (UUID(int=1), "end"), act=True),
    "backoffice:webhook-delivery-act": Door(NOBODY, (UUID(int=1), UUID(int=1), "again"), act=True),
    "backoffice:tokens": Door(STAFF),
    "backoffice:token-end": Door(NOBODY, (UUID(int=1),), act=True),
    "backoffice:token-partner": Door(BRANCH_ADMINS, act=True),
    "backoffice:token-client": Door(NOBODY, (UUID(int=1),), act=True),
    "backoffice:token-client-end": Door(NOBODY, (UUID(int=1),), act=True),
    "backoffice:settings-roles": Door(BRANCH_ADMINS),
    "backoffice:settings-people": Door(BRANCH_ADMINS),
    "backoffice:settings-person": Door(frozenset({"administrator"}), _person()),
    "backoffice:settings-person-act": Door(frozenset({"administrator"}), _person("off"), act=True),
    "backoffice:settings-limits": Door(frozenset({"administrator"})),
    "backoffice:settings-limit": Door(frozenset({"administrator"}), ("draft_days",), act=True),
    "backoffice:settings-limit-act": Door(frozenset({"administrator"}), _only(SettingVersion, "withdraw"), act=True),
    "backoffice:settings-reset": Door(frozenset({"administrator"}), _only(FactorReset, "withdraw"), act=True),
    "backoffice:settings-grant": Door(
        frozenset({"administrator"}),
        lambda house: [RoleGrant.objects.get(user=house.user("own")).public_id, "withdraw"],
        act=True,
    ),
    "portal:home": Door(PORTAL),
    "portal:how": Door(PORTAL),
    "portal:products": Door(PORTAL),
    "portal:product": Door(PORTAL, _grid),
    "portal:begin": Door(PORTAL, _grid, act=True),
    "portal:paper": Door(PORTAL, lambda house: [*_grid(house), "agreement"]),
    "portal:sheet": Door(PORTAL),
    "portal:mine": Door(PORTAL),
    "portal:subscription": Door(frozenset({"other_client"}), lambda house: [house.held]),
    "portal:subscription-sheet": Door(frozenset({"other_client"}), lambda house: [house.held]),
    "portal:signing": Door(frozenset({"subject"}), _contract()),
    "portal:signing-act": Door(frozenset({"subject"}), _contract(), act=True),
    "portal:signing-code": Door(frozenset({"subject"}), _contract(), act=True),
    "portal:sign": Door(frozenset({"subject"}), _contract(), act=True),
    "portal:signing-leave": Door(frozenset({"subject"}), _contract(), act=True),
    "portal:signed": Door(frozenset({"subject"}), _contract()),
    "portal:document": Door(
        frozenset({"subject"}), lambda house: [house.contract.public_id, house.contract.signature]
    ),
    "portal:manage": Door(frozenset({"subject"}), _contract()),
    "portal:manage-act": Door(frozenset({"subject"}), _contract(), act=True),
    "portal:papers": Door(PORTAL),
    "portal:verify": Door(EVERYBODY),
    "portal:notices": Door(PORTAL),
    "portal:notices-read": Door(PORTAL, act=True),
    "portal:privacy": Door(PORTAL),
    "portal:consent": Door(PORTAL, act=True),
    "portal:data": Door(PORTAL),
    "portal:sessions": Door(PORTAL),
    "portal:end-sessions": Door(PORTAL, act=True),
    "portal:test": Door(PORTAL),
    "portal:test-question": Door(PORTAL, (1,)),
    "portal:test-check": Door(PORTAL),
    "portal:test-finish": Door(PORTAL, act=True),
    "portal:test-result": Door(PORTAL),
    "portal:register": Door(EVERYBODY),
    "portal:register-match": Door(EVERYBODY),
    "portal:register-code": Door(EVERYBODY),
    "portal:register-invited": Door(NOBODY, ("guessed",)),
}  # fmt: skip


def address(name: str, house: House) -> str:
    """Return where a route is found, about the subject."""
    if name == NOT_OFFERED:
        return "/accounts/email/x"
    if name == "admin/login/":
        return f"/{name}"
    names = ROUTES[name].names
    place = reverse(name, args=names if isinstance(names, tuple) else names(house))
    return place + ROUTES[name].query.format(day=restated_day())


def found() -> Iterator[tuple[str, URLPattern]]:
    """Yield every route of the service under its name; one without a name goes by its pattern."""
    yield from _below(get_resolver().url_patterns, "")


def _below(patterns: Any, space: str) -> Iterator[tuple[str, URLPattern]]:
    for one in patterns:
        if isinstance(one, URLPattern):
            yield space + (one.name or str(one.pattern)), one
        else:
            yield from _below(one.url_patterns, space + (f"{one.namespace}:" if one.namespace else ""))

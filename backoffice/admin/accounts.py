"""Records of people and organisation: units, clients with what belongs to them, logins of staff and their roles.

A client's name, mobile and mail are covered as on every page; digests of documents, words of invitations, passwords
and the sound of names are shown to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import (
    AssetAccount,
    Client,
    ClientLogin,
    ClientVersion,
    Consent,
    Invite,
    Notice,
    NoticeDelivery,
    OneTimeCode,
    RoleGrant,
    Unit,
    UnitVersion,
    User,
)
from accounts.operations import BeyondReach, NoStaff, NotOneself, send_again, switch_login
from accounts.roles import Area, Field
from accounts.rules import DeliveryState
from backoffice.admin.acts import Act
from backoffice.admin.records import Records
from backoffice.admin.scopes import OfClients, OfGrants, OfStaff, OfUnits
from core.actor import Actor

UNITS, CLIENTS = OfUnits(), OfClients()
PERSONAL = {"name": Field.NAME, "mobile": Field.MOBILE, "email": Field.EMAIL}
UNSHOWN = frozenset({"id_digest", "pinyin", "initials"})
REFUSALS = {
    NotOneself: _("Nobody does this for himself: ask another administrator."),
    BeyondReach: _("Part of this lies beyond the units that you administer."),
    NoStaff: _("This login belongs to a client."),
}


def _switch_off(rows: list[Any], given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    for row in rows:
        switch_login(user=row, on=False, by=by, at=at)


def _switch_on(rows: list[Any], given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    for row in rows:
        switch_login(user=row, on=True, by=by, at=at)


def _send_again(rows: list[Any], given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    for row in rows:
        send_again(delivery=row, by=by, at=at)


class Units(Records):
    """Units of the organisation."""

    model = Unit
    scope = UNITS
    listed = ("name", "code", "level", "parent", "closed_on")
    hidden = frozenset({"path"})
    filtered = ("level",)
    searched = ("code", "name", "name_en")
    ordering = ("path",)


class UnitVersions(Records):
    """What units were."""

    model = UnitVersion
    scope = UNITS
    listed = ("unit", "valid_from", "level", "parent", "closed_on")
    key = ("unit__public_id", "valid_from")
    filtered = ("level",)
    searched = ("unit__code", "name")
    ordering = ("-valid_from", "-pk")


class Clients(Records):
    """Clients as last described."""

    model = Client
    scope = OfClients("")
    listed = ("code", "name", "outlet", "channel", "risk_class", "investor_class")
    hidden = UNSHOWN
    covers = PERSONAL
    filtered = ("risk_class", "investor_class")
    ordering = ("source", "code")


class ClientVersions(Records):
    """What clients were."""

    model = ClientVersion
    scope = CLIENTS
    listed = ("client", "valid_from", "outlet", "channel", "risk_class", "investor_class")
    key = ("client__public_id", "valid_from")
    hidden = UNSHOWN
    covers = PERSONAL
    filtered = ("risk_class", "investor_class")
    ordering = ("-pk",)


class AssetAccounts(Records):
    """Asset accounts."""

    model = AssetAccount
    scope = CLIENTS
    listed = ("code", "client", "opened_on", "closed_on")
    filtered = ("closed_inferred",)
    searched = ("code",)
    ordering = ("-pk",)


class Staff(Records):
    """Logins of staff. Flags and permissions of the framework mean nothing here and are not shown."""

    model = User
    scope = OfStaff()
    listed = ("username", "last_name", "is_active", "last_login", "date_joined")
    hidden = frozenset({"password", "is_staff", "is_superuser", "first_name", "email"})
    filtered = ("is_active",)
    searched = ("username", "last_name")
    ordering = ("username",)
    acts = (
        Act(
            "off", _("Switch the login off"),
            _("The login is shut at once and all its sessions end. Its roles stay; it can be switched on again."),
            Area.SETTINGS, _switch_off, fits=lambda row: row.is_active, refusals=REFUSALS, dangerous=True,
        ),
        Act(
            "on", _("Switch the login on"),
            _("The person can log in again, with the password and the second factor of before."),
            Area.SETTINGS, _switch_on, fits=lambda row: not row.is_active, refusals=REFUSALS,
        ),
    )  # fmt: skip


class Grants(Records):
    """Roles on units; they are proposed and confirmed under settings."""

    model = RoleGrant
    scope = OfGrants()
    listed = ("user", "role", "unit", "since", "until", "proposed_by", "confirmed_by")
    filtered = ("role", "set_up")
    searched = ("user__username",)
    ordering = ("-since", "-pk")


class ClientLogins(Records):
    """Which login belongs to which client."""

    model = ClientLogin
    scope = CLIENTS
    listed = ("client", "user", "registered_at")
    key = ("client__public_id",)
    ordering = ("-pk",)


class Invites(Records):
    """Invitations to register; never their word."""

    model = Invite
    scope = CLIENTS
    listed = ("client", "created_at", "expires_at", "used_at")
    hidden = frozenset({"token_hash"})
    ordering = ("-pk",)


class Consents(Records):
    """What clients agreed to."""

    model = Consent
    scope = CLIENTS
    listed = ("client", "purpose", "given_at", "withdrawn_at")
    filtered = ("purpose",)
    ordering = ("-pk",)


class Notices(Records):
    """What clients were told."""

    model = Notice
    scope = CLIENTS
    listed = ("client", "kind", "at", "read_at")
    called = "public_id"
    filtered = ("kind",)
    ordering = ("-pk",)


class NoticeDeliveries(Records):
    """Notices on their way."""

    model = NoticeDelivery
    scope = OfClients("notice__client")
    listed = ("notice", "channel", "state", "attempts", "due_at", "sent_at")
    filtered = ("channel", "state")
    ordering = ("-pk",)
    acts = (
        Act(
            "again", _("Send it again"), _("The notice is put in line once more, with its tries counted anew."),
            Area.FEEDS, _send_again, fits=lambda row: row.state == DeliveryState.GIVEN_UP,
        ),
    )  # fmt: skip


class OneTimeCodes(Records):
    """That codes were sent; never a code."""

    model = OneTimeCode
    scope = CLIENTS
    listed = ("client", "purpose", "channel", "made_at", "expires_at", "used_at")
    hidden = frozenset({"digest"})
    filtered = ("purpose", "channel")
    ordering = ("-pk",)


RECORDS = (
    *(Units, UnitVersions, Clients, ClientVersions, AssetAccounts, ClientLogins, Invites, Consents),
    *(Notices, NoticeDeliveries, OneTimeCodes, Staff, Grants),
)

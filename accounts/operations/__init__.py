"""The writes of people and organisation: one door to what stands in this package.

Each operation takes `by=` and `at=`, writes one audit row in its transaction, and either
does all of its work or none. The merges are called by the feed with whole sets of rows.
"""

from __future__ import annotations

from accounts.operations.asset_accounts import AccountRow, merge_accounts, reserve_accounts
from accounts.operations.clients import ClientRow, merge_clients
from accounts.operations.codes import CodeCheck, CodeResult, TooSoon, request_code, use_code
from accounts.operations.factors import (
    NoFactor,
    ResetOpen,
    confirm_factor_reset,
    propose_factor_reset,
    withdraw_factor_reset,
)
from accounts.operations.grants import (
    GrantEnded,
    GrantOpen,
    NoSuchDays,
    NotWaiting,
    WrongLevel,
    confirm_grant,
    end_grant,
    grant_role,
    propose_grant,
    withdraw_grant,
)
from accounts.operations.logins import (
    AlreadyRegistered,
    Invited,
    InviteRefused,
    give_consent,
    invite_client,
    register_by_invite,
    register_by_match,
    renew_client_password,
    withdraw_consent,
)
from accounts.operations.notices import Hand, Message, deliver_next, mark_read, send_again
from accounts.operations.people import (
    BeyondReach,
    NameTaken,
    NoStaff,
    NotOneself,
    SetUpOnly,
    add_staff,
    choose_password,
    create_staff,
    renew_staff_password,
    switch_login,
)
from accounts.operations.units import UnitCycle, UnitRow, merge_units
from accounts.operations.views import NotTheOwner, TooManyViews, delete_view, rename_view, save_view, share_view

__all__ = [
    "AccountRow",
    "AlreadyRegistered",
    "BeyondReach",
    "ClientRow",
    "CodeCheck",
    "CodeResult",
    "GrantEnded",
    "GrantOpen",
    "Hand",
    "InviteRefused",
    "Invited",
    "Message",
    "NameTaken",
    "NoFactor",
    "NoStaff",
    "NoSuchDays",
    "NotOneself",
    "NotTheOwner",
    "NotWaiting",
    "ResetOpen",
    "SetUpOnly",
    "TooManyViews",
    "TooSoon",
    "UnitCycle",
    "UnitRow",
    "WrongLevel",
    "add_staff",
    "choose_password",
    "confirm_factor_reset",
    "confirm_grant",
    "create_staff",
    "delete_view",
    "deliver_next",
    "end_grant",
    "give_consent",
    "grant_role",
    "invite_client",
    "mark_read",
    "merge_accounts",
    "merge_clients",
    "merge_units",
    "propose_factor_reset",
    "propose_grant",
    "register_by_invite",
    "register_by_match",
    "rename_view",
    "renew_client_password",
    "renew_staff_password",
    "request_code",
    "reserve_accounts",
    "save_view",
    "send_again",
    "share_view",
    "switch_login",
    "use_code",
    "withdraw_consent",
    "withdraw_factor_reset",
    "withdraw_grant",
]

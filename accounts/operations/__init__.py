"""The writes of people and organisation: one door to what stands in this package.

Each operation takes `by=` and `at=`, writes one audit row in its transaction, and either
does all of its work or none. The merges are called by the feed with whole sets of rows.
"""

from __future__ import annotations

from accounts.operations.asset_accounts import AccountRow, merge_accounts, reserve_accounts
from accounts.operations.clients import ClientRow, merge_clients
from accounts.operations.codes import CodeCheck, CodeResult, TooSoon, request_code, use_code
from accounts.operations.notices import Hand, Message, deliver_next, mark_read, send_again
from accounts.operations.people import create_staff, end_grant, grant_role
from accounts.operations.units import UnitCycle, UnitRow, merge_units

__all__ = [
    "AccountRow",
    "ClientRow",
    "CodeCheck",
    "CodeResult",
    "Hand",
    "Message",
    "TooSoon",
    "UnitCycle",
    "UnitRow",
    "create_staff",
    "deliver_next",
    "end_grant",
    "grant_role",
    "mark_read",
    "merge_accounts",
    "merge_clients",
    "merge_units",
    "request_code",
    "reserve_accounts",
    "send_again",
    "use_code",
]

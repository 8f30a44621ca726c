"""The writes of people and organisation: one door to what stands in this package.

Each operation takes `by=` and `at=`, writes one audit row in its transaction, and either
does all of its work or none. The merges are called by the feed with whole sets of rows.
"""

from __future__ import annotations

from accounts.operations.asset_accounts import AccountRow, merge_accounts, reserve_accounts
from accounts.operations.clients import ClientRow, merge_clients
from accounts.operations.people import create_staff, end_grant, grant_role
from accounts.operations.units import UnitCycle, UnitRow, merge_units

__all__ = [
    "AccountRow",
    "ClientRow",
    "UnitCycle",
    "UnitRow",
    "create_staff",
    "end_grant",
    "grant_role",
    "merge_accounts",
    "merge_clients",
    "merge_units",
    "reserve_accounts",
]

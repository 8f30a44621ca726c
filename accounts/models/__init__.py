"""The tables of people and organisation: one door to what stands in this package."""

from __future__ import annotations

from accounts.models.clients import AssetAccount, Client, ClientVersion
from accounts.models.people import RoleGrant, User
from accounts.models.units import Unit, UnitVersion

__all__ = [
    "AssetAccount",
    "Client",
    "ClientVersion",
    "RoleGrant",
    "Unit",
    "UnitVersion",
    "User",
]

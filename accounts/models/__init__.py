"""The tables of people and organisation: one door to what stands in this package."""

from __future__ import annotations

from accounts.models.clients import AssetAccount, Client, ClientVersion
from accounts.models.logins import ClientLogin, Consent, Invite
from accounts.models.notices import Notice, NoticeDelivery, OneTimeCode
from accounts.models.people import FactorReset, RoleGrant, User
from accounts.models.tokens import ApiClient, ApiToken
from accounts.models.units import Unit, UnitVersion
from accounts.models.views import SavedView
from accounts.models.webhooks import Webhook, WebhookAttempt, WebhookDelivery

__all__ = [
    "ApiClient",
    "ApiToken",
    "AssetAccount",
    "Client",
    "ClientLogin",
    "ClientVersion",
    "Consent",
    "FactorReset",
    "Invite",
    "Notice",
    "NoticeDelivery",
    "OneTimeCode",
    "RoleGrant",
    "SavedView",
    "Unit",
    "UnitVersion",
    "User",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
]

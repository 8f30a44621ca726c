"""Login of staff by the house's own OpenID Connect provider; off without OIDC_ISSUER.

The claim has to be one that the provider gives out, and no person can choose: it says which login of ours is meant.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.environment import PRODUCTION, env, secret

OIDC_ISSUER: str = env.str("OIDC_ISSUER", default="")
OIDC_CLAIM: str = env.str("OIDC_CLAIM", default="preferred_username")

if PRODUCTION and OIDC_ISSUER and not OIDC_ISSUER.startswith("https://"):
    raise ImproperlyConfigured("OIDC_ISSUER has to be an https address")

OIDC_ORIGIN: list[str] = [f"{urlsplit(OIDC_ISSUER).scheme}://{urlsplit(OIDC_ISSUER).netloc}"] if OIDC_ISSUER else []

SOCIALACCOUNT_ADAPTER = "config.oidc.StaffAdapter"
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []}}
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "house",
            "name": "OIDC",
            "client_id": env.str("OIDC_CLIENT_ID"),
            "secret": secret("OIDC_SECRET"),
            "settings": {"server_url": OIDC_ISSUER},
        }
    ]

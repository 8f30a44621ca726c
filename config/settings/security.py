"""Secrets, cookies, headers and login. Production is strict; elsewhere plain http must work too.

Demo logins need the password alone; production refuses them and asks everybody for a second factor.
"""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF

from config.environment import BEHIND_PROXY, PRODUCTION, env, required, secret
from config.settings.oidc import OIDC_ORIGIN

SECRET_KEY = secret("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
# The broker's key for digests of identity documents, as the feed states them; empty: nobody is found by one.
ID_DIGEST_KEY = env.str("ID_DIGEST_KEY", default="") if PRODUCTION else secret("ID_DIGEST_KEY")
ALLOWED_HOSTS = [host.strip() for host in required("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")]
CSRF_FAILURE_VIEW = "backoffice.views.errors.forbidden"
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # A form may lead on to the house's own provider of logins.
        "form-action": [SELF, *OIDC_ORIGIN],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

SECURE_SSL_REDIRECT: bool = env.bool("SECURE_SSL_REDIRECT", default=PRODUCTION)
# A proxy asks beside the public way; nothing is told there but that the process lives.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS: int = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
# Only behind a proxy that sets these headers itself, or a client could claim https, or another address at each guess.
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "config.login.LoginAdapter"
ACCOUNT_FORMS = {
    "reauthenticate": "config.forms.PasswordAgain",
    "change_password": "config.forms.NewPassword",  # nosec B105: the name of a form
}
# How often an address (ip), a login (user) or what is tried (key: a user name, the login behind a code, a mobile) may
# fail; codes by text message count their own tries.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key,20/h/key",
    "reauthenticate": "10/m/user,30/h/user",
    "portal_invite": "30/10m/ip",
    "portal_match": "20/h/ip,5/h/key",
    # Judging a paper is work that anybody may ask for: not without end.
    "portal_verify": "120/h/ip",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# Seconds for which a login counts as fresh at an act that asks for it again, such as signing.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300

# A password alone is not enough: passkey, or authenticator app, for staff and clients alike.
SECOND_FACTOR_REQUIRED = PRODUCTION
MFA_ADAPTER = "config.login.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "config.forms.Code",
    "reauthenticate": "config.forms.CodeAgain",
    "activate_totp": "config.forms.FirstCode",
    "add_webauthn": "config.forms.NewPasskey",
    "edit_webauthn": "config.forms.PasskeyName",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_TOLERANCE = 1

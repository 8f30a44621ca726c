"""What is installed: our rooms in floor order, top floor first (the table of contents), then packages."""

from __future__ import annotations

FACES = ["api", "backoffice", "portal", "tasks"]
ROOMS = [
    "smart_products.reports",
    "smart_products.statistics",
    "smart_products.holdings",
    "smart_products.signing",
    "smart_products.suitability",
    "smart_products.catalogue",
]
GROUND = ["accounts", "core"]

INSTALLED_APPS = [
    *FACES,
    *ROOMS,
    *GROUND,
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_structlog",
    "csp",
    # Neither looks for modules named admin, nor makes a site: `backoffice.admin` does.
    "unfold.apps.BasicAppConfig",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.liveness.liveness",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.login.own_password",
    "config.login.second_factor",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "config.wall.behind_the_wall",
]

AUTH_USER_MODEL = "accounts.User"

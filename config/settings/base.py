"""Language, time, addresses and templates. Screens are Chinese first, times are stored in UTC."""

from __future__ import annotations

from typing import Any

from config.environment import BASE_DIR, env, required

DEBUG: bool = env.bool("DEBUG", default=False)

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The name of the house: on pages, in authenticator apps, and on papers as who provides the products.
BROKER_NAME: str = required("BROKER_NAME", "示范证券股份有限公司")
BROKER_NAME_EN: str = required("BROKER_NAME_EN", "Example Securities Co., Ltd.")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "screens.preferences.shell",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

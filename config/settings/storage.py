"""Static files, by whitenoise, from our folder and from packages; hashed and compressed in production."""

from __future__ import annotations

from typing import Any

from config.environment import BASE_DIR, LOCAL_DIR, PRODUCTION, env

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Filled by `collectstatic`, in production alone.
STATIC_ROOT: str | None = env.str("STATIC_ROOT", default=str(LOCAL_DIR / "static")) if PRODUCTION else None

WHITENOISE_USE_FINDERS = not PRODUCTION

STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

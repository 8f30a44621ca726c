"""The typed environment: the only place that reads variables, the services' addresses and secrets.

In production (`DJANGO_ENV=production`) a missing value or secret stops the start. Elsewhere the addresses
come from `LOCAL_DIR/services.env`, which the embedded launcher writes, and secrets are made in
`LOCAL_DIR/secrets`, mode 0600.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("development", "production")

env = environ.Env()

ENVIRONMENT: str = env.str("DJANGO_ENV", default="development")
if ENVIRONMENT not in ENVIRONMENTS:
    raise ImproperlyConfigured(f"DJANGO_ENV is {ENVIRONMENT!r}: use one of {', '.join(ENVIRONMENTS)}")
PRODUCTION = ENVIRONMENT == "production"

# Whether one proxy of ours stands before the web: then, and only then, it is believed who it says is asking.
BEHIND_PROXY: bool = env.bool("BEHIND_PROXY", default=False)

LOCAL_DIR = Path(env.str("LOCAL_DIR", default="") or BASE_DIR / ".local").expanduser().absolute()


def required(name: str, otherwise: str) -> str:
    """A variable; production must give it (else ImproperlyConfigured), elsewhere `otherwise` serves."""
    value = os.environ.get(name, "")
    if value:
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"{name} is not set: production does not start without it")
    return otherwise


def secret(name: str) -> str:
    """A secret: variable `NAME`, the file that `NAME_FILE` names, or, outside production, made once.

    Raises ImproperlyConfigured when production has neither.
    """
    if value := os.environ.get(name, ""):
        return value
    if given := os.environ.get(f"{name}_FILE", ""):
        return Path(given).read_text().strip()
    return _made_once(LOCAL_DIR / "secrets" / name.lower()) if not PRODUCTION else required(name, "")


def database_url(role: str) -> str:
    """The database's address for a role (owner, app or jobs); one `DATABASE_URL` serves for all three."""
    variable = {"owner": "MIGRATE_DATABASE_URL", "app": "DATABASE_URL", "jobs": "JOBS_DATABASE_URL"}[role]
    given = os.environ.get("DATABASE_URL", "")
    if given:
        return os.environ.get(variable) or given
    return required("DATABASE_URL", _services().get(variable, f"postgresql://{role}@/smart_products"))


def broker_url() -> str:
    """The broker's address."""
    return required("BROKER_URL", _services().get("BROKER_URL", "redis+socket:///nowhere/valkey.sock"))


def folder(name: str, otherwise: Path) -> Path:
    """A folder given as a path or a `file://` address."""
    value = required(name, str(otherwise)).removeprefix("file://")
    if "://" in value:
        raise ImproperlyConfigured(f"{name} is {value!r}: only a folder is supported so far")
    return Path(value).expanduser().absolute()


def _services() -> dict[str, str]:
    """The addresses that the embedded launcher wrote; empty before its first start."""
    try:
        lines = (LOCAL_DIR / "services.env").read_text().splitlines()
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _made_once(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()

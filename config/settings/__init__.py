"""The settings of the service: one small file a subject, each reading the typed environment of `config`."""

from __future__ import annotations

from config.settings.api import *  # noqa: F403
from config.settings.apps import *  # noqa: F403
from config.settings.base import *  # noqa: F403
from config.settings.celery import *  # noqa: F403
from config.settings.database import *  # noqa: F403
from config.settings.domain import *  # noqa: F403
from config.settings.logging import *  # noqa: F403
from config.settings.notices import *  # noqa: F403
from config.settings.oidc import *  # noqa: F403
from config.settings.reports import *  # noqa: F403
from config.settings.security import *  # noqa: F403
from config.settings.signing import *  # noqa: F403
from config.settings.storage import *  # noqa: F403

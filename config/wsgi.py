"""The web application, for granian or any WSGI server. It connects to the database as `app`."""

from __future__ import annotations

import os

# Set, not defaulted: whoever imports this serves the web, and the web may not be `jobs`.
os.environ["DATABASE_ROLE"] = "app"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

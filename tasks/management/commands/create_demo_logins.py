"""`manage.py create_demo_logins`: a staff login for each role that the pages know, two who manage products.

For a generated broker alone: passwords are made up and printed, and production refuses it.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.operations import create_staff, grant_role
from accounts.queries import demo_units
from accounts.rules import Role
from core import clock
from core.actor import system

LOGINS = (
    ("head_office", Role.HEAD_OFFICE_MANAGER, 0),
    ("branch", Role.BRANCH_MANAGER, 1),
    ("outlet", Role.OUTLET_MANAGER, 2),
    ("operations", Role.OPERATIONS, 0),
    ("products", Role.PRODUCT_MANAGER, 0),
    ("products_colleague", Role.PRODUCT_MANAGER, 0),
)
"""User name, role, and the unit: root, branch or outlet. Two manage products: what one drafts, the other publishes."""


class Command(BaseCommand):
    """Make the demo logins and print them as JSON."""

    help = "Make a login for each role on a generated broker, and print them as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print `[{"role", "username", "password"}]`; a second run gives new passwords."""
        if settings.PRODUCTION:
            raise CommandError(_("Demo logins are refused in production."))
        units = demo_units()
        if units is None:
            raise CommandError(_("There are no units yet: deliver a feed first."))
        by, at, today = system("create_demo_logins"), clock.now(), clock.shanghai_today()
        logins = []
        for username, role, place in LOGINS:
            password = secrets.token_urlsafe(9)
            user = create_staff(username=username, password=password, by=by, at=at)
            grant_role(user=user, role=role, unit=units[place], since=today, by=by, at=at)
            logins.append({"role": role.value, "username": username, "password": password})
        self.stdout.write(json.dumps(logins))

"""`manage.py create_demo_logins`: one staff login for each role that the pages know today.

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

USERNAMES = {
    Role.HEAD_OFFICE_MANAGER: "head_office",
    Role.BRANCH_MANAGER: "branch",
    Role.OUTLET_MANAGER: "outlet",
    Role.OPERATIONS: "operations",
}


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
        root, branch, outlet = units
        by, at, today = system("create_demo_logins"), clock.now(), clock.shanghai_today()
        logins = []
        for role, unit in zip(USERNAMES, (root, branch, outlet, root), strict=True):
            password = secrets.token_urlsafe(9)
            user = create_staff(username=USERNAMES[role], password=password, by=by, at=at)
            grant_role(user=user, role=role, unit=unit, since=today, by=by, at=at)
            logins.append({"role": role.value, "username": USERNAMES[role], "password": password})
        self.stdout.write(json.dumps(logins))

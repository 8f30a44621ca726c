"""`manage.py grants`: the first administrators of a house, and who holds which role.

Two administrators are needed before roles can be given on the pages, since one proposes and another confirms. Refused
once there are two.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import RoleGrant, User
from accounts.operations import create_staff, grant_role
from accounts.queries import administrators, client_of, root_unit
from accounts.rules import Role
from accounts.scoping import in_force
from core import clock
from core.actor import system

ENOUGH = 2
"""Administrators of the whole house: one proposes, the other confirms."""


class Command(BaseCommand):
    """Make the first administrators, or list the roles in force."""

    help = "Make the first two administrators of the house, or list who holds which role."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what to do and the form of the answer."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="who holds which role today")
        acts.add_parser("first", help="make administrators until there are two").add_argument("names", nargs="+")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the roles in force, or the passwords of new administrators, each once."""
        rows = _held() if options["act"] == "list" else _first(options["names"])
        if options["json"]:
            self.stdout.write(json.dumps({"grants": rows}, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write("  ".join(str(value) for value in row.values() if value))


def _held() -> list[dict[str, str]]:
    found = RoleGrant.objects.filter(in_force(None)).select_related("user", "unit").order_by("unit__path", "role")
    return [
        {"username": one.user.username, "role": one.role, "unit": one.unit.code, "since": one.since.isoformat()}
        for one in found.iterator()
    ]


@transaction.atomic
def _first(names: list[str]) -> list[dict[str, str]]:
    root = root_unit()
    if root is None:
        raise CommandError(_("There are no units yet: deliver a feed first."))
    standing = {user.username for user in administrators()}
    if len(standing | set(names)) > ENOUGH:
        raise CommandError(_("There are two administrators, who give the role to further ones."))
    by, at, made = system("grants"), clock.now(), []
    for name in sorted(set(names) - standing):
        user, password = User.objects.filter(username=name).first(), ""
        if user is None:
            password = secrets.token_urlsafe(12)
            user = create_staff(username=name, password=password, handed_over=True, by=by, at=at)
        elif client_of(user) is not None or not user.is_active:
            raise CommandError(_("%(name)s is no login of staff, or is switched off.") % {"name": name})
        grant_role(user=user, role=Role.ADMINISTRATOR, unit=root, since=clock.shanghai_today(), by=by, at=at)
        made.append({"username": name, "role": Role.ADMINISTRATOR.value, "unit": root.code, "password": password})
    return made

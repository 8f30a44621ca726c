"""`manage.py create_demo_logins`: a staff login for each role that the pages know, and two clients.

For a generated broker alone: passwords are made up and printed, and production refuses it.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import Client
from accounts.operations import (
    create_staff,
    give_consent,
    grant_role,
    invite_client,
    register_by_invite,
    renew_client_password,
)
from accounts.queries import demo_units, login_of
from accounts.rules import Purpose, Role
from core import clock
from core.actor import system
from smart_products.holdings.queries import newest_fact_day
from smart_products.signing.queries import demo_clients

LOGINS = (
    ("head_office", Role.HEAD_OFFICE_MANAGER, 0),
    ("branch", Role.BRANCH_MANAGER, 1),
    ("outlet", Role.OUTLET_MANAGER, 2),
    ("operations", Role.OPERATIONS, 0),
    ("operations_colleague", Role.OPERATIONS, 0),
    ("products", Role.PRODUCT_MANAGER, 0),
    ("products_colleague", Role.PRODUCT_MANAGER, 0),
    ("administrator", Role.ADMINISTRATOR, 0),
    ("administrator_colleague", Role.ADMINISTRATOR, 0),
    ("compliance", Role.COMPLIANCE, 0),
    ("auditor", Role.AUDITOR, 0),
    ("manager_of_clients", Role.RELATIONSHIP_MANAGER, 2),
    ("adviser", Role.ADVISER, 2),
)
"""User name, role, and the unit: root, branch or outlet. Two manage products, two operate and two administer: what one
drafts or proposes, the other publishes or confirms."""

CLIENTS = ("client_one", "client_two")


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
        chosen = demo_clients(newest_fact_day() or today)
        logins += [self._client(pk, name, at) for pk, name in zip(chosen, CLIENTS, strict=False)]
        self.stdout.write(json.dumps(logins))

    def _client(self, pk: int, username: str, at: datetime) -> dict[str, str]:
        """Let a client register with the use of his account data, or renew the password of his login."""
        by, password = system("create_demo_logins"), secrets.token_urlsafe(9)
        client = Client.objects.get(pk=pk)
        login = login_of(client.pk)
        if login is None:
            token = invite_client(client=client, by=by, at=at).token
            login = register_by_invite(token=token, username=username, password=password, by=by, at=at)
            give_consent(client=client, purpose=Purpose.FINANCIAL_ACCOUNTS, by=by, at=at)
        else:
            renew_client_password(login=login, password=password, by=by, at=at)
        return {"role": "client", "username": login.user.get_username(), "password": password}

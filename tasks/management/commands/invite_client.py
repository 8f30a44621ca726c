"""`manage.py invite_client CODE`: a link by which one client registers in the portal, printed once."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Client
from accounts.operations import AlreadyRegistered, invite_client
from accounts.queries import clients_by_code
from core import clock
from core.actor import system


class Command(BaseCommand):
    """Invite one client."""

    help = "Make an invitation to the portal for a client without a login; earlier unused ones are good no more."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the client and the form of the answer."""
        parser.add_argument("code", help="the broker's own code of the client")
        parser.add_argument("--source", default="", help="the feed that the code is of, where several have it")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the path of the link, which is told this once."""
        code, wanted = options["code"], options["source"]
        found = [pk for source, pk in clients_by_code([code]).get(code, []) if wanted in {"", source}]
        if len(found) != 1:
            said = {"count": len(found), "code": code}
            raise CommandError(_("%(count)s clients have the code %(code)s.") % said)
        try:
            made = invite_client(client=Client.objects.get(pk=found[0]), by=system("invite_client"), at=clock.now())
        except AlreadyRegistered as problem:
            raise CommandError(_("This client has a login already.")) from problem
        path = reverse("portal:register-invited", args=[made.token])
        until = clock.shanghai_minute(made.invite.expires_at)
        if options["json"]:
            self.stdout.write(json.dumps({"client": code, "path": path, "expires_at": until}))
        else:
            self.stdout.write(_("%(path)s (good until %(until)s)") % {"path": path, "until": until})

"""`manage.py name_family CODE NAME`: gives a family of products its words.

A feed names families by code alone; their words on the screen come from here.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core import clock
from core.actor import system
from core.merging import UnknownCode
from smart_products.catalogue.operations import name_family


class Command(BaseCommand):
    """Name a family."""

    help = "Give a family of products its name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare code, names and source."""
        parser.add_argument("code")
        parser.add_argument("name")
        parser.add_argument("--name-en", default="")
        parser.add_argument("--source", default="core")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Name it and print one line or one object."""
        names = {key: options[key] for key in ("source", "code", "name", "name_en")}
        try:
            name_family(**names, by=system("name_family"), at=clock.now())
        except UnknownCode as error:
            raise CommandError(_("No product is in the family %(code)s.") % names) from error
        text = json.dumps(names, ensure_ascii=False) if options["json"] else f"{names['code']}: {names['name']}"
        self.stdout.write(text)

"""`manage.py name_family CODE NAME`: gives a family of products its words, or several families from a file.

A feed names families by code alone; their words on the screen come from here.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core import clock
from core.actor import system
from core.merging import UnknownCode
from smart_products.catalogue.operations import name_family


class Command(BaseCommand):
    """Name a family, or all that a JSON file lists under `families`."""

    help = "Give a family of products its name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare code, names and source, or the file that lists them."""
        parser.add_argument("code", nargs="?")
        parser.add_argument("name", nargs="?")
        parser.add_argument("--name-en", default="")
        parser.add_argument("--source", default="core")
        parser.add_argument("--file", type=Path, help="JSON with `families`: a list of code, name and name_en")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Name them and print one line each, or one object."""
        if options["file"] is not None:
            named = json.loads(options["file"].read_text(encoding="utf-8"))["families"]
        elif options["code"] and options["name"]:
            named = [{key: options[key] for key in ("code", "name", "name_en")}]
        else:
            raise CommandError(_("Give a code and a name, or --file."), returncode=2)
        for family in named:
            names = {key: family[key] for key in ("code", "name", "name_en")}
            try:
                name_family(source=options["source"], **names, by=system("name_family"), at=clock.now())
            except UnknownCode as error:
                raise CommandError(_("No product is in the family %(code)s.") % names) from error
            if not options["json"]:
                self.stdout.write(f"{names['code']}: {names['name']}")
        if options["json"]:
            self.stdout.write(json.dumps({"source": options["source"], "families": named}, ensure_ascii=False))

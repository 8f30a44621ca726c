#!/usr/bin/env python3
"""The command line of the service.

Schema commands connect as the database's owner, all others as `jobs` (see docs/operations.md); the web server
does not start here. With one `DATABASE_URL` for all, the three are the same. What judges evidence needs none of this:
no database, secret or folder.
"""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate", "showmigrations", "flush", "test"}
OFFLINE_COMMANDS = {"verify_evidence"}


def main() -> None:
    """Run one management command."""
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in OFFLINE_COMMANDS:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.offline"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DATABASE_ROLE", "owner" if command in OWNER_COMMANDS else "jobs")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

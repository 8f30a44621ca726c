"""Populations: files that list clients, as a person types them for a command.

Owns the reading of such a file: a code a line, or source and code with a comma between; an empty line says nothing.
Each wrong line is named. Never changes a client.
"""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from accounts.queries import clients_by_code

SHOWN = 5
"""Wrong lines that a message names."""


def read(path: Path) -> frozenset[int]:
    """Return the ids of the clients that a file lists; twice the same is once. Raises CommandError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(_("%(path)s cannot be read: %(why)s") % {"path": path, "why": error}) from error
    lines = {number: line.strip() for number, line in enumerate(text.splitlines(), 1) if line.strip()}
    known = clients_by_code({line.rpartition(",")[2].strip() for line in lines.values()})
    found: set[int] = set()
    wrong: list[str] = []
    for number, line in lines.items():
        source, _comma, code = (part.strip() for part in line.rpartition(","))
        meant = [one for held, one in known.get(code, []) if not source or held == source]
        if len(meant) == 1:
            found.add(meant[0])
        else:
            wrong.append(f"{number}: {line} ({_('several sources have it') if meant else _('no such client')})")
    if wrong:
        told = "; ".join(wrong[:SHOWN])
        raise CommandError(
            _("%(path)s: %(count)s lines name no client. Line %(lines)s")
            % {"path": path, "count": len(wrong), "lines": told}
        )
    return frozenset(found)

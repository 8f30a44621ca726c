"""A sender that writes messages to a file or to stderr, a JSON object a line: for one machine and for tests.

Never for production: whoever reads the file reads every code.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


class ConsoleSender:
    """Writes each message as a line; the file can be read by its owner alone."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path

    def send(self, *, channel: str, to: str, subject: str, body: str, reference: str) -> str:
        """Write the message."""
        message = {"channel": channel, "to": to, "subject": subject, "body": body, "reference": reference}
        line = f"{json.dumps(message, ensure_ascii=False)}\n"
        if self.path is None:
            sys.stderr.write(line)
            return ""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(line)
        return ""

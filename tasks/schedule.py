"""What beat sends, and when: the whole schedule on one screen.

Each entry names a task of `tasks.jobs` and carries no data: a task finds its own work in the
database, so that two beats or a message sent twice do nothing twice. Times are Shanghai's.
"""

from __future__ import annotations

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {}

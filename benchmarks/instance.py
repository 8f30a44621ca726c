"""An instance of the service for one benchmark: a folder of its own, started, filled and stopped.

Owns the child processes. Whatever the caller's environment says of databases is left aside, so that no benchmark
ever touches an instance somebody works with. Knows nothing of what is measured.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from benchmarks.figures import Figure
from benchmarks.sizes import Sizes

ROOT = Path(__file__).resolve().parent.parent
FOREIGN = (
    *("DATABASE_URL", "JOBS_DATABASE_URL", "MIGRATE_DATABASE_URL", "BROKER_URL", "CACHE_URL", "DATABASE_ROLE"),
    *("FACTS_URL", "INBOX_DIR", "DJANGO_ENV", "DJANGO_SETTINGS_MODULE"),
)


class ChildFailed(RuntimeError):
    """A child process ended badly; the message holds the end of what it said."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What a child process took: seconds, those of processors, and the most memory it held, in bytes."""

    seconds: float
    processors: float
    memory: int


class Instance:
    """One throw-away instance; a context manager that stops what it started and removes its folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="smart-bench-"))
        self.kept = folder is not None

    def __enter__(self) -> Instance:
        try:
            self.run("-m", "embedded", "up")
            self.manage("migrate", "--verbosity", "0")
            self.manage("import_calendar")
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def broker(self, clients: int, days: int) -> Effort:
        """Generate a broker, deliver it and remove its feed; return what the delivery took."""
        feed = self.folder / "feed"
        self.manage("generate_broker", str(feed), "--clients", str(clients), "--days", str(days), "--seed", "1")
        effort = self.manage("deliver", str(feed))
        shutil.rmtree(feed)
        return effort

    def manage(self, *arguments: str) -> Effort:
        """Run one management command. Raises ChildFailed."""
        return self.run("manage.py", *arguments)

    def measure(self, subject: str, sizes: Sizes) -> list[Figure]:
        """Return the figures that a module of `benchmarks.inside` measures in this instance. Raises ChildFailed."""
        told = self.folder / "bench-figures.json"
        self.run("-m", "benchmarks.inside", subject, json.dumps(asdict(sizes)), str(told))
        return [Figure(**found) for found in json.loads(told.read_text())]

    def run(self, *arguments: str) -> Effort:
        """Run Python in the repository, against this instance. Raises ChildFailed."""
        environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        environment["LOCAL_DIR"] = str(self.folder)
        began = time.perf_counter()
        with tempfile.TemporaryFile() as said:
            child = subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT
            )
            _, status, used = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - began
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode:
                said.seek(0)
                words = said.read().decode(errors="replace")[-3_000:]
                raise ChildFailed(f"{' '.join(arguments[:3])} ended with {child.returncode}:\n{words}")
        memory = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return Effort(seconds, used.ru_utime + used.ru_stime, memory)

    def _end(self) -> None:
        self.run("-m", "embedded", "down")
        if not self.kept:
            note = self.folder / "postgres-dir"
            if note.exists():
                shutil.rmtree(note.read_text().strip(), ignore_errors=True)
            shutil.rmtree(self.folder, ignore_errors=True)

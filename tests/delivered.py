"""A small generated broker, delivered and closed by the commands a person would type.

Gives tests of faces real figures: nothing here writes a table by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.operations import create_staff
from core import clock
from core.actor import system
from tests.houses import standing

NOBODY = "nobody"
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Login:
    """A way in."""

    username: str
    password: str


@dataclass(frozen=True)
class Broker:
    """What was published, and who may look at it, by role and by user name."""

    folder: Path
    logins: dict[str, Login]

    def user(self, role: str) -> User:
        return User.objects.get(username=self.logins[role].username)


def publish(folder: Path, *, clients: int = 60, days: int = 24, seed: int = 5) -> Broker:
    """Generate, deliver and close a broker; the last day comes as a delivery of its own."""
    quiet = {"stdout": StringIO(), "stderr": StringIO()}
    call_command("import_calendar", **quiet)
    call_command("generate_broker", folder, clients=clients, days=days, seed=seed, daily=1, **quiet)
    call_command("deliver", folder, **quiet)
    call_command("close", **quiet)
    printed = StringIO()
    call_command("create_demo_logins", stdout=printed)
    every = json.loads(printed.getvalue())
    logins = {one[key]: Login(one["username"], one["password"]) for key in ("role", "username") for one in every}
    create_staff(username=NOBODY, password=PASSWORD, by=system("test"), at=clock.now())
    return Broker(folder, {**logins, NOBODY: Login(NOBODY, PASSWORD)})


@contextmanager
def published(blocker: DjangoDbBlocker, folder: Path, *, clients: int, days: int) -> Iterator[Broker]:
    """Give one broker to a whole module of tests, in a transaction around theirs; gone when it is rolled back."""
    with standing(blocker):
        yield publish(folder, clients=clients, days=days)

"""The second wall: a transaction of the web names who acts, and the database shows that one's rows alone.

Owns the settings that the policies ask (`policies.py`); they end with the transaction, so that a connection of the
pool carries nobody over to the next request. Reads of our own stay scoped: this wall is for the day one forgets it.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from accounts.scoping import granted_paths
from core.audit import NoTransaction

_ENTER = """
SELECT set_config('app.units', %s, true), set_config('app.word', '', true), set_config('app.client', coalesce(
    (SELECT login.client_id::text FROM accounts_clientlogin login WHERE login.user_id = %s), ''), true)
"""


def enter(user: Any) -> None:
    """Name who acts from here to the end of the transaction: a person of the house, a client, or nobody.

    A login that was switched off is nobody. Raises NoTransaction.
    """
    known = user.is_authenticated and user.is_active
    paths = [path for path in granted_paths(user) if path.endswith(".")]
    _tell(_ENTER, [",".join(paths), user.pk if known else None])


def prove(digest: str) -> None:
    """Show the invitation of a word, or the client of an identity document, to a stranger who knows it."""
    _tell("SELECT set_config('app.word', %s, true)", [digest])


def act_for(client_id: int) -> None:
    """Let a stranger act for the client he has proved to be, until the transaction ends."""
    _tell("SELECT set_config('app.client', %s, true)", [str(client_id)])


def _tell(statement: str, values: list[Any]) -> None:
    if not connection.in_atomic_block:
        raise NoTransaction("a name that would be forgotten at once")
    with connection.cursor() as cursor:
        cursor.execute(statement, values)

"""What of other people's an answer tells: names, numbers and addresses of clients and units that are not the reader's.

Marks are compared as whole words with the whole answer, tables and archives of spreadsheets opened.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.utils import translation

from accounts.models import AssetAccount, Client, Unit
from accounts.rules import Level
from smart_products.signing.models import Contract, Subscription
from tests.strangers.house import ROLES, House

WORD = re.compile(r"[\w*@-]+")


def marks(house: House, actor: str) -> set[str]:
    """Return the marks of every client and unit that an actor may not see."""
    own = house.users[actor]
    told: set[str] = set()
    for client in Client.objects.select_related("outlet"):
        path = client.outlet.path if client.outlet else ""
        mine = own is not None and Client.objects.filter(pk=client.pk, login__user=own).exists()
        if not (mine or house.reaches(actor, path)):
            told |= _of_client(client)
    if actor in ROLES:
        for unit in Unit.objects.all():
            if not house.reaches(actor, unit.path) and not house.units[ROLES[actor][1]].path.startswith(unit.path):
                told |= {unit.code, unit.name, str(unit.public_id)}
    with translation.override("zh-hans"):
        common = {str(level.label) for level in Level}  # a head office called "head office" is told by any other
    return {mark for mark in told if mark} - common


def _of_client(client: Client) -> set[str]:
    """Return what tells one client from all others."""
    told = {client.code, str(client.public_id), client.mobile, client.email}
    told |= set(AssetAccount.objects.filter(client=client).values_list("code", flat=True))
    for model in (Contract, Subscription):
        rows: Any = model._default_manager.filter(client=client)
        told |= {str(public_id) for public_id in rows.values_list("public_id", flat=True)}
    return told


def told(answer: Any) -> set[str]:
    """Return the words of an answer, whatever it is."""
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    texts = [data.decode("utf-8", "replace"), *map(str, answer.headers.values())]
    if data[:2] == b"PK":
        try:
            with ZipFile(BytesIO(data)) as archive:
                texts += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        except BadZipFile:
            pass
    return {word for text in texts for word in words(text)}


def words(text: str) -> set[str]:
    """Return the whole words of a text."""
    return set(WORD.findall(text))

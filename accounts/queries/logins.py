"""Reads of clients' logins: whose a login is, who may register, and what a client agreed to.

Never writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.digests import id_digest, token_hash
from accounts.models import AssetAccount, Client, ClientLogin, Consent, Invite, Notice, OneTimeCode
from accounts.rules import CodePurpose, NoticeKind, Purpose
from core.reading import remembered


class NoMatch(LookupError):
    """Not exactly one client without a login has this mobile and this identity document."""


@dataclass(frozen=True, slots=True)
class ClientReader:
    """A client before the screen: who it is, what he agrees to today, and what waits to be read."""

    client: Client
    username: str
    consents: frozenset[Purpose]
    unread: int
    """Notices that have not been read."""


@remembered
def reader_of_login(user_id: int) -> ClientReader | None:
    """Return the client that a login belongs to, with the consents that stand; None for a login of staff."""
    standing = ArrayAgg(
        "client__consents__purpose", filter=Q(client__consents__withdrawn_at=None), distinct=True, default=Value([])
    )
    unread = Notice.objects.filter(client=OuterRef("client"), read_at=None).exclude(kind=NoticeKind.CODE)
    count = unread.order_by().values("client").annotate(count=Count("pk")).values("count")
    logins = ClientLogin.objects.select_related("client", "user").filter(user_id=user_id)
    login = logins.annotate(standing=standing, unread=Coalesce(Subquery(count), 0)).first()
    if login is None:
        return None
    purposes = frozenset(Purpose(name) for name in vars(login)["standing"] if name)
    return ClientReader(login.client, login.user.username, purposes, vars(login)["unread"])


def login_of(client_id: int) -> ClientLogin | None:
    """Return the login of a client, or None before registering."""
    return ClientLogin.objects.select_related("user", "client").filter(client_id=client_id).first()


def client_by_id(client_id: int) -> Client:
    """Return the client of our own number, which never leaves the house."""
    return Client.objects.get(pk=client_id)


def client_of(user: Any) -> Client | None:
    """Return the client whose login this is; None for staff, for nobody, and for a login switched off."""
    reader = reader_of_login(user.pk) if user.is_authenticated and user.is_active else None
    return reader.client if reader is not None else None


def match_client(mobile: str, id_number: str) -> Client:
    """Return the one client without a login who has this mobile and identity document. Raises NoMatch."""
    mobile = "".join(mobile.split())
    found = list(Client.objects.filter(mobile=mobile, id_digest=id_digest(id_number), login=None)[:2])
    if not mobile or len(found) != 1:
        raise NoMatch
    return found[0]


def open_invite(token: str, at: datetime) -> Invite | None:
    """Return the invitation of a word if it can still be used at this time."""
    return Invite.objects.filter(token_hash=token_hash(token), used_at=None, expires_at__gt=at).first()


@dataclass(frozen=True, slots=True)
class ConsentView:
    """How a client stands to one purpose: since when it is agreed to, or when that was taken back."""

    purpose: Purpose
    given_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def stands(self) -> bool:
        return self.given_at is not None and self.withdrawn_at is None


def consents_of(client_id: int) -> list[ConsentView]:
    """Return the latest word of a client on every purpose, in the order of the purposes."""
    latest: dict[str, Consent] = {}
    for row in Consent.objects.filter(client_id=client_id).order_by("given_at", "pk"):
        latest[row.purpose] = row
    found = ((purpose, latest.get(purpose)) for purpose in Purpose)
    return [
        ConsentView(purpose, row.given_at if row else None, row.withdrawn_at if row else None) for purpose, row in found
    ]


def accounts_of(client_id: int) -> list[AssetAccount]:
    """Return the asset accounts of a client, by code."""
    return list(AssetAccount.objects.filter(client_id=client_id).order_by("code"))


def consents(client_id: int, purpose: Purpose) -> bool:
    """Return whether a client agrees to a purpose at present."""
    return Consent.objects.filter(client_id=client_id, purpose=purpose, withdrawn_at=None).exists()


def refuses(client_id: int, purpose: Purpose) -> bool:
    """Return whether a client took his agreement to a purpose back, and has not given it again."""
    said = list(Consent.objects.filter(client_id=client_id, purpose=purpose).values_list("withdrawn_at", flat=True))
    return bool(said) and None not in said


def telling_refusals(clients: QuerySet[Client], purpose: Purpose) -> QuerySet[Client]:
    """Return clients of whom each also tells, as `silent`, whether he refuses a purpose; in the same statement."""
    said = Consent.objects.filter(client=OuterRef("pk"), purpose=purpose)
    return clients.annotate(silent=Exists(said) & ~Exists(said.filter(withdrawn_at=None)))


def live_code(client_id: int, purpose: CodePurpose, subject: str, at: datetime) -> OneTimeCode | None:
    """Return the code with which a client can do something now: sent, not used, not expired, with tries left."""
    live = OneTimeCode.objects.filter(client_id=client_id, purpose=purpose, subject=subject)
    return live.filter(used_at=None, replaced_at=None, expires_at__gt=at, attempts_left__gt=0).first()

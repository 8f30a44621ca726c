"""Time stamps (RFC 3161): the local authority of the demo, and one behind an address.

Owns the request and the proof of its answer: a token counts only when it is over our digest, carries our nonce and
its certificate counts. Whatever goes wrong on the way is `NoStamp`: the caller then seals without a stamp and says so.
"""

from __future__ import annotations

import asyncio
import http.client
import secrets
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from asn1crypto import cms, core, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data

from smart_products.signing.seals.der import is_der, value
from smart_products.signing.seals.keys import SealKey
from smart_products.signing.seals.trust import Certificate, context
from smart_products.signing.seals.writing import (
    CONTEXT_0,
    GENERALIZED_TIME,
    INTEGER,
    SEQUENCE,
    SET,
    SIGNED_DATA,
    VERSION_1,
    write_token,
)

T = TypeVar("T")

POLICY = core.ObjectIdentifier("2.25.118375480652316902561983610042178361").dump()
"""The policy of the local authority: an identifier of our own, made from a random UUID."""
LARGEST_ANSWER = 65_536
MEDIA_TYPE = "application/timestamp-reply"


class NoStamp(OSError):
    """The authority gave no time stamp that counts."""


class StampAuthority(Protocol):
    """Gives time stamps; `name` says whose."""

    @property
    def name(self) -> str:
        """Whose."""

    def stamper(self, at: datetime) -> TimeStamper:
        """Return what pyHanko asks for tokens; `at` is the time of the local authority alone."""


@dataclass(frozen=True, slots=True)
class LocalAuthority:
    """Stamps with a key of this machine and the time it is told: a stand-in that proves nothing to others."""

    key: SealKey
    name: str = "local"

    def stamper(self, at: datetime) -> TimeStamper:
        """Return a stamper for one time."""
        return _Local(self.key, at)


@dataclass(frozen=True, slots=True)
class HttpAuthority:
    """An authority at an address; its answers are checked against the trusted certificates."""

    address: str
    trusted: tuple[Certificate, ...]
    seconds: int = 5

    @property
    def name(self) -> str:
        """The host."""
        return urlsplit(self.address).hostname or ""

    def stamper(self, at: datetime) -> TimeStamper:
        """Return a stamper that asks the address."""
        return _Remote(self)


class _Local(TimeStamper):
    def __init__(self, key: SealKey, at: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._key, self._at = key, at

    async def async_request_tsa_response(self, req: Any) -> Any:
        told = value(
            SEQUENCE,
            VERSION_1,
            POLICY,
            req["message_imprint"].dump(),
            value(INTEGER, b"\x01", secrets.token_bytes(15)),
            value(GENERALIZED_TIME, f"{self._at.astimezone(UTC):%Y%m%d%H%M%SZ}".encode()),
            req["nonce"].dump(),
        )
        token = cms.ContentInfo.load(await write_token(self._key, told))
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})


class _Remote(TimeStamper):
    def __init__(self, authority: HttpAuthority) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._authority = authority

    async def async_request_tsa_response(self, req: Any) -> Any:
        return _ask(self._authority, req.dump())

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            await _prove(token, message_digest, self._authority.trusted)
        except NoStamp:
            raise
        except Exception as error:  # whatever a stranger's answer does to a parser, it is no stamp
            raise NoStamp(f"{self._authority.name}: {error}") from error
        return token


def _ask(authority: HttpAuthority, request: bytes) -> Any:
    place = urlsplit(authority.address)
    kind = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}.get(place.scheme)
    if kind is None or not place.hostname:
        raise NoStamp(f"not an address of a time-stamping authority: {authority.address}")
    connection = kind(place.hostname, place.port, timeout=authority.seconds)
    try:
        path = f"{place.path or '/'}{f'?{place.query}' if place.query else ''}"
        connection.request("POST", path, request, {"Content-Type": "application/timestamp-query", "Accept": MEDIA_TYPE})
        answer = connection.getresponse()
        data = answer.read(LARGEST_ANSWER)
        if answer.status != http.client.OK or answer.headers.get_content_type() != MEDIA_TYPE:
            raise NoStamp(f"{authority.name} answered {answer.status} {answer.headers.get_content_type()}")
        return tsp.TimeStampResp.load(data, strict=True)
    finally:
        connection.close()


async def _prove(token: Any, digest: bytes, trusted: tuple[Certificate, ...]) -> None:
    """Raise NoStamp unless the token is over this digest, its certificate counts, and it has one spelling."""
    given = token["content"]["encap_content_info"]["content"].parsed
    status = await validate_tst_signed_data(
        token["content"], context(trusted, given["gen_time"].native), lambda _algorithm: digest
    )
    if not is_der(token.dump()) or not has_one_form(token):
        raise NoStamp("the token is not written in the one form it has")
    if not (status["intact"] and status["valid"] and status["validation_path"] is not None):
        raise NoStamp("the token does not fit, or its certificate does not count")


def has_one_form(token: Any) -> bool:
    """Say whether the parts of a token that its signature does not cover say what they must, and nothing else."""
    data = token["content"]
    (signer,) = data["signer_infos"]
    return bool(
        token["content_type"].native == "signed_data"
        and data["version"].native == "v3"
        and signer["version"].native == ("v1" if signer["sid"].name == "issuer_and_serial_number" else "v3")
        and data["digest_algorithms"].contents == signer["digest_algorithm"].dump()
        and data["encap_content_info"]["content_type"].native == "tst_info"
        and not data["crls"].native
        and not signer["unsigned_attrs"].native
        and _put_together(data, signer) == token.dump()
    )


def _put_together(data: Any, signer: Any) -> bytes:
    """Return a token made of its named parts alone, so that none besides can hide in it."""
    names = ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")
    signed = value(SEQUENCE, *(signer[name].dump() for name in names))
    parts = (data[name].dump() for name in ("version", "digest_algorithms", "encap_content_info", "certificates"))
    return value(SEQUENCE, SIGNED_DATA, value(CONTEXT_0, value(SEQUENCE, *parts, value(SET, signed))))


def complete(work: Coroutine[Any, Any, T]) -> T:
    """Run pyHanko's asynchronous work to its end, in the caller's context and beside whatever loop he is in."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(copy_context().run, asyncio.run, work).result()

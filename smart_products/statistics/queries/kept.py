"""Answers that are kept: what was once counted of a published day is read again, by every process of this machine.

Publications never change, so an answer stays the same while the same ones are current. Its name is the digest of the
question and of all it was counted from, taken from the very reads that the question makes: what is published, the tree
of units, nodes and channels, and what else it tells. Another state, or other code, has other names. A question names
its scope; whether a reader may ask it, the face has decided. Never keeps what depends on anything but publications.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cache, wraps
from inspect import signature
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from django.core.cache import caches
from django.db import connection

from accounts.queries import unit_tree
from core.reading import one_answer, remembered
from smart_products.statistics.queries.answers import NotPublished
from smart_products.statistics.queries.periods import opened, timeline
from smart_products.statistics.queries.scopes import channels, node_names

P = ParamSpec("P")
R = TypeVar("R")

CACHE, LISTS = "answers", "lists"
"""Where answers are kept: figures, and lists of clients, which are large and of which few are kept."""
DOMAIN = Path(__file__).resolve().parents[2]

_MARK = """
SELECT md5(concat_ws('|',
    (SELECT string_agg(public_id::text || is_current, ',' ORDER BY id) FROM statistics_publication),
    (SELECT system_identifier FROM pg_control_system()),
    (SELECT timeline_id FROM pg_control_checkpoint()),
    (SELECT string_agg(xmin::text || ctid, ',' ORDER BY day) FROM core_calendarday one WHERE one.trading AND one.day
        BETWEEN (SELECT min(as_of) FROM statistics_publication) AND (SELECT max(as_of) FROM statistics_publication)),
    (SELECT string_agg(xmin::text || ctid, ',' ORDER BY id) FROM accounts_unit),
    (SELECT string_agg(xmin::text || ctid, ',' ORDER BY id) FROM accounts_unitversion),
    (SELECT string_agg(xmin::text || ctid, ',' ORDER BY id) FROM catalogue_family),
    (SELECT string_agg(xmin::text || ctid, ',' ORDER BY id) FROM catalogue_product),
    (SELECT string_agg(xmin::text || ctid, ',' ORDER BY id) FROM catalogue_productversion)
))
"""
"""Of publications who they are and which are current; of the other rows which versions the database holds, named by the
transaction that wrote each and its place: to write all their words out takes longer than to answer. Numbers of
transactions begin anew in another database and after a return to an earlier time: both have another name too.
"""

log = logging.getLogger(__name__)


def kept(
    *, but: Collection[str] = (), told: Callable[[Mapping[str, Any]], object] | None = None, where: str = CACHE
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the answers of a question about a published day, unless one of the arguments `but` is given.

    `told` returns what an answer tells beside what is published, for the arguments with the day and version settled.
    """

    def keeping(question: Callable[P, R]) -> Callable[P, R]:
        shape = signature(question)
        usual = {name: shape.parameters[name].default for name in but}

        @wraps(question)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            given = shape.bind(*args, **kwargs)
            given.apply_defaults()
            with one_answer():
                settled = _settled(given.arguments, usual)
                if settled is None:
                    return question(*args, **kwargs)
                beside = told(settled) if told is not None else None
                name = _digest(_code(), question.__name__, settled, _state(settled["as_of"]), beside)
                found: R | None = _read(where, name)
                if found is None:
                    found = question(*args, **kwargs)
                    _write(where, name, found)
                return found

        return asked

    return keeping


def state_mark() -> str:
    """Return a mark of all that answers about published days are made of, in one statement; another state has another.

    A publication never changes but for whether it is the current one; of units, products and days every word counts.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MARK)
        mark: str = cursor.fetchone()[0]
    return mark


def whole_answer(*question: object, make: Callable[[], bytes]) -> bytes:
    """Return the bytes of a finished answer of this state, kept from before or made now.

    The question names everything that the answer depends on beside what is published: whose eyes it is for as well.
    """
    name = _digest(_code(), state_mark(), *question)
    found: bytes | None = _read(CACHE, name)
    if found is None:
        found = make()
        _write(CACHE, name, found)
    return found


def _settled(arguments: Mapping[str, Any], usual: Mapping[str, object]) -> dict[str, Any] | None:
    """Return the arguments with the day and version they come to; None for what is counted from what is known now."""
    if any(arguments[name] != value for name, value in usual.items()):
        return None
    try:
        known, shown = opened(arguments["as_of"], arguments["version"])
    except NotPublished:
        return None
    if known.retention_of(shown) is None:
        return None
    return {**arguments, "as_of": shown.as_of, "version": shown.version}


@remembered
def _state(day: date) -> str:
    """Return the digest of what answers about a day are made of; one publication more has another."""
    now = timeline()
    current = [row.public_id for row in (*now.days, *now.months, *now.retention)]
    return _digest(current, unit_tree(day), node_names(), channels())


@cache
def _code() -> str:
    """Return the digest of the code of the domain, so that a release never reads what another one kept."""
    files = sorted(path for kind in ("py", "sql") for path in DOMAIN.rglob(f"*.{kind}"))
    return _digest(*((path.relative_to(DOMAIN).as_posix(), path.read_bytes()) for path in files))


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _read(where: str, name: str) -> Any:
    try:
        return caches[where].get(name)
    except Exception:  # a spoilt file can fail in any way; what it held is counted anew
        log.warning("a kept answer could not be read", exc_info=True)
        return None


def _write(where: str, name: str, answer: object) -> None:
    try:
        caches[where].set(name, answer)
    except OSError:
        log.warning("an answer could not be kept", exc_info=True)

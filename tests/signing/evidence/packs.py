"""A whole pack made without a database, and ways to write one anew with something else in it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.chaining import extend
from smart_products.signing.evidence import canonical, container, packing
from smart_products.signing.evidence.chain import START, Head, Link, follow
from smart_products.signing.seals.trust import fingerprint
from tests.signing import house

Parts = dict[str, bytes]
PATH = ("aa" * 32, "bb" * 32)


@functools.cache
def core(subscription: str, level: str = "L1") -> packing.Core:
    agreement = house.sealed if level == "L1" else house.signed_and_sealed
    return packing.build(house.contents(subscription, agreement, level), sealer=house.sealer(), at=house.AT)


@functools.cache
def place(subscription: str) -> packing.Place:
    """Third in a chain, two links before its head."""
    certificate = house.sealer().key.certificate
    previous = extend(START, "cc" * 32)
    bare = Link(3, subscription, core(subscription).sha256, house.AT, fingerprint(certificate), previous, "", b"")
    digest = extend(previous, bare.leaf())
    link = replace(bare, digest=digest, signature=house.sealer().sign_raw(digest.encode()))
    head = Head(house.AT.date(), 5, follow(digest, PATH), START)
    return packing.Place(link, certificate.dump(), PATH, head, house.sealer().seal_file(head.file(), at=house.AT).seal)


@functools.cache
def stamps() -> tuple[bytes, ...]:
    """Two stamps of later years, three and six years on."""
    made: list[bytes] = []
    for years in (3, 6):
        covered = packing.stamped(core("S1").data, made)
        made.append(house.sealer().stamp_file(covered, at=house.AT + timedelta(days=365 * years)).token)
    return tuple(made)


@functools.cache
def whole() -> bytes:
    return packing.export(core("S1").data, place=place("S1"), stamps=stamps(), sealer=house.sealer(), at=house.AT)


def rewritten(change: Callable[[Parts], None], *, relisted: bool = False) -> bytes:
    """The pack with something changed, in a container without fault; `relisted`: with the lists made anew as well."""
    parts = container.read(whole())
    change(parts)
    if relisted:
        relist(parts)
    return container.write(parts)


def relist(parts: Parts) -> None:
    """Make both lists of parts agree with the parts, as a forger would; their seals he can not make."""
    for name, seal, others in (
        (packing.MANIFEST, packing.MANIFEST_SEAL, ("chain/", "stamps/", packing.EXPORT, packing.EXPORT_SEAL)),
        (packing.EXPORT, packing.EXPORT_SEAL, ()),
    ):
        told = canonical.read(parts[name])
        told["parts"] = packing.listed(
            {one: data for one, data in parts.items() if one not in {name, seal} and not one.startswith(others)}
        )
        parts[name] = canonical.write(told)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value that holds no other."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, (*path, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from leaves(part, (*path, number))
    else:
        yield path


def other(value: Any) -> Any:
    """A value of the same kind that is another one."""
    if value is None:
        return "x"
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return f"{value[:-1]}{'0' if value[-1:] != '0' else '1'}"


def with_other(value: Any, path: tuple[Any, ...]) -> Any:
    """The JSON value with one place changed."""
    if not path:
        return other(value)
    first, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[first] = with_other(value[first], tuple(rest))
    return copy


def fields() -> list[tuple[str, tuple[Any, ...]]]:
    """Every single field of every JSON part of the pack."""
    found = []
    for name, data in container.read(whole()).items():
        if name.endswith(".json"):
            found += [(name, path) for path in leaves(canonical.read(data))]
    return found

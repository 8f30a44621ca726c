"""The manifest of a delivery: what the sender declares, checked before a byte is read.

Owns `manifest.json`: its schema, its dates and the names of its files. Never opens a file
the manifest names; survey.py compares them with what is declared here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from smart_products.holdings.reading.columns import KINDS, MONEY
from smart_products.holdings.reading.faults import FeedError, Refusal

NAME = "manifest.json"
SIZE_LIMIT = 1 << 20
FIRST_DAY = date(1990, 12, 19)
"""The first day of the exchange: no date of a feed lies before it."""

_ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "gb18030": "gb18030"}
_MODES = ("full", "changes")
_KEYS = ("business_date", "from", "source", "sequence", "files")
_FILE_KEYS = ("name", "encoding", "mode", "rows", "sha256", "totals", "complete_from")
_FILE_NAME = re.compile(rf"({'|'.join(KINDS)})\.(csv|parquet)")
_TOTAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,2})?")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What the manifest declares of one file; `totals` are in fen by column."""

    name: str
    kind: str
    format: str
    """`csv` or `parquet`."""
    encoding: str
    """`utf-8` or `gb18030`; of no meaning in Parquet."""
    mode: str
    """`full` or `changes`."""
    rows: int
    sha256: str
    totals: Mapping[str, int]
    complete_from: date | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A delivery as declared: the days `first` to `business_date` of a source, and its files in reading order."""

    business_date: date
    first: date
    source: str
    sequence: int
    files: tuple[FileEntry, ...]
    digest: str
    """SHA-256 of the manifest's bytes, which name the hashes of all files: equal digest, equal delivery."""
    warnings: tuple[Refusal, ...] = ()

    def entry(self, kind: str) -> FileEntry | None:
        """Return the file of a kind, or None if the delivery has none."""
        return next((entry for entry in self.files if entry.kind == kind), None)


def load(
    folder: Path,
    *,
    today: date | None = None,
    is_trading_day: Callable[[date], bool] | None = None,
) -> Manifest:
    """Read and check the manifest of a delivery folder.

    Dates after `today` and business dates off `is_trading_day` are refused where these are given.
    Raises FeedError with every breach found, not the first alone.
    """
    content = _content(folder)
    check = _Check(folder, today, is_trading_day)
    return check.manifest(_parse(content), hashlib.sha256(content).hexdigest())


def _content(folder: Path) -> bytes:
    path = folder / NAME
    if not path.is_file():
        raise FeedError([Refusal(NAME, None, "", "manifest_missing")])
    if path.is_symlink() or path.stat().st_size > SIZE_LIMIT:
        raise FeedError([Refusal(NAME, None, "", "manifest_unreadable", "link or above 1 MB")])
    return path.read_bytes()


def _parse(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise FeedError([Refusal(NAME, error.lineno, str(error.colno), "manifest_unreadable", error.msg)]) from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FeedError([Refusal(NAME, line, "", "manifest_unreadable", "not UTF-8")]) from error
    except (ValueError, RecursionError) as error:
        raise FeedError([Refusal(NAME, None, "", "manifest_unreadable", str(error))]) from error
    if not isinstance(found, dict):
        raise FeedError([Refusal(NAME, 1, "", "manifest_unreadable", "not an object")])
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"key given twice: {next(name for name in names if names.count(name) > 1)}")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


class _Check:
    """Collects every breach of one manifest; a class because all checks share the collection."""

    def __init__(self, folder: Path, today: date | None, is_trading_day: Callable[[date], bool] | None) -> None:
        self.folder = folder
        self.today = today
        self.is_trading_day = is_trading_day
        self.refusals: list[Refusal] = []
        self.warnings: list[Refusal] = []

    def manifest(self, found: dict[str, Any], digest: str) -> Manifest:
        self.unknown(found, _KEYS, "")
        business_date = self.day(found, "business_date", "")
        first = self.day(found, "from", "") if "from" in found else business_date
        if business_date and self.is_trading_day and not self.is_trading_day(business_date):
            self.breach("not_a_trading_day", "business_date", business_date)
        if business_date and first and first > business_date:
            self.breach("from_after_business_date", "from", first)
        source = self.source(found)
        sequence = self.number(found, "sequence", "", 1) if "sequence" in found else 1
        files = self.files(found)
        if self.refusals or business_date is None or first is None:
            raise FeedError(self.refusals)
        order = tuple(KINDS)
        files.sort(key=lambda entry: order.index(entry.kind))
        return Manifest(business_date, first, source, sequence, tuple(files), digest, tuple(self.warnings))

    def breach(self, rule: str, place: str, value: object = "") -> None:
        self.refusals.append(Refusal(NAME, None, place, rule, str(value)))

    def unknown(self, found: dict[str, Any], known: tuple[str, ...], place: str) -> None:
        for key, value in found.items():
            if key not in known:
                self.warnings.append(Refusal(NAME, None, f"{place}{key}", "unknown_key", repr(value)))

    def given(self, found: dict[str, Any], key: str, place: str) -> Any:
        if found.get(key) is None:
            self.breach("manifest_key_missing", f"{place}{key}")
        return found.get(key)

    def day(self, found: dict[str, Any], key: str, place: str) -> date | None:
        text = self.given(found, key, place)
        if text is None:
            return None
        try:
            day = date.fromisoformat(text) if isinstance(text, str) and _ISO.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None:
            self.breach("not_iso_date", f"{place}{key}", text)
        elif day < FIRST_DAY:
            self.breach("date_too_early", f"{place}{key}", text)
        elif self.today and day > self.today:
            self.breach("date_in_future", f"{place}{key}", text)
        else:
            return day
        return None

    def number(self, found: dict[str, Any], key: str, place: str, least: int) -> int:
        value = self.given(found, key, place)
        if value is None:
            return least
        if type(value) is not int or not least <= value < 2**31:
            self.breach("manifest_value", f"{place}{key}", value)
            return least
        return value

    def source(self, found: dict[str, Any]) -> str:
        value = self.given(found, "source", "")
        if value is None:
            return ""
        if not isinstance(value, str) or not re.fullmatch(r"[\w.-]{1,64}", value):
            self.breach("manifest_value", "source", value)
        elif value == "here":
            self.breach("source_reserved", "source", value)
        return str(value)

    def files(self, found: dict[str, Any]) -> list[FileEntry]:
        listed = self.given(found, "files", "")
        if listed is None:
            return []
        if not isinstance(listed, list):
            self.breach("manifest_value", "files", type(listed).__name__)
            return []
        entries: list[FileEntry] = []
        for number, item in enumerate(listed):
            place = f"files[{number}]"
            if not isinstance(item, dict):
                self.breach("manifest_value", place, item)
                continue
            entry = self.entry(item, f"{place}.")
            if entry and any(entry.kind == other.kind for other in entries):
                self.breach("duplicate_file", f"{place}.name", entry.name)
            elif entry:
                entries.append(entry)
        if not self.refusals and not any(entry.kind == "holdings" for entry in entries):
            self.warnings.append(Refusal(NAME, None, "files", "holdings_missing"))
        return entries

    def entry(self, item: dict[str, Any], place: str) -> FileEntry | None:
        self.unknown(item, _FILE_KEYS, place)
        name = self.given(item, "name", place)
        named = self.name(name, place) if name is not None else None
        kind, form = named or ("", "")
        mode = self.mode(item, kind, place)
        encoding = _ENCODINGS.get(str(item.get("encoding", "utf-8")).lower())
        if encoding is None and form != "parquet":
            self.breach("manifest_value", f"{place}encoding", item["encoding"])
        digest = self.given(item, "sha256", place)
        if digest is not None and not (isinstance(digest, str) and _HASH.fullmatch(digest.lower())):
            self.breach("manifest_value", f"{place}sha256", digest)
        rows = self.number(item, "rows", place, 0)
        totals = self.totals(item, kind, place)
        since = self.day(item, "complete_from", place) if item.get("complete_from") is not None else None
        if named is None or digest is None:
            return None
        return FileEntry(str(name), kind, form, encoding or "utf-8", mode, rows, str(digest).lower(), totals, since)

    def name(self, name: object, place: str) -> tuple[str, str] | None:
        if not isinstance(name, str) or name != Path(name).name or re.search(r"[\\/:\x00-\x1f]|^\.", name):
            self.breach("path_in_name", f"{place}name", name)
            return None
        matched = _FILE_NAME.fullmatch(name)
        if matched is None:
            self.breach("unknown_kind", f"{place}name", name)
            return None
        if (self.folder / name).is_symlink():
            self.breach("path_in_name", f"{place}name", f"{name} is a link")
            return None
        return matched[1], matched[2]

    def mode(self, item: dict[str, Any], kind: str, place: str) -> str:
        mode = item.get("mode")
        if mode is None and kind == "holdings":
            return "full"
        if mode is None:
            self.breach("manifest_key_missing", f"{place}mode")
        elif mode not in _MODES:
            self.breach("manifest_value", f"{place}mode", mode)
        elif kind == "holdings" and mode != "full":
            self.breach("holdings_not_full", f"{place}mode", mode)
        return str(mode)

    def totals(self, item: dict[str, Any], kind: str, place: str) -> dict[str, int]:
        listed = item.get("totals")
        if listed is None:
            return {}
        if not isinstance(listed, dict):
            self.breach("manifest_value", f"{place}totals", listed)
            return {}
        totals: dict[str, int] = {}
        for column, value in listed.items():
            if kind != "holdings" or column not in MONEY:
                self.warnings.append(Refusal(NAME, None, f"{place}totals.{column}", "unknown_key", str(value)))
            elif not isinstance(value, str) or not _TOTAL.fullmatch(value):
                self.breach("manifest_value", f"{place}totals.{column}", value)
            else:
                totals[column] = int(Decimal(value) * 100)
        return totals

"""What a person hands over in place of a folder: files, or one zip of them, laid into a folder under their own names.

Owns what may be laid there: files of a feed by their exact names, no more bytes than a limit, whatever a zip claims of
itself. Never reads what the files hold, and writes nowhere but into the folder it is given.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from smart_products.holdings.reading.columns import KINDS
from smart_products.holdings.reading.faults import refuse
from smart_products.holdings.reading.manifest import NAME

ALLOWED = re.compile(rf"({'|'.join(KINDS)})\.(csv|parquet)|{re.escape(NAME)}")
CHUNK = 1 << 20
MOST_MEMBERS = 40
LINK = 0o120000
BESIDE = "__MACOSX"
"""What one system packs beside every folder."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was handed over: the name its sender gave it, and its bytes."""

    name: str
    file: IO[bytes]


def unpack(uploads: Sequence[Upload], folder: Path, limit: int) -> list[Path]:
    """Lay files, or those of one zip, into a folder; return them by name. Raises FeedError, at most `limit` bytes."""
    if not uploads:
        raise refuse("", "upload_empty")
    zipped = uploads[0].name.lower().endswith(".zip")
    if zipped and len(uploads) > 1:
        raise refuse(uploads[0].name, "upload_no_zip", value=len(uploads))
    left = limit
    # A member may turn out damaged as it is read. RuntimeError: encrypted; NotImplementedError: packed in a way that
    # is not read here.
    try:
        for one in _members(uploads[0]) if zipped else uploads:
            left -= _lay(one, folder, left)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as problem:
        raise refuse(uploads[0].name, "upload_no_zip", value=problem) from problem
    laid = sorted(folder.iterdir())
    if not any(path.name != NAME for path in laid):
        raise refuse("", "upload_empty")
    return laid


def _members(upload: Upload) -> Iterator[Upload]:
    """Yield the files of a zip, one folder deep at most."""
    with zipfile.ZipFile(upload.file) as archive:
        listed = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith(BESIDE)]
        if len(listed) > MOST_MEMBERS:
            raise refuse(upload.name, "upload_too_large", value=len(listed))
        for one in listed:
            path = PurePosixPath(one.filename)
            if ".." in path.parts or path.is_absolute() or len(path.parts) > 2 or _is_link(one):
                raise refuse(one.filename, "path_in_name", value=one.filename)
            with archive.open(one) as file:
                yield Upload(path.name, file)


def _is_link(member: zipfile.ZipInfo) -> bool:
    return (member.external_attr >> 16) & 0o170000 == LINK


def _lay(upload: Upload, folder: Path, left: int) -> int:
    """Copy one file and return its size; what is written is counted, whatever was declared."""
    if ALLOWED.fullmatch(upload.name) is None:
        raise refuse(upload.name, "unknown_kind", value=upload.name)
    path, size = folder / upload.name, 0
    if any(path.stem == other.stem for other in folder.iterdir()):
        raise refuse(upload.name, "duplicate_file", value=upload.name)
    with path.open("xb") as out:
        while block := upload.file.read(CHUNK):
            size += len(block)
            if size > left:
                raise refuse(upload.name, "upload_too_large", value=size)
            out.write(block)
    path.chmod(0o644)
    return size

"""Hands a feed folder over, waits until its day is published, and prints the product matrix.

    SMART_TOKEN=spt_... python load_feed.py https://smart.example.com path/to/folder

A partner's system shows SMART_CLIENT_ID and SMART_CLIENT_SECRET instead. Either needs the areas operate, feeds and
figures. Ends with 1 where the feed is refused, or the day is not published in time.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from unicodedata import east_asian_width

import httpx

from smart_products_client import Client, ProblemError, models

JUDGED = frozenset({"accepted", "rejected", "superseded"})
WAITS_FOR_A_PERSON = frozenset({"parked", "cancelled"})
Found = TypeVar("Found")


class NotLoaded(Exception):
    """The feed did not become a published day."""


def load(client: Client, folder: Path, *, since: str | None, patience: float, every: float) -> models.Matrix:
    """Hand a folder over and return the matrix of its day. Raises NotLoaded, ProblemError, httpx.TransportError."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8-sig"))
    names = ["manifest.json", *(one["name"] for one in manifest["files"])]
    told = client.delivery_upload(files=[folder / name for name in names])
    print(f"handed over as {told['folder']}", file=sys.stderr)
    until = time.monotonic() + patience
    judged = wait(lambda: judgement(client, told["folder"]), "judged", until, every)
    if judged["state"] != "accepted":
        raise NotLoaded(f"{judged['state']}: {judged.get('error') or judged['delivery'] or 'no reason was given'}")
    print(f"accepted as {judged['delivery']}", file=sys.stderr)
    if any(name.startswith("holdings.") for name in names):  # without values of accounts no day has to be published
        wait(lambda: publication(client, manifest), "published", until, every)
    return client.matrix_read(as_of=manifest["business_date"], since=since)


def judgement(client: Client, folder: str) -> models.Upload | None:
    """Return what became of a folder; None while it is on its way. Raises NotLoaded where a person is needed."""
    told = client.delivery_upload_read(folder=folder)
    if told["state"] in WAITS_FOR_A_PERSON:
        raise NotLoaded(f"{told['state']}: {told.get('error') or 'see the jobs of the house'}")
    return told if told["state"] in JUDGED else None


def publication(client: Client, manifest: dict[str, Any]) -> models.Publication | None:
    """Return the current version of the manifest's day, once it is made from this delivery; None before."""
    try:
        versions = client.publication_versions_list(as_of=manifest["business_date"])["data"]
    except ProblemError as problem:
        if problem.status == httpx.codes.NOT_FOUND:
            return None
        raise
    ours = manifest["source"], manifest["sequence"]
    found = (one for one in versions if ours in {(each["source"], each["sequence"]) for each in one["deliveries"]})
    return next(found, None)


def wait(look: Callable[[], Found | None], what: str, until: float, every: float) -> Found:
    """Return what a look finds, looking again until then. Raises NotLoaded."""
    while (found := look()) is None:
        if time.monotonic() > until:
            raise NotLoaded(f"not {what} in time; it may still be")
        time.sleep(every)
    return found


def table(matrix: models.Matrix) -> list[str]:
    """Return the matrix as lines: money in yuan, shares in per cent, a dash for what can not be observed."""
    head = ["node", "name", "retained", "first-sign", "signed assets", "growth", "entered", "left", "flow", "market"]
    rows = [
        [
            row["node"], row["name_en"] or row["name"], str(row["retained_clients"]), share(row["first_sign"]["rate"]),
            *(money(row["signed_assets"]), share(row["growth"])),
            *(money(row["entered"]), money(row["left"]), money(row["flow"]), money(row["market"])),
        ]
        for row in matrix["rows"]
    ]  # fmt: skip
    widths = [max(map(width, column)) for column in zip(head, *rows, strict=True)]
    first = (
        f"Product matrix as of {matrix['as_of']}, compared with {matrix['since'] or '-'}; version {matrix['version']}"
    )
    return [first, "", *(line(cells, widths) for cells in (head, *rows))]


def line(cells: list[str], widths: list[int]) -> str:
    """Return one line of the table: words to the left, figures to the right."""
    gaps = [" " * (size - width(cell)) for cell, size in zip(cells, widths, strict=True)]
    words = [f"{cell}{gap}" for cell, gap in zip(cells[:2], gaps[:2], strict=True)]
    return "  ".join((*words, *(f"{gap}{cell}" for cell, gap in zip(cells[2:], gaps[2:], strict=True)))).rstrip()


def width(text: str) -> int:
    """Return how many columns a text takes in a terminal."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def money(told: str | None) -> str:
    """Return an amount with its thousands apart."""
    return "-" if told is None else f"{Decimal(told):,.2f}"


def share(told: float | None) -> str:
    """Return a fraction in per cent."""
    return "-" if told is None else f"{told:.2%}"


def main() -> int:
    """Read the arguments, load, print."""
    arguments = argparse.ArgumentParser(description="Hand a feed over, and print the matrix of its day.")
    arguments.add_argument("base_url", help="such as https://smart.example.com")
    arguments.add_argument("folder", type=Path, help="manifest.json, and the files that it names")
    arguments.add_argument("--since", help="the day to compare with; a year earlier without it")
    arguments.add_argument("--patience", type=float, default=1800, help="seconds to wait in all (1800)")
    arguments.add_argument("--every", type=float, default=5, help="seconds between two looks (5)")
    given = arguments.parse_args()
    token, name, secret = map(os.environ.get, ("SMART_TOKEN", "SMART_CLIENT_ID", "SMART_CLIENT_SECRET"))
    try:
        with Client(given.base_url, token=token, client_id=name, client_secret=secret) as client:
            matrix = load(client, given.folder, since=given.since, patience=given.patience, every=given.every)
    except (NotLoaded, ProblemError, httpx.TransportError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    print("\n".join(table(matrix)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

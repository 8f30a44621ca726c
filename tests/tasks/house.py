"""A small broker's house for the tests: three trading days of two clients, and what was published of them.

`deliver_day` writes a real feed folder; `cells` gives what is published by codes, so that two databases with other
ids can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.db.models import QuerySet

from accounts.models import Unit
from core.actor import system
from core.files import digest_of, path_of
from core.operations import import_calendar
from smart_products.catalogue.models import Family, Product
from smart_products.holdings.models import AccountDay, AccountMonth
from smart_products.holdings.operations import Outcome, deliver, serve_months
from smart_products.statistics.columns import PUBLISHED
from smart_products.statistics.models import Cell, Channel, Grain, Publication, SliceKind
from smart_products.statistics.nodes import MATRIX, MATRIX_CODE, family_node, product_node
from smart_products.statistics.operations import close
from smart_products.statistics.queries.members import served_files
from tasks.calendars import seed_rows
from tests.holdings.reading.feeds import Delivery, csv_bytes

AT = datetime(2025, 1, 2, 10, 0, tzinfo=UTC)
BY = system("test")
TODAY = date(2025, 1, 2)
DAYS = (date(2024, 12, 27), date(2024, 12, 30), date(2024, 12, 31))
MASTERS = ("units", "clients", "accounts", "products", "subscriptions")

Values = Mapping[str, str]
VALUES: Mapping[date, Values] = {
    DAYS[0]: {"A1": "1000.00", "A2": "2500.50"},
    DAYS[1]: {"A1": "1100.00", "A2": "2400.00"},
    DAYS[2]: {"A1": "1050.00", "A2": "2450.25"},
}


def import_days(first: date = date(2023, 1, 1), last: date = date(2025, 12, 31)) -> None:
    """Fill the trading calendar with a few years."""
    import_calendar(rows=[row for row in seed_rows() if first <= row[0] <= last], by=BY, at=AT)


def write_day(
    folder: Path,
    day: date,
    values: Values | None = None,
    *,
    masters: bool = False,
    sequence: int = 1,
    source: str = "core",
    spoil: Mapping[str, bytes] | None = None,
) -> Path:
    """Write the delivery folder of a day; `spoil` replaces the bytes of a kind."""
    rows = [
        {
            "account": account,
            "date": day.isoformat(),
            "value": value,
            "net_flow": "1.00",
            "turnover": "0",
            "revenue": "0",
        }
        for account, value in (values or VALUES[day]).items()
    ]
    content = {"holdings": csv_bytes(rows), **(spoil or {})}
    kinds = (*MASTERS, "holdings") if masters else ("holdings",)
    head = {
        "business_date": day.isoformat(), "from": day.isoformat(), "sequence": sequence, "source": source,
    }  # fmt: skip
    return Delivery(folder, kinds, content, head=head).write()


def write_days(folder: Path, days: Sequence[date] = DAYS) -> list[Path]:
    """Write one folder a day, the first with the master data."""
    return [write_day(folder / day.isoformat(), day, masters=day == days[0]) for day in days]


def take(folder: Path) -> Outcome:
    """Deliver a folder."""
    return deliver(folder=folder, today=TODAY, by=BY, at=AT)


def run_night(folders: Sequence[Path]) -> None:
    """Deliver folders, close and serve, in this process."""
    for folder in folders:
        outcome = take(folder)
        assert outcome.state in {"accepted", "repeated"}, outcome.errors
    close(by=BY, at=AT)
    serve_months(months=served_files(), by=BY, at=AT)


Key = tuple[str, str, str, str, str]
Figures = dict[Key, tuple[Any, ...]]


def cells() -> Figures:
    """Return all current cells by grain, day, dimension, slice and node, in codes; those of the files.

    PostgreSQL holds fewer of them, depending on how many days were closed at once; they must say the same.
    """
    name_of = _names()
    found: Figures = {}
    with duckdb.connect() as files:
        for row in _with_cells().order_by("grain", "as_of"):
            path = path_of(settings.FACTS_DIR, row.files["marginals"])
            lines = files.execute(
                f"SELECT kind, slice_key, node, {', '.join(PUBLISHED)}, growth_log FROM read_parquet(?) WHERE day = ?",
                [str(path), row.as_of],
            ).fetchall()
            assert lines, f"no cells of {row}"
            for kind, key, node, *values, log in lines:
                found[name_of(row, kind, key, node)] = _figures(values, log)
    stored = {row.pk: row for row in _with_cells()}
    for cell in Cell.objects.filter(publication_id__in=stored):
        place = name_of(stored[cell.publication_id], cell.kind, cell.slice_key, cell.node)
        assert found[place] == _figures([getattr(cell, name) for name in PUBLISHED], cell.growth_log), place
    return found


def _with_cells() -> QuerySet[Publication]:
    return Publication.objects.filter(is_current=True).exclude(grain=Grain.RETENTION)


def _figures(values: Sequence[int | None], log: float | None) -> tuple[Any, ...]:
    return (*(value or 0 for value in values), round(log or 0, 12))


def _names() -> Callable[[Publication, int, int, int], Key]:
    slices = _slice_codes()
    nodes = {MATRIX: MATRIX_CODE}
    nodes |= {family_node(key): code for key, code in Family.objects.values_list("pk", "code")}
    nodes |= {product_node(bit): code for bit, code in Product.objects.values_list("bit", "code")}
    return lambda row, kind, key, node: (row.grain, str(row.as_of), str(kind), slices[kind, key], nodes[node])


def _slice_codes() -> dict[tuple[int, int], str]:
    codes = {(int(SliceKind.UNIT), key): code for key, code in Unit.objects.values_list("pk", "code")}
    codes |= {(int(SliceKind.CHANNEL), key): code for key, code in Channel.objects.values_list("pk", "code")}
    return codes | {(int(SliceKind.TIER), tier): str(tier) for tier in range(9)}


def served() -> dict[tuple[str, str], tuple[int, int]]:
    """Return the portal's copy by account code and day: value and flow in fen."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for row in AccountMonth.objects.select_related("account"):
        for day, value, flow in zip(row.days, row.values, row.net_flows, strict=True):
            found[row.account.code, str(day)] = (value, flow)
    for line in AccountDay.objects.select_related("account"):
        found[line.account.code, str(line.day)] = (line.value, line.net_flow)
    return found


@dataclass(frozen=True)
class Snapshot:
    """What a house says: published cells, the portal's copy, and how many publications there ever were."""

    cells: Figures
    served: dict[tuple[str, str], tuple[int, int]]


def snapshot() -> Snapshot:
    """Return what is published and served now."""
    return Snapshot(cells(), served())


def publications() -> str:
    """Return a digest of every publication there ever was, with its version."""
    rows = Publication.objects.filter(grain=Grain.DAY).order_by("as_of", "version")
    return digest_of([f"{row.as_of} {row.version} {row.inputs}" for row in rows])

"""How large the benchmarks are: as the figures of the design ask, or tiny for a quick trial."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Clients, days, rows and repetitions; `clients` are those retained on the last day."""

    clients: int
    days: int
    nights: int
    """Last days closed one by one, as nights are ..."""
    eve: str
    """... after all days up to this one; a generated broker ends on 2024-12-31."""
    few_rows: int
    many_rows: int
    history_clients: int
    history_days: int
    short_days: int
    """Days of the same broker with little history, to compare a day's cost."""
    rebuild_days: int
    """Days of the history of `clients` that is closed from nothing ..."""
    peer_days: int
    """... its last ones, which the straightforward programs of DuckDB and Polars close too ..."""
    postgres_days: int
    """... the last of those, for the statement in PostgreSQL."""
    touched_days: int
    """Days that a late list of subscriptions touches."""
    tenfold_clients: tuple[int, ...]
    """Each ten times the one before."""
    tenfold_days: int
    demo_clients: int
    demo_days: int
    repeats: int
    pages: int
    """Times each page's figures are asked for."""
    signings: int
    """Clients who sign, one after another."""
    packs: int
    """Packs of evidence that are made and judged."""
    api_seconds: float
    """How long each address of the API is asked, in each of the repetitions."""


FULL = Sizes(
    clients=180_000,
    days=30,
    nights=5,
    eve="2024-12-24",
    few_rows=300_000,
    many_rows=3_000_000,
    history_clients=20_000,
    history_days=485,
    short_days=21,
    rebuild_days=500,
    peer_days=10,
    postgres_days=2,
    touched_days=20,
    tenfold_clients=(18_000, 180_000),
    tenfold_days=20,
    demo_clients=20_000,
    demo_days=485,
    repeats=5,
    pages=40,
    signings=100,
    packs=40,
    api_seconds=3,
)
SMALL = Sizes(
    clients=300,
    days=12,
    nights=2,
    eve="2024-12-27",
    few_rows=1_500,
    many_rows=3_000,
    history_clients=100,
    history_days=40,
    short_days=10,
    rebuild_days=40,
    peer_days=3,
    postgres_days=2,
    touched_days=3,
    tenfold_clients=(30, 300),
    tenfold_days=10,
    demo_clients=100,
    demo_days=30,
    repeats=2,
    pages=3,
    signings=4,
    packs=3,
    api_seconds=0.5,
)

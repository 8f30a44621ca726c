"""The straightforward close of the last days of a long history, in DuckDB, Polars and PostgreSQL.

Owns how many days each is given. The cells of every day are compared before its time counts. The programs get each
client's tier and each account's value of the day before for nothing, and their tables are made before the clock runs.
"""

from __future__ import annotations

from benchmarks.figures import Figure, reported
from benchmarks.inside import peers
from benchmarks.inside.night import last_nights
from benchmarks.rebuild import DUCKDB, FACTS, POLARS, POSTGRES
from benchmarks.sizes import Sizes
from smart_products.holdings.models import DayFacts


def measure(sizes: Sizes) -> list[Figure]:
    """Return the facts of the whole history, and microseconds a fact of each program."""
    spent, facts = dict.fromkeys((DUCKDB, POLARS, POSTGRES), 0.0), dict.fromkeys((DUCKDB, POLARS, POSTGRES), 0)
    with last_nights(sizes.peer_days) as nights:
        for place, night in enumerate(nights):
            programs = {DUCKDB: peers.in_duckdb, POLARS: peers.in_polars}
            if place >= len(nights) - sizes.postgres_days:
                programs[POSTGRES] = peers.in_postgres
            for name, program in programs.items():
                spent[name] += program(night, 1)
                facts[name] += night.facts
    rows = sum(DayFacts.objects.values_list("rows", flat=True))
    return [
        reported(FACTS, rows, "facts"),
        *(reported(name, spent[name] / facts[name] * 1e6, "us/fact") for name in spent),
    ]

"""Same arguments, same bytes; other arguments are refused by name; the headline broker hits its figures."""

from __future__ import annotations

import hashlib
import resource
import time
from datetime import date
from pathlib import Path

import pytest

from demo import period, units
from demo.broker import generate
from tests.demo import made


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_seed_gives_the_same_bytes_and_another_seed_other_ones(tmp_path: Path) -> None:
    days = made.trading_days(40)
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        generate(folder=tmp_path / name, clients=300, trading_days=days, seed=seed, daily=2)
    one, two, three = (hashes(tmp_path / name) for name in ("one", "two", "three"))
    assert len(one) >= 14
    assert one == two
    assert one["history/holdings.parquet"] != three["history/holdings.parquet"]


def test_progress_counts_the_days(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    generate(
        folder=tmp_path / "feed",
        clients=50,
        trading_days=made.trading_days(9),
        seed=1,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(done, 9) for done in range(1, 10)]


def test_a_short_broker_has_no_year_over_year_figures(tmp_path: Path) -> None:
    truth = generate(folder=tmp_path / "feed", clients=50, trading_days=made.trading_days(9), seed=1)
    assert truth.broker["year_over_year"] is False
    assert truth.broker["since"] == truth.broker["from"]
    assert truth.planted["growth"] is None
    assert truth.realised["retained_clients"] == 50


@pytest.mark.parametrize(
    ("clients", "days", "daily", "message"),
    [(9, 20, 0, "at least 10"), (50, 1, 0, "two trading days"), (50, 20, 20, "at least one day")],
)
def test_impossible_arguments_are_refused_before_anything_is_written(
    tmp_path: Path, clients: int, days: int, daily: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        generate(
            folder=tmp_path / "feed",
            clients=clients,
            trading_days=made.trading_days(days),
            seed=1,
            daily=daily,
        )
    assert not (tmp_path / "feed").exists()


def test_days_that_do_not_ascend_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ascending"):
        generate(folder=tmp_path / "feed", clients=50, trading_days=made.trading_days(9)[::-1], seed=1)


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(FileExistsError):
        generate(folder=tmp_path, clients=50, trading_days=made.trading_days(9), seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("clients", "branches", "outlets"), [(300, 1, 5), (2000, 3, 30), (20_000, 30, 300), (180_000, 30, 300)]
)
def test_organisation_grows_with_the_broker(clients: int, branches: int, outlets: int) -> None:
    assert units.sizes(clients) == (branches if clients > 300 else 1, outlets)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 12, 31), 6, date(2024, 6, 30)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2024, 1, 31), 11, date(2023, 2, 28)),
        (date(2024, 3, 15), 3, date(2023, 12, 15)),
        (date(2025, 1, 1), 1, date(2024, 12, 1)),
    ],
)
def test_months_before(day: date, months: int, expected: date) -> None:
    assert period.months_before(day, months) == expected


@pytest.mark.slow
def test_headline_broker(tmp_path: Path) -> None:
    begin = time.monotonic()
    truth = generate(folder=tmp_path / "feed", clients=180_000, trading_days=made.trading_days(485), seed=1)
    came = truth.realised
    assert time.monotonic() - begin < 120
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 6 * 1024 * 1024
    assert came["retained_clients"] == 180_000
    assert came["first_sign"]["rate"] == 0.7
    assert came["first_sign"]["clients"] > 50_000
    assert round(float(came["signed_assets"]) / 1e9, 2) == 4.00
    assert round(came["growth"] * 100, 1) == 82.0

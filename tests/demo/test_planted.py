"""What was planted comes out: an estimate stands within four standard errors of its truth.

The estimators are written here, from the definitions of docs/metrics.md, and a wrong one
(open spells taken as survivors, see the negative control) fails.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from demo import tenure
from demo.broker import generate
from tests.demo import made

DAYS = made.trading_days(485)
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module", params=SEEDS)
def broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A broker of two years and its truth."""
    target = tmp_path_factory.mktemp("broker") / "feed"
    truth = generate(folder=target, clients=2000, trading_days=DAYS, seed=request.param)
    return target, truth.document()


def spells(folder: Path) -> NDArray[np.int64]:
    """Return (length, ended) of each client's stretches in the matrix, cut off at the last day."""
    con = made.load(folder)
    rows = con.execute("""
        SELECT client, start::DATE - DATE '1970-01-01',
               coalesce("end"::DATE, DATE '9999-12-31') - DATE '1970-01-01'
        FROM subscriptions WHERE coalesce("end", '9') > start ORDER BY ALL
    """).fetchall()
    last = (made.LAST - type(made.LAST)(1970, 1, 1)).days
    joined: list[tuple[str, int, int]] = []
    for client, start, end in rows:
        if joined and joined[-1][0] == client and start - joined[-1][2] < 5:
            joined[-1] = (client, joined[-1][1], max(end, joined[-1][2]))
        else:
            joined.append((client, start, end))
    return np.array([(min(end, last) - start, end <= last) for _, start, end in joined], dtype=np.int64)


def kaplan_meier(lengths: NDArray[np.int64], day: int) -> tuple[float, float]:
    """Return S(day) and its standard error by Greenwood's formula."""
    survival, hazard = 1.0, 0.0
    for length in np.unique(lengths[(lengths[:, 1] == 1) & (lengths[:, 0] <= day), 0]):
        risk = int((lengths[:, 0] >= length).sum())
        ends = int(((lengths[:, 0] == length) & (lengths[:, 1] == 1)).sum())
        survival *= 1 - ends / risk
        hazard += ends / (risk * (risk - ends))
    return survival, survival * hazard**0.5


def test_survival(broker: tuple[Path, dict[str, Any]]) -> None:
    lengths = spells(broker[0])
    points = broker[1]["planted"]["survival"]
    assert [point["months"] for point in points] == [1, 2, 3, 6, 12]
    for point in points:
        estimate, error = kaplan_meier(lengths, point["days"])
        assert abs(estimate - point["survival"]) < 4 * error, point


@pytest.mark.parametrize("seed", SEEDS)
def test_survival_that_counts_open_spells_as_survivors_is_off(tmp_path: Path, seed: int) -> None:
    truth = generate(folder=tmp_path / "feed", clients=8000, trading_days=DAYS[-5:], seed=seed)
    lengths = spells(tmp_path / "feed")
    point = truth.planted["survival"][-1]
    estimate, error = kaplan_meier(lengths, point["days"])
    assert abs(estimate - point["survival"]) < 4 * error
    lengths[lengths[:, 1] == 0, 0] = 10_000
    estimate, error = kaplan_meier(lengths, point["days"])
    assert abs(estimate - point["survival"]) > 4 * error


def test_survival_is_the_product_of_the_monthly_hazards(broker: tuple[Path, dict[str, Any]]) -> None:
    planted = broker[1]["planted"]
    for point in planted["survival"]:
        hazards = planted["monthly_hazards"][: point["months"]]
        assert point["survival"] == pytest.approx(np.prod([1 - hazard for hazard in hazards]))


def test_flow_and_market_points(broker: tuple[Path, dict[str, Any]]) -> None:
    planted, came = broker[1]["planted"]["points"], broker[1]["realised"]["points"]
    for term in ("flow", "market"):
        assert 0 < planted[term]["standard_error"] < 0.06
        assert abs(came[term] - planted[term]["points"]) < 4 * planted[term]["standard_error"]


def test_reactivation(broker: tuple[Path, dict[str, Any]]) -> None:
    planted, came = broker[1]["planted"]["reactivation"], broker[1]["realised"]["reactivation"]
    for truth, seen in zip(planted["within"], came, strict=True):
        share = seen["returned"] / seen["ended"]
        error = (truth["chance"] * (1 - truth["chance"]) / seen["ended"]) ** 0.5
        assert abs(share - truth["chance"]) < 4 * error


def test_headline_at_a_small_scale(broker: tuple[Path, dict[str, Any]]) -> None:
    came = broker[1]["realised"]
    assert came["retained_clients"] == 2000
    assert came["first_sign"]["rate"] == 0.7
    assert came["first_sign"]["clients"] > 500
    assert float(came["signed_assets"]) == pytest.approx(4e9 * 2000 / 180_000, rel=1e-3)
    assert came["growth"] == pytest.approx(0.82, abs=0.0015)
    assert json.loads((broker[0] / "truth.json").read_text("utf-8"))["realised"] == came


def test_renewal_equation_against_a_simulation() -> None:
    planted = tenure.build(1.0, 400)
    rng = np.random.default_rng(1)
    count = 200_000
    number, start = np.arange(count), np.zeros(count, dtype=np.int64)
    inside = np.zeros(count, dtype=np.bool_)
    while len(number):
        end = start + planted.lengths(rng.random(len(number)))
        inside[number[(start <= 300) & (end > 300)]] = True
        wait = tenure.return_days(rng.random(len(number)))
        again = (wait >= 0) & (end + wait <= 300)
        number, start = number[again], (end + wait)[again]
    assert tenure.in_force(planted)[300] == pytest.approx(inside.mean(), abs=0.004)

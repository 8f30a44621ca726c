"""What arrives late closes the days it touches and no others, in batches, and goes on where it was broken off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import duckdb
import pytest

from accounts.models import AssetAccount, ClientVersion
from core.actor import system
from core.models import AuditEvent
from smart_products.statistics import block, plan
from smart_products.statistics.models import Grain, Publication
from smart_products.statistics.operations import CloseResult, TooManyDays, close
from smart_products.statistics.queries.aside import AsideReason
from tests.oracle import service
from tests.oracle.broker import trading_days
from tests.oracle.feeds import Delivery, Row, Sheet
from tests.statistics import cuts
from tests.statistics.cases import account, client, history, product, signed
from tests.statistics.cuts import bounds, differences, published

DAYS = trading_days(date(2024, 3, 18), date(2024, 4, 3))
HUGE = 9_999_999_999_999


@pytest.fixture(autouse=True)
def _calendar(db: None) -> None:
    service.import_test_calendar()


def loaded(**more: tuple[int, int]) -> Delivery:
    """Three clients; C1 has signed throughout."""
    usual = {"A2": (70_000, 0), "A3": (9, 0)}
    return history(
        {day: {"A1": (1_000 + n, n), **usual, **more} for n, day in enumerate(DAYS)},
        clients=[client("C1"), client("C2", "O2"), client("C3")],
        accounts=[account("A1", "C1"), account("A2", "C2"), account("A3", "C3")],
        subscriptions=[signed("S1", "C1", "A1", date(2024, 2, 1)), signed("S3", "C3", "A3", date(2024, 2, 1))],
    )


def told(**masters: list[Row]) -> Delivery:
    """Return master data that arrives after everything is published."""
    return Delivery(DAYS[-1], DAYS[-1], {kind: Sheet(tuple(rows), "changes") for kind, rows in masters.items()}, 2)


def closed(*, confirm: bool = False) -> CloseResult:
    return close(by=system("test"), at=service.AT, confirm=confirm)


def versions() -> dict[date, int]:
    rows = Publication.objects.filter(grain=Grain.DAY, is_current=True)
    return dict(rows.values_list("as_of", "version"))


@contextmanager
def new_formulas() -> Iterator[None]:
    """Let a new release compute every figure anew."""
    plan.FORMULAS += 1
    try:
        yield
    finally:
        plan.FORMULAS -= 1


LATE = {
    "a list of long ago": ({"subscriptions": [signed("S9", "C2", "A2", DAYS[2])]}, 2, len(DAYS)),
    "what began and ended": ({"subscriptions": [signed("S9", "C2", "A2", DAYS[2], DAYS[5], "expired")]}, 2, len(DAYS)),
    "a first signing of the end": ({"subscriptions": [signed("S9", "C2", "A2", DAYS[-1])]}, len(DAYS) - 1, len(DAYS)),
    "a product nobody signed": ({"products": [product("dca")]}, 0, 0),
    "a product signed since": (
        {"products": [product("dca")], "subscriptions": [signed("S9", "C2", "A2", DAYS[7], of="dca")]},
        7,
        len(DAYS),
    ),
    "a product changed its family": ({"products": [product("grid", "other")]}, 0, len(DAYS)),
}


@pytest.mark.parametrize(
    "late", [pytest.param(late, marks=[pytest.mark.slow] * (number % 2)) for number, late in enumerate(LATE)]
)
def test_the_days_it_touches_and_no_others(late: str) -> None:
    masters, first, end = LATE[late]
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, [loaded()])
        closed()
        service.deliver_in_order(folder, [told(**masters)])
        result = closed()
        assert result.days == DAYS[first:end]
        assert versions() == {day: 2 if day in result.days else 1 for day in DAYS}
        assert result.months == ([DAYS[9]] if end and first < 10 else [])
        restated = published()
        assert differences(restated, cuts.closed([None])) == []


def test_new_formulas_are_counted_before_anything_is_computed_and_published_by_batches() -> None:
    with service.fresh_service(reclose_days="4") as folder, bounds(rows=block.BLOCK_ROWS, batch=5):
        service.deliver_in_order(folder, [loaded()])
        closed()
        before = {place: rows for place, rows in published().items() if not place.endswith("marks")}
        events = AuditEvent.objects.filter(action="publish").count()
        with new_formulas():
            with pytest.raises(TooManyDays) as error:
                closed()
            assert error.value.days == len(DAYS)
            assert versions() == dict.fromkeys(DAYS, 1)
            result = closed(confirm=True)
        assert (result.days, result.restated) == (DAYS, len(DAYS))
        shown = AuditEvent.objects.filter(action="publish").order_by("pk")[events:]
        assert [one.details["days"] for one in shown] == [5, 5, 3]
        assert result.months == []  # their days say the same as before
        after = {place: rows for place, rows in published().items() if not place.endswith("marks")}
        assert differences(after, before) == []


def test_a_broken_backfill_goes_on_where_it_had_published() -> None:
    with service.fresh_service() as folder, bounds(rows=block.BLOCK_ROWS, batch=3):
        service.deliver_in_order(folder, [loaded()])
        closed()

        def break_off(_day: date, number: int, _total: int) -> None:
            if number > 10:
                raise KeyboardInterrupt

        with new_formulas():
            with pytest.raises(KeyboardInterrupt):
                close(by=system("test"), at=service.AT, confirm=True, progress=break_off)
            done = [day for day, version in sorted(versions().items()) if version == 2]
            assert done == DAYS[:9]
            assert closed(confirm=True).days == DAYS[9:]
        assert versions() == dict.fromkeys(DAYS, 2)


def test_an_account_no_sum_can_hold_is_set_aside_and_the_others_are_closed() -> None:
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, [loaded(A3=(5, 0))])
        closed()
        expected = service.matrix(DAYS[-1], DAYS[0], unit="O1")["rows"][0]
    for flow in (0, -HUGE):
        with service.fresh_service() as folder:
            service.deliver_in_order(folder, [loaded(A3=(HUGE if not flow else 5, flow))])
            result = closed()
            assert result.days == DAYS
            (group,) = result.aside.groups
            assert (group.reason, group.accounts, group.first) == (AsideReason.TOO_LARGE, 1, (("core", "A3"),))
            found = service.matrix(DAYS[-1], DAYS[0], unit="O1")["rows"][0]
            assert (found["signed_assets"], expected["signed_assets"]) == ("1012.00", "1017.00")
            same = ("entered", "left", "flow", "market", "retained_clients")
            assert [found[name] for name in same] == [expected[name] for name in same]


@pytest.mark.slow
def test_such_an_account_would_stop_the_close_of_all() -> None:
    largest, block.LARGEST = block.LARGEST, 10**16
    try:
        with service.fresh_service() as folder:
            service.deliver_in_order(folder, [loaded(A3=(HUGE, 0)), told(subscriptions=[signed_late()])])
            with pytest.raises(duckdb.Error):
                closed()
    finally:
        block.LARGEST = largest


def signed_late() -> Row:
    return signed("S3", "C3", "A3", DAYS[4])


def test_accounts_without_client_or_place_are_named_and_the_others_are_closed() -> None:
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, [loaded()])
        AssetAccount.objects.filter(code="A2").update(client=None)
        ClientVersion.objects.filter(client__code="C3").update(outlet=None)
        result = closed()
        assert result.days == DAYS
        assert [(group.reason, group.first) for group in result.aside.groups] == [
            (AsideReason.NO_CLIENT, (("core", "A2"),)),
            (AsideReason.NO_PLACE, (("core", "A3"),)),
        ]
        assert result.aside.accounts == 2
        assert service.matrix(DAYS[-1], DAYS[0])["rows"][0]["signed_assets"] == "1012.00"
        said = service.command("close")
        assert [group["first"] for group in said["aside"]] == [["core A2"], ["core A3"]]

"""What was reported stays readable to the fen, and two versions of a day say what made them differ."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AssetAccount
from smart_products.statistics.models import Cell, Grain, Publication, SliceKind
from smart_products.statistics.queries import NoSuchVersion, NotPublished, UnknownScope, differences, history, matrix
from smart_products.statistics.queries.parts import OtherAccounts
from tests.effort import PROFILE, histories
from tests.oracle import service
from tests.oracle.broker import Shape, trading_days
from tests.oracle.feeds import Delivery
from tests.statistics.cases import account, client, held, night, product, signed
from tests.statistics.cases import history as loaded_history
from tests.statistics.cuts import shapes, two_sources

DAYS = trading_days(date(2024, 3, 25), date(2024, 4, 5))
D = DAYS[3]


@pytest.fixture
def calendar(db: None) -> None:
    service.import_test_calendar()


def loaded() -> Delivery:
    """Three clients of two outlets; C1 holds two accounts, C3 has signed nothing."""
    values = {
        day: {"A1": (1_000 + n, 1), "B1": (500, 0), "A2": (70_000, 0), "A3": (9, 0)} for n, day in enumerate(DAYS)
    }
    return loaded_history(
        values,
        clients=[client("C1"), client("C2", "O2", "branch"), client("C3")],
        accounts=[account("A1", "C1"), account("B1", "C1"), account("A2", "C2"), account("A3", "C3")],
        products=[product("grid"), product("dca", "plans")],
        subscriptions=[
            signed("S1", "C1", "A1", date(2024, 2, 1)),
            signed("S2", "C2", "A2", date(2024, 2, 1)),
            signed("S3", "C1", "B1", DAYS[5], of="dca"),
        ],
    )


def corrected(day: date, sequence: int = 2, **rows: tuple[int, int]) -> Delivery:
    usual = {"A1": (1_000 + DAYS.index(day), 1), "B1": (500, 0), "A2": (70_000, 0), "A3": (9, 0)}
    return Delivery(day, day, {"holdings": held({day: {**usual, **rows}})}, sequence=sequence)


def late_signing() -> Delivery:
    """C3 signed on the second day, told on the day after the last; S1 turns out to have ended on the fourth."""
    day = trading_days(DAYS[-1], date(2024, 4, 12))[1]
    rows = {day: {"A1": (1, 0), "B1": (1, 0), "A2": (1, 0), "A3": (1, 0)}}
    ended = signed("S1", "C1", "A1", date(2024, 2, 1), D, "withdrawn")
    return night(rows, subscriptions=[signed("S9", "C3", "A3", DAYS[1]), ended])


def deliver_and_close(folder: Path, *story: Delivery) -> None:
    for one in story:
        service.deliver_in_order(folder, [one])
        service.close()


def answers(days: list[date], version: int | None = None) -> dict[Any, Any]:
    """Return everything the matrix says of these days, over a day and over all, by itself and in slices."""
    found = {}
    for day in days[1:]:
        for since in (days[0], days[days.index(day) - 1]):
            for filters in ({}, {"by": "outlet"}, {"by": "tier"}, {"unit": "B1", "channel": "online"}):
                shown = service.matrix(day, since, version=version, **filters)
                found[day, since, tuple(filters.items())] = (shown["rows"], shown["cut"], shown["version"])
    return found


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
def test_an_old_version_answers_as_it_did_whatever_period_is_asked() -> None:
    with service.fresh_service() as folder:
        deliver_and_close(folder, loaded())
        first = answers(DAYS)
        deliver_and_close(folder, corrected(D, A1=(1_500, 40), A2=(20_000, 0)), corrected(DAYS[1], A2=(69_000, 5)))
        replaced = Publication.objects.filter(grain=Grain.DAY, is_current=False, version=1)
        days = list(replaced.order_by("as_of").values_list("as_of", flat=True))
        assert days == [DAYS[1], DAYS[2], D, DAYS[4]]
        assert {row.cut_id for row in Publication.objects.filter(as_of=D)} == {
            Publication.objects.get(as_of=DAYS[0]).cut_id
        }
        again, now = answers([DAYS[0], *days], version=1), answers([DAYS[0], *days])
        assert {key for key in again if again[key] != first[key]} == set()
        assert all(now[day, DAYS[0], ()][0] != first[day, DAYS[0], ()][0] for day in days)


@pytest.mark.usefixtures("calendar")
def test_a_corrected_value_names_its_account_and_its_delivery() -> None:
    with service.fresh_service() as folder:
        deliver_and_close(folder, loaded(), corrected(D, A1=(1_500, 40)))
        found = differences(as_of=D)
        assert (found.earlier.version, found.later.version, found.later.current) == (1, 2, True)
        assert [row.assets.now for row in found.figures] == [7_100_300, 7_150_000]
        assert [row.assets.flow for row in found.figures] == [100, 4_000]
        (part,) = found.accounts
        assert (part.source, part.code, part.assets, part.clients) == ("core", "A1", 49_700, 0)
        (change,) = found.facts
        assert change.before is not None
        assert change.after is not None
        assert (change.day, change.before.sequence, change.after.sequence) == (D, 1, 2)
        assert change.after.folder == "001"
        assert found.cut == ()
        other = differences(as_of=DAYS[4])
        assert other.accounts == ()
        assert [row.assets.flow for row in other.figures] == [100, 100]
        assert other.figures[0].assets.market != other.figures[1].assets.market
        assert [one.day for one in other.facts] == [D]


@pytest.mark.usefixtures("calendar")
def test_late_master_data_names_accounts_and_what_changed_in_the_cut() -> None:
    with service.fresh_service() as folder:
        deliver_and_close(folder, loaded(), late_signing())
        found = differences(as_of=D)
        assert [(one.code, one.assets, one.clients) for one in found.accounts] == [
            ("A1", -100_300, -1),
            ("A3", 900, 1),
        ]
        assert found.facts == ()
        assert [(one.part, one.removed, one.added) for one in found.cut] == [("subscriptions", 1, 2)]
        early = differences(as_of=DAYS[1])
        assert [(one.part, one.removed, one.added) for one in early.cut] == [("subscriptions", 0, 1)]
        assert [one.code for one in early.accounts] == ["A3"]
        with pytest.raises(NotPublished):
            differences(as_of=DAYS[0])  # untouched: it has one version


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
def test_an_account_that_may_not_be_seen_counts_and_has_no_name() -> None:
    with service.fresh_service() as folder:
        deliver_and_close(folder, loaded(), late_signing())
        mine = AssetAccount.objects.filter(code="A3")
        found = differences(as_of=D, visible=mine)
        assert [part.code for part in found.accounts] == ["A3"]
        assert found.others == OtherAccounts(0, 0, 0)
        assert found.outside == OtherAccounts(1, -100_300, -1)
        alone = differences(as_of=D, visible=mine, limit=0)
        assert (alone.others.accounts, alone.outside.accounts) == (1, 1)
        hidden = differences(as_of=D, visible=AssetAccount.objects.none())
        assert (hidden.accounts, hidden.outside.clients) == ((), 0)


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
def test_terms_count_from_the_day_that_is_asked_for() -> None:
    with service.fresh_service() as folder:
        deliver_and_close(folder, loaded(), corrected(D, A1=(1_500, 40)))
        for since in (DAYS[0], DAYS[2]):
            found = differences(as_of=DAYS[4], since=since)
            for version, told in zip((1, 2), found.figures, strict=True):
                shown = matrix(as_of=DAYS[4], since=since, node="matrix", version=version).rows[0]
                assert (told.assets, told.clients, told.first_sign) == (shown.assets, shown.clients, shown.first_sign)
        with pytest.raises(NotPublished):
            differences(as_of=D, since=DAYS[4])


@pytest.mark.usefixtures("calendar")
def test_a_version_that_is_not_there_names_those_that_are() -> None:
    with service.fresh_service() as folder:
        deliver_and_close(folder, loaded(), corrected(D, A1=(1_500, 40)))
        for wrong in ({"later": 3}, {"earlier": 9}, {"later": 1}):
            with pytest.raises(NoSuchVersion) as problem:
                differences(as_of=D, **wrong)  # type: ignore[arg-type]
            assert problem.value.versions == (2, 1)
        assert [one.version for one in differences(as_of=D, earlier=2, later=2).versions] == [2, 1]
        with pytest.raises(NotPublished) as absent:
            differences(as_of=date(2024, 3, 23))
        assert absent.value.latest == DAYS[-1]


@pytest.mark.usefixtures("calendar")
def test_versions_whose_outlets_lie_in_files_each_tell_their_own_figures() -> None:
    with service.fresh_service() as folder:
        deliver_and_close(folder, loaded(), corrected(D, A1=(1_500, 40)))
        told = [one.assets for one in history(as_of=D, unit="O1").versions]
        row = differences(as_of=D, unit="O1").figures
        Publication.objects.update(has_outlets=False)
        Cell.objects.filter(kind=SliceKind.UNIT).delete()
        assert [one.assets for one in history(as_of=D, unit="O1").versions] == told == [150_000, 100_300]
        assert differences(as_of=D, unit="O1").figures == row


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
def test_scopes_and_limits_cut_the_parts_and_the_sums_stay() -> None:
    with service.fresh_service() as folder:
        deliver_and_close(folder, loaded(), late_signing())
        one = differences(as_of=DAYS[5], limit=1)
        assert (one.others.accounts, one.others.clients) == (2 - 1, 1)
        assert differences(as_of=DAYS[5], unit="B2").accounts == ()
        assert differences(as_of=DAYS[5], channel="branch").accounts == ()
        assert [part.code for part in differences(as_of=DAYS[5], node="grid").accounts] == ["A1", "A3"]
        # C1 stays by his other product; his account A1 leaves alone.
        assert [(part.code, part.clients) for part in differences(as_of=DAYS[5]).accounts] == [("A1", 0), ("A3", 1)]
        for wrong in ({"node": "no"}, {"unit": "no"}, {"tier": "no"}, {"channel": "no"}):
            with pytest.raises(UnknownScope):
                differences(as_of=DAYS[5], **wrong)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
@histories(0.1)
@given(shapes(20 if PROFILE == "full" else 8, daily=True), st.integers(0, 2**32 - 1), st.integers(0, 5))
def test_the_parts_add_up_to_the_difference(shape: Shape, seed: int, limit: int) -> None:
    story = two_sources(shape, seed)
    Random(seed).shuffle(story)
    with service.fresh_service() as folder:
        for one in story:
            service.deliver(folder, [one])
            service.close()
        scopes = list(_scopes(service.matrix(Publication.objects.latest("as_of").as_of)))
        for row in Publication.objects.filter(grain=Grain.DAY, version__gt=1).order_by("pk")[:8]:
            for scope in scopes:
                found = differences(as_of=row.as_of, earlier=row.version - 1, later=row.version, limit=limit, **scope)
                before, after = found.figures
                for figures, version in ((before, row.version - 1), (after, row.version)):
                    asked: dict[str, Any] = {
                        "node": "matrix",
                        **scope,
                        "as_of": row.as_of,
                        "since": row.before,
                        "version": version,
                    }
                    assert figures == matrix(**asked).rows[0], scope
                assets = sum(part.assets for part in found.accounts) + found.others.assets
                clients = sum(part.clients for part in found.accounts) + found.others.clients
                assert assets == after.assets.now - before.assets.now, scope
                assert clients == after.clients.retained - before.clients.retained, scope
                assert len(found.accounts) <= limit
                assert found.others.accounts >= 0
                assert found.outside == OtherAccounts(0, 0, 0)


def _scopes(matrix: dict[str, Any]) -> Iterator[dict[str, Any]]:
    top = matrix["rows"][0]
    yield from ({}, {"node": matrix["rows"][-1]["node"]}, {"tier": "t2"}, {"channel": "online"})
    yield {"unit": top["unit"], "tier": "t1", "channel": "online"}


@pytest.mark.usefixtures("calendar")
def test_the_command_prints_versions_and_differences() -> None:
    with service.fresh_service() as folder:
        deliver_and_close(folder, loaded())
        assert service.command("publications", str(D))["differences"] is None
        deliver_and_close(folder, corrected(D, A1=(1_500, 40)), corrected(D, 3, A1=(1_600, 40)))
        said = service.command("publications", str(D))
        assert [one["version"] for one in said["publications"]] == [3, 2, 1]
        found = said["differences"]
        assert (found["from"], found["to"]) == (2, 3)
        assert found["accounts"][0]["assets"] == {"from": "1500.00", "to": "1600.00"}
        assert found["figures"]["signed_assets"]["difference"] == "100.00"
        assert Decimal(found["figures"]["flow"]["to"]) == 40
        assert found["deliveries"][0]["to"]["sequence"] == 3
        assert service.command("publications", str(D), "--from=1", "--to=2")["differences"]["to"] == 2
        out = io.StringIO()
        call_command("publications", str(D), "--from=1", stdout=out)
        for part in ("core A1", "1003.00", "1600.00", "597.00", "#1 000", "#3 002"):
            assert part in out.getvalue().replace(",", "")
        for wrong in ([str(D), "--from=9"], [str(D), "--node=no"], ["2020-01-02"]):
            with pytest.raises(CommandError):
                call_command("publications", *wrong, stdout=io.StringIO())

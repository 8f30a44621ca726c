"""Two versions as a page words them: title, cause, figures to the fen, accounts, deliveries, and what is not listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from django.utils import translation

from backoffice.filters import Filters
from backoffice.pages.matrix import Surroundings
from backoffice.pages.product.differences import SHOWN_DAYS, DifferencesPage, page
from backoffice.pages.product.differences_sheet import sheet
from backoffice.scope import scope
from screens.tables import csv_text
from smart_products.holdings.queries import DayFactsView
from smart_products.statistics.figures import Assets, MatrixRow
from smart_products.statistics.nodes import NodeName
from smart_products.statistics.queries import Differences
from smart_products.statistics.queries.differences import CutChange, FactsChange
from smart_products.statistics.queries.parts import AccountPart, OtherAccounts
from tests.backoffice import samples

NODES = [NodeName(0, "matrix", "matrix", "", "matrix", "matrix")]
SECOND = samples.matrix().publication
FIRST = replace(SECOND, version=1, current=False)
DELIVERY = UUID("00000000-0000-0000-0000-00000000002a")
FACTS = DayFactsView("core", 2, 1_204_386, datetime(2025, 1, 5, 15, 41, tzinfo=UTC), 12, "again", DELIVERY)
NONE = OtherAccounts(0, 0, 0)


def row(now: int, *, moved: int = 0) -> MatrixRow:
    """A row that was worth 10,000 yuan before; what it gained came from the market and, in a slice, from elsewhere."""
    whole = samples.rows()[0]
    assets = Assets(now, 1_000_000, {"new_client": 500}, {"expired": 300}, 100, now - 1_000_300 - moved, moved)
    return replace(whole, assets=assets, clients=replace(whole.clients, retained=now // 10_000))


def found(before: MatrixRow, after: MatrixRow, **changes: object) -> Differences:
    plain = Differences(samples.AS_OF, (SECOND, FIRST), FIRST, SECOND, (before, after), (), NONE, NONE, (), ())
    return replace(plain, **changes)  # type: ignore[arg-type]


def draw(one: Differences, *, feeds: bool = True, language: str = "en") -> DifferencesPage:
    around = Surroundings(samples.DAYS, scope(samples.UNITS, None, language), {}, {}, language, samples.UNITS)
    with translation.override(language):
        return page(one, NODES, Filters(as_of=samples.AS_OF), around, feeds=feeds)


def test_the_title_tells_the_difference_and_the_lines_tell_it_to_the_fen() -> None:
    drawn = draw(found(row(1_000_000), row(1_020_001)))
    assert drawn.clauses == ("From version 1 to version 2,", "signed assets CNY +200.01,", "retained clients +2")
    assets = drawn.lines[0]
    assert (assets.before.text, assets.after.text, assets.difference.text) == ("10,000.00", "10,200.01", "+200.01")
    names = [line.name for line in drawn.lines]
    assert names[:8] == [
        "Signed assets",
        "Before",
        "New clients",
        "Returned",
        "Expanded",
        "Left",
        "Net inflow",
        "Market",
    ]
    assert {line.name for line in drawn.lines if not line.same} == {"Signed assets", "Market", "Retained clients"}
    assert drawn.lines[5].before.text == "−3.00", "what left lowers the assets"
    moved = draw(found(row(1_000_000), row(1_000_000, moved=700)))
    assert next(line for line in moved.lines if line.name == "Moved").difference.text == "+7.00"
    assert moved.clauses[1] == "signed assets and retained clients are the same"


def test_equal_versions_say_so() -> None:
    drawn = draw(found(row(1_000_000), row(1_000_000)))
    assert drawn.clauses[1] == "nothing differs here"
    assert drawn.accounts_title == "No account makes a difference"
    assert drawn.rests == ()
    assert drawn.cause.startswith("Both know the same deliveries")
    assert all(line.same for line in drawn.lines)


def test_accounts_that_are_not_listed_are_summed() -> None:
    part = AccountPart("core", "A1", 0, 30_000, 0, 1)
    one = found(
        row(1_000_000), row(1_020_000), accounts=(part,),
        others=OtherAccounts(7, -9_000, 0), outside=OtherAccounts(1, -1_000, 1),
    )  # fmt: skip
    drawn = draw(one)
    assert drawn.accounts_title == "9 accounts make the difference"
    (line,) = drawn.accounts
    assert (line.remark, line.name, line.before, line.difference, line.client) == (
        "core",
        "A1",
        "0.00",
        "+300.00",
        "+1",
    )
    assert [(rest.name, rest.difference, rest.client) for rest in drawn.rests] == [
        ("7 further accounts", "−90.00", "0"),
        ("1 account outside your units", "−10.00", "+1"),
        ("Difference", "+200.00", "+2"),
    ]


def test_only_who_may_open_deliveries_gets_their_addresses() -> None:
    change = FactsChange(samples.AS_OF, "core", None, FACTS)
    one = found(row(1_000_000), row(1_000_000), facts=(change,), cut=(CutChange("subscriptions", 0, 3),))
    (line,) = draw(one).facts
    assert line.before.name.reason
    assert (line.after.name.text, line.after.address) == ("Delivery 2", f"/feeds/{DELIVERY}/")
    assert "again" not in line.after.remark, "a folder may bear any name"
    (hidden,) = draw(one, feeds=False).facts
    assert hidden.after.address == ""
    assert draw(one).cause == "The facts of 1 day were delivered anew. Master data differs in: subscriptions."
    assert draw(one).cut[0].added == "3"


def test_many_days_are_cut_short_the_latest_first() -> None:
    days = [date(2024, 12, day) for day in range(2, 2 + SHOWN_DAYS + 3)]
    one = found(row(1_000_000), row(1_000_000), facts=tuple(FactsChange(day, "core", None, FACTS) for day in days))
    drawn = draw(one)
    assert [line.day for line in drawn.facts] == [day.isoformat() for day in reversed(days[3:])]
    assert drawn.more_days == "3 earlier days stand in the export."
    assert sum(",delivery,core," in line for line in csv_text(sheet(one, "")).splitlines()) == len(days)


def test_either_version_can_be_chosen_and_opened() -> None:
    drawn = draw(found(row(1_000_000), row(1_000_000)))
    earlier, later = drawn.sides
    assert (earlier.key, [one.value for one in earlier.options if one.chosen]) == ("against", ["1"])
    assert (later.key, [one.value for one in later.options if one.chosen]) == ("version", ["2"])
    assert earlier.address == "?as_of=2024-12-31&version=1"
    assert later.address == "?as_of=2024-12-31", "the current version has a plain address"
    assert drawn.kept == (("as_of", "2024-12-31"),)
    assert drawn.address == "?as_of=2024-12-31&version=2&against=1"


def test_the_sheet_is_exact_and_no_code_acts_as_a_formula() -> None:
    part = AccountPart("core", "=A1", 1, 30_000, 1, 1)
    rows = csv_text(sheet(found(row(1_000_000), row(1_029_999), accounts=(part,)), "2023-12-29")).splitlines()
    assert rows[1].endswith(",1,2,figure,,,signed_assets,10000.00,10299.99,299.99")
    assert rows[1].startswith("2024-12-31,2023-12-29,matrix,HQ,")
    assert any(line.endswith(",account,core,'=A1,signed_assets,0.01,300.00,299.99") for line in rows)

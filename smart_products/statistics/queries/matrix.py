"""The product matrix of a scope and a period, from published figures.

Owns how sums become rows: scope, period, reading order, gross and net. Where they are read from, sums.py knows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from accounts.queries import unit_tree
from core.calendar import CalendarGap, trading_days
from smart_products.statistics.chain import EPOCH
from smart_products.statistics.figures import (
    ENTER_REASONS,
    LEAVE_REASONS,
    Assets,
    Clients,
    FirstSign,
    MatrixRow,
    Overlap,
    Returns,
)
from smart_products.statistics.models import Publication
from smart_products.statistics.months import six_months_before, year_before
from smart_products.statistics.nodes import MATRIX, MATRIX_CODE, NodeName
from smart_products.statistics.queries.answers import Matrix, Standing
from smart_products.statistics.queries.cells import EMPTY, Period, Sums
from smart_products.statistics.queries.kept import kept
from smart_products.statistics.queries.periods import Timeline, opened, versions_of
from smart_products.statistics.queries.scopes import (
    Slice,
    Structure,
    named,
    node_names,
    slice_of,
    slices_by,
)
from smart_products.statistics.queries.sums import NOTHING, Line, Part, read_periods, read_sums


def _told(given: Mapping[str, Any]) -> object:
    """Return what a matrix tells beside what is published: deliveries, versions and missed days."""
    known, shown = opened(given["as_of"], given["version"])
    return versions_of(shown.as_of), _missed_days(known, _period(known, shown, given["since"]))


@kept(told=_told)
def matrix(
    *,
    as_of: date | None = None,
    since: date | None = None,
    unit: str | None = None,
    tier: str | None = None,
    channel: str | None = None,
    by: str = "",
    node: str | None = None,
    version: int | None = None,
    structure: Structure = Structure.WAS,
    patient: bool = True,
) -> Matrix:
    """Return the published matrix. `since` defaults to the year-on-year day; without one there are levels alone.

    `by` is unit (direct children), outlet, tier or channel: it adds a row for each slice of the node.
    `structure` tells whether a unit is on each day what it was then, or what it is on the as-of day.
    Who is not `patient` is left without slices on several dimensions, which take seconds.
    Raises NotPublished for a day or version that is not published, UnknownScope for an unknown code.
    """
    known, shown = opened(as_of, version)
    period = _period(known, shown, since)
    tree = unit_tree(shown.as_of)
    scope = slice_of(tree, unit, tier, channel, shown.as_of if structure is Structure.NOW else None)
    nodes = node_names()
    wanted = named(nodes, node)
    number = wanted[0].number
    below = Part(slices_by(by, scope, tree) if by else [], sorted({number, MATRIX}))
    later = not patient and bool(below.slices) and below.keyed is None
    below = NOTHING if later else below
    every = Part([scope], [name.number for name in nodes])
    (sums,), parts, line = read_sums(known, period, every, below, Line(known, shown, number))
    views = versions_of(shown.as_of)
    return Matrix(
        as_of=shown.as_of,
        since=period.before.as_of if period.before else None,
        publication=next(one for one in views if one.version == shown.version),
        versions=tuple(views),
        rows=tuple(_row(name, scope, sums, nodes, period) for name in wanted),
        slices=tuple(
            _row(wanted[0], part, found, nodes, period) for part, found in zip(below.slices, parts, strict=True)
        ),
        later=later,
        overlap=_overlap(nodes, sums),
        line=line,
        opening=shown.before is None,
        warnings=tuple(_missed_days(known, period)),
    )


@kept()
def standing(
    *,
    as_of: date | None = None,
    since: date | None = None,
    unit: str | None = None,
    tier: str | None = None,
    channel: str | None = None,
    node: str | None = None,
    version: int | None = None,
) -> Standing:
    """Return how one node of the matrix stands: its row alone, as `matrix` tells it. Raises as `matrix` does."""
    known, shown = opened(as_of, version)
    period = _period(known, shown, since)
    scope = slice_of(unit_tree(shown.as_of), unit, tier, channel)
    nodes = node_names()
    name = named(nodes, node or MATRIX_CODE)[0]
    (sums,), _, _ = read_sums(known, period, Part([scope], [one.number for one in nodes]))
    return Standing(shown.as_of, shown.version, _row(name, scope, sums, nodes, period))


def rows_as_known(
    shown: Sequence[tuple[Publication, Timeline]], since: date | None, scope: Slice, node: NodeName
) -> list[MatrixRow]:
    """Return the row of a node as each of these versions of a day tells it, each with what was known beside it.

    Terms count from `since`, by default from the fact day before; of an opening day there are levels alone.
    Raises NotPublished for a start that is not published.
    """
    periods = []
    for now, known in shown:
        start = now.before if since is None else since
        periods.append(Period(now, None, [], 0) if start is None else _period(known, now, start))
    nodes = node_names()
    sums = read_periods([known for _now, known in shown], periods, scope, [one.number for one in nodes])
    return [_row(node, scope, found, nodes, period) for found, period in zip(sums, periods, strict=True)]


def _period(known: Timeline, now: Publication, since: date | None) -> Period:
    before = known.on_or_before(year_before(now.as_of)) if since is None else known.start(since, now)
    if before is None:
        return Period(now, None, [], 0)
    cover = known.cover(before.as_of, now.as_of)
    return Period(now, before, cover, known.days_between(before.as_of, now.as_of))


def _row(name: NodeName, part: Slice, sums: dict[int, Sums], nodes: Sequence[NodeName], period: Period) -> MatrixRow:
    found = sums.get(name.number, Sums(EMPTY, EMPTY, EMPTY, 0.0))
    pairs = sum(
        sums[node.number].now["retained"]
        for node in nodes
        if node.kind == "product" and node.number in sums and _inside(node, name)
    )
    return MatrixRow(
        node=name.code,
        kind=name.kind,
        family=name.family,
        name=name.name,
        name_en=name.name_en or name.name,
        unit=part.unit.code,
        tier=part.tier,
        channel=part.channel,
        clients=_clients(found, pairs, sums[MATRIX].now["on_books"] if MATRIX in sums else 0),
        assets=_assets(found),
        returns=_returns(found, period),
        first_sign=_first_sign(found, period.now.as_of),
    )


def _inside(node: NodeName, name: NodeName) -> bool:
    return name.kind == "matrix" or node.number == name.number or (name.kind == "family" and node.family == name.code)


def _clients(found: Sums, pairs: int, on_books: int) -> Clients:
    return Clients(
        retained=found.now["retained"],
        before=found.before["retained"],
        funded=found.now["funded"],
        first_time=found.terms["first_time"],
        reactivated=found.terms["reactivated"],
        lapsed=found.terms["lapsed"],
        moved=found.terms["moved_clients"],
        on_books=on_books,
        pairs=pairs,
    )


def _assets(found: Sums) -> Assets:
    return Assets(
        now=found.now["assets"],
        before=found.before["assets"],
        entered={reason: found.terms[f"entered_{reason}"] for reason in ENTER_REASONS},
        left={reason: found.terms[f"left_{reason}"] for reason in LEAVE_REASONS},
        flow=found.terms["flow"],
        market=found.terms["market"],
        moved=found.terms["moved"],
        accounts=found.now["accounts"],
        carried_accounts=found.now["carried_accounts"],
        carried_value=found.now["carried_value"],
        unvalued_accounts=found.now["unvalued_accounts"],
    )


def _returns(found: Sums, period: Period) -> Returns:
    if period.before is None:
        return Returns()
    linked, skipped = found.terms["linked_days"], period.fact_days - found.terms["linked_days"]
    twr = _linked(found) - 1 if linked else None
    return Returns(time_weighted=twr, modified_dietz=_dietz(found, period), skipped_days=skipped)


def _linked(found: Sums) -> float:
    """Return the product of the daily factors, from the logarithms of their sizes and the count of their signs."""
    if found.terms["zero_days"]:
        return 0.0
    return math.exp(found.growth_log) * (-1 if found.terms["negative_days"] % 2 else 1)


def _dietz(found: Sums, period: Period) -> float | None:
    """Return market / (A(t0) + other terms weighted by their share of the period); None unless that is positive."""
    if period.before is None:
        return None
    length = (period.now.as_of - period.before.as_of).days
    last = (period.now.as_of - EPOCH).days
    other = found.now["assets"] - found.before["assets"] - found.terms["market"]
    weighted = found.before["assets"] * length + other * last - found.terms["dated_terms"]
    return found.terms["market"] * length / weighted if weighted > 0 else None


def _first_sign(found: Sums, day: date) -> FirstSign:
    return FirstSign(
        since=six_months_before(day) + timedelta(days=1),
        until=day,
        clients=found.now["first_clients"],
        retained=found.now["first_retained"],
        tenure_days=found.now["first_days"],
        observable_180=found.now["observable_180"],
        retained_180=found.now["retained_180"],
    )


def _overlap(nodes: Sequence[NodeName], sums: dict[int, Sums]) -> Overlap:
    parts = [sums[node.number] for node in nodes if node.kind == "product" and node.number in sums]
    net = sums.get(MATRIX, Sums(EMPTY, EMPTY, EMPTY, 0.0))
    return Overlap(
        gross_clients=sum(part.now["retained"] for part in parts),
        net_clients=net.now["retained"],
        gross_assets=sum(part.now["assets"] for part in parts),
        net_assets=net.now["assets"],
        gross_assets_before=sum(part.before["assets"] for part in parts),
        net_assets_before=net.before["assets"],
    )


def _missed_days(known: Timeline, period: Period) -> list[str]:
    """Return the trading days of the period that have no facts, as ISO dates."""
    if period.before is None:
        return []
    there = {row.as_of for row in known.days}
    try:
        expected = trading_days(period.before.as_of, period.now.as_of)
    except CalendarGap:
        return []
    return [day.isoformat() for day in expected if day not in there]

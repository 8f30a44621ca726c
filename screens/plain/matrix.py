"""The product matrix as plain objects (docs/metrics.md, *Signed assets and why they grew*, *Clients*)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from screens.plain.shape import Count, Shape, Whole, Yuan, money, money_if
from smart_products.statistics import figures
from smart_products.statistics.figures import Assets, ratio
from smart_products.statistics.queries import Matrix as Found

Points = Annotated[float | None, Field(description="Share of the signed assets before: what it adds to growth.")]


class FirstSign(Shape):
    """First-sign retention: of the first-time clients of a period, the share retained at its end."""

    since: date = Field(serialization_alias="from", description="First day of the period.")
    to: date
    clients: Count
    retained: Count
    rate: float | None
    low: float | None = Field(description="Lower bound of the 95 % Wilson interval.")
    high: float | None = Field(description="Upper bound of the 95 % Wilson interval.")
    mean_days: float | None = Field(description="Mean calendar days since the first signing.")
    observable_180: Count
    retained_180: Count
    rate_180: float | None


class GrowthPoints(Shape):
    """The terms of growth as shares of the signed assets before; they add up to growth. `left` is negative."""

    entered: Points
    left: Points
    flow: Points
    market: Points
    moved: Points


class MatrixRow(Shape):
    """One node of the matrix in one slice."""

    node: str = Field(description="Code of a product or family; `matrix` for all products.", examples=["grid"])
    kind: str = Field(description="`matrix`, `family` or `product`.")
    family: str | None
    name: str
    name_en: str
    unit: str
    tier: str | None
    channel: str | None
    retained_clients: Count
    clients_before: Count | None
    first_time_clients: Count | None = Field(description="Events of the period.")
    reactivated_clients: Count | None = Field(description="Events of the period.")
    lapsed_clients: Count | None = Field(description="Events of the period.")
    moved_clients: int | None = Field(description="Net clients that changed slice.")
    funded_clients: Count
    clients_on_books: Count
    penetration: float | None = Field(description="Retained over clients on the books.")
    products_per_client: float | None
    signed_assets: Yuan = Field(description="The whole value of the signed accounts, CNY.")
    assets_before: Yuan | None
    entered: Yuan | None
    left: Yuan | None = Field(description="A positive amount that lowers the assets.")
    flow: Yuan | None
    market: Yuan | None
    moved: Yuan | None = Field(description="Net amount of accounts whose client changed slice.")
    entered_by_reason: dict[str, Yuan] | None
    left_by_reason: dict[str, Yuan] | None
    growth: float | None
    market_neutral_growth: float | None
    twr: float | None = Field(description="Time-weighted return of the period.")
    modified_dietz: float | None
    skipped_days: Count
    points: GrowthPoints
    signed_accounts: Count
    carried_accounts: Count
    carried_value: Yuan
    unvalued_accounts: Count
    first_sign: FirstSign


class Sums(Shape):
    """Clients and signed assets: the sum over products, what of it is counted more than once, or the node's own."""

    retained_clients: Count
    signed_assets: Yuan
    assets_before: Yuan | None


class Matrix(Whole):
    """The published product matrix of a scope. Over products clients and money do not add up: see gross and overlap."""

    as_of: date
    since: date | None = Field(description="The day compared with; null on the first day with facts.")
    version: int
    current: bool = Field(description="False when a later version of the day was published.")
    cut: str = Field(description="Digest of the data cut that the version was computed from.")
    opening: bool = Field(description="True on the first day with facts: levels without terms.")
    warnings: list[str] = Field(description="Trading days of the period without facts.")
    rows: list[MatrixRow]
    gross: Sums
    overlap: Sums
    net: Sums


def matrix(found: Found, *, slices: bool = False) -> Matrix:
    """Return the matrix with a row a node, or with a row a slice of the breakdown that was asked for."""
    seen = found.since is not None
    sums = found.overlap
    return Matrix(
        as_of=found.as_of,
        since=found.since,
        version=found.publication.version,
        current=found.publication.current,
        cut=found.publication.cut.digest,
        opening=found.opening,
        warnings=list(found.warnings),
        rows=[row(one, seen=seen) for one in (found.slices if slices else found.rows)],
        gross=_sums(sums.gross_clients, sums.gross_assets, sums.gross_assets_before, seen=seen),
        overlap=_sums(sums.clients, sums.assets, sums.assets_before, seen=seen),
        net=_sums(sums.net_clients, sums.net_assets, sums.net_assets_before, seen=seen),
    )


def row(row: figures.MatrixRow, *, seen: bool) -> MatrixRow:
    """Return a row; `seen` tells whether there was a day to compare with."""
    heads, assets = row.clients, row.assets
    return MatrixRow(
        node=row.node,
        kind=row.kind,
        family=row.family or None,
        name=row.name,
        name_en=row.name_en,
        unit=row.unit,
        tier=row.tier,
        channel=row.channel,
        retained_clients=heads.retained,
        clients_before=heads.before if seen else None,
        first_time_clients=heads.first_time if seen else None,
        reactivated_clients=heads.reactivated if seen else None,
        lapsed_clients=heads.lapsed if seen else None,
        moved_clients=heads.moved if seen else None,
        funded_clients=heads.funded,
        clients_on_books=heads.on_books,
        penetration=ratio(heads.retained, heads.on_books),
        products_per_client=ratio(heads.pairs, heads.retained),
        signed_assets=money(assets.now),
        assets_before=money_if(seen, assets.before),
        entered=money_if(seen, assets.entered_total),
        left=money_if(seen, assets.left_total),
        flow=money_if(seen, assets.flow),
        market=money_if(seen, assets.market),
        moved=money_if(seen, assets.moved),
        entered_by_reason=_reasons(assets.entered) if seen else None,
        left_by_reason=_reasons(assets.left) if seen else None,
        growth=assets.growth if seen else None,
        market_neutral_growth=row.market_neutral_growth,
        twr=row.returns.time_weighted,
        modified_dietz=row.returns.modified_dietz,
        skipped_days=row.returns.skipped_days,
        points=_points(assets, seen=seen),
        signed_accounts=assets.accounts,
        carried_accounts=assets.carried_accounts,
        carried_value=money(assets.carried_value),
        unvalued_accounts=assets.unvalued_accounts,
        first_sign=first_sign(row.first_sign),
    )


def _points(assets: Assets, *, seen: bool) -> GrowthPoints:
    terms = {
        "entered": assets.entered_total,
        "left": -assets.left_total,
        "flow": assets.flow,
        "market": assets.market,
        "moved": assets.moved,
    }
    return GrowthPoints(**{name: assets.points(fen) if seen else None for name, fen in terms.items()})


def _reasons(found: dict[str, int]) -> dict[str, str]:
    return {reason: money(fen) for reason, fen in found.items()}


def first_sign(found: figures.FirstSign) -> FirstSign:
    """Return first-sign retention."""
    low, high = found.interval or (None, None)
    return FirstSign(
        since=found.since,
        to=found.until,
        clients=found.clients,
        retained=found.retained,
        rate=found.rate,
        low=low,
        high=high,
        mean_days=found.mean_days,
        observable_180=found.observable_180,
        retained_180=found.retained_180,
        rate_180=found.rate_180,
    )


def _sums(clients: int, assets: int, before: int, *, seen: bool) -> Sums:
    return Sums(retained_clients=clients, signed_assets=money(assets), assets_before=money_if(seen, before))

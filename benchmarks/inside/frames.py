"""The straightforward close of one day in Polars: what benchmarks/sql/straightforward.sql says, as joins of frames.

Owns nothing but the program: intervals joined to nodes, accounts to places, all of it grouped by node, outlet, tier and
channel. The same things are given to it for nothing as to the statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

KEYS = ["node", "outlet", "tier", "channel"]
MONEY = ("assets", "entered", "went", "flow", "market", "moved")
MOVEMENTS = ("first_time", "reactivated", "lapsed", "moved_clients")
BEFORE = {"outlet_before": "outlet", "tier_before": "tier", "channel_before": "channel"}
"""What left is shown in the slice of the day before."""

Tables = Mapping[str, pl.LazyFrame]


def cells(tables: Tables, day: date, before: date, carry_days: int) -> pl.LazyFrame:
    """Return the cells of a day with a row for each node, outlet, tier and channel; amounts in fen."""
    pairs = tables["peer_subscriptions"].join(tables["peer_node_products"], on="product")
    held = [_in_force(day).any().alias("is_in"), _in_force(before).any().alias("was_in")]
    places = _places(tables, day, before)
    money = _money(
        pairs.filter((pl.col("started") <= day) & (pl.col("ended") > before))
        .group_by("node", "client_id", "account_id")
        .agg(held)
        .join(_valued(tables, carry_days), on="account_id")
        .join(places, on="client_id")
    )
    heads = pairs.group_by("node", "client_id").agg(pl.col("started").min().alias("first_start"), *held)
    parts = [*_money_parts(money), *_head_parts(heads.join(places, on="client_id"), day, before)]
    return (
        pl.concat(parts, how="diagonal")
        .group_by(KEYS)
        .agg(
            pl.col("account_id").drop_nulls().n_unique().alias("accounts"),
            pl.col("client_id").drop_nulls().n_unique().alias("retained"),
            *(pl.col(name).sum() for name in (*MONEY, *MOVEMENTS)),
        )
    )


def _in_force(day: date) -> pl.Expr:
    return (pl.col("started") <= day) & (pl.col("ended") > day)


def _places(tables: Tables, day: date, before: date) -> pl.LazyFrame:
    """Return each client's slice on both days."""
    now, then = (
        tables["peer_placements"]
        .filter((pl.col("valid_from") <= on) & (pl.col("valid_to") > on))
        .select("client_id", "outlet", "channel")
        for on in (day, before)
    )
    moved = pl.any_horizontal(pl.col(name) != pl.col(then_name) for then_name, name in BEFORE.items())
    return (
        tables["peer_tiers"]
        .join(now, on="client_id")
        .join(then, on="client_id", suffix="_before")
        .with_columns(moved.alias("has_moved"))
    )


def _valued(tables: Tables, carry_days: int) -> pl.LazyFrame:
    """Return each account's value, missing rows carried, its value the day before, and its flow."""
    delivered, status = pl.col("value").is_not_null(), pl.col("status").fill_null(0)
    carried = (status > 0) & (status <= carry_days)
    return (
        tables["peer_accounts"]
        .join(tables["peer_facts"], on="account_id", how="left")
        .join(tables["peer_yesterday"].rename({"value": "earlier"}), on="account_id", how="left")
        .select(
            "account_id",
            pl.col("earlier").fill_null(0).alias("value_before"),
            (status > 0).alias("known_before"),
            pl.when(delivered).then("value").when(carried).then("earlier").otherwise(0).alias("value"),
            (delivered | carried).alias("known"),
            pl.col("net_flow").fill_null(0).alias("given"),
        )
    )


def _money(scope: pl.LazyFrame) -> pl.LazyFrame:
    """Add what an account stood at when the day opened for the node, and the flow that counts."""
    value, earlier, given = pl.col("value"), pl.col("value_before"), pl.col("given")
    known, known_before, was_in = pl.col("known"), pl.col("known_before"), pl.col("was_in")
    return scope.with_columns(
        pl.when(was_in | known_before).then(earlier).otherwise(value - given).alias("opening"),
        pl.when(known & known_before)
        .then(given)
        .when(was_in)
        .then(value - earlier)
        .when(known | ~known_before)
        .then(given)
        .otherwise(value - earlier)
        .alias("flow"),
    )


def _money_parts(money: pl.LazyFrame) -> Sequence[pl.LazyFrame]:
    """Return what accounts add to where they are, and what they take from where they were."""
    is_in, was_in, has_moved = pl.col("is_in"), pl.col("was_in"), pl.col("has_moved")
    value, earlier, opening, flow = (pl.col(name) for name in ("value", "value_before", "opening", "flow"))
    there = money.filter(is_in).select(
        *KEYS,
        "account_id",
        "client_id",
        "flow",
        value.alias("assets"),
        pl.when(was_in).then(0).otherwise(opening).alias("entered"),
        (value - opening - flow).alias("market"),
        pl.when(was_in & has_moved).then(earlier).otherwise(0).alias("moved"),
    )
    gone = money.filter(was_in & (has_moved | ~is_in)).select(
        "node",
        *(pl.col(then).alias(now) for then, now in BEFORE.items()),
        pl.when(is_in).then(0).otherwise(earlier).alias("went"),
        pl.when(is_in).then(-earlier).otherwise(0).alias("moved"),
    )
    return there, gone


def _head_parts(heads: pl.LazyFrame, day: date, before: date) -> Sequence[pl.LazyFrame]:
    """Return the movements of clients, where they are and where they were."""
    is_in, was_in, first = pl.col("is_in"), pl.col("was_in"), pl.col("first_start")
    is_new = first > before
    there = heads.filter((first <= day) & (is_new | (is_in != was_in) | (is_in & pl.col("has_moved")))).select(
        *KEYS,
        _one(is_new).alias("first_time"),
        _one(~is_new & is_in & ~was_in).alias("reactivated"),
        _one(is_new & ~is_in).alias("lapsed"),
        _one(is_in & was_in).alias("moved_clients"),
    )
    gone = heads.filter(was_in & (~is_in | pl.col("has_moved"))).select(
        "node",
        *(pl.col(then).alias(now) for then, now in BEFORE.items()),
        _one(~is_in).alias("lapsed"),
        (-_one(is_in)).alias("moved_clients"),
    )
    return there, gone


def _one(condition: pl.Expr) -> pl.Expr:
    return condition.cast(pl.Int64)

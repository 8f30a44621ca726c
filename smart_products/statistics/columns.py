"""The columns of a published cell, written once: table, engine and queries read them from here.

A level describes the close of a day; a term belongs to the time since the fact day before and
adds up over days. Money is in fen. Never holds a formula.
"""

from __future__ import annotations

from smart_products.statistics.figures import ENTER_REASONS, LEAVE_REASONS

LEVELS = ("assets", "accounts", "funded", "retained", "on_books")
CARRIED = ("carried_accounts", "carried_value", "unvalued_accounts")
"""About the day itself: what was carried, and what had no value to compare."""

ENTERED = tuple(f"entered_{reason}" for reason in ENTER_REASONS)
LEFT = tuple(f"left_{reason}" for reason in LEAVE_REASONS)
MONEY_TERMS = (*ENTERED, *LEFT, "flow", "moved")
HEAD_TERMS = ("first_time", "passing", "reactivated", "lapsed", "moved_clients")
STORED_TERMS = ("accounts", "funded", *CARRIED, *MONEY_TERMS, *HEAD_TERMS)
"""Columns of the file of terms, in the order of terms.sql after day, node and slice; the first two are steps."""

STEPS = (
    "accounts",
    "funded",
    "retained",
    "on_books",
    "first_clients",
    "first_retained",
    "first_started",
    "observable",
    "retained_180",
)
"""Counts that step by what changed in a day."""
TENURE = ("first_clients", "first_retained", "first_days", "observable_180", "retained_180")
"""First-sign retention: levels of the day, over the six months up to it."""

LINKED = ("linked_days", "negative_days", "zero_days", "dated_terms")
"""Days whose return could be linked, those of them whose factor is negative or zero (growth_log holds the logarithm
of its size), and the other terms times the day number of their start."""

PUBLISHED_LEVELS = (*LEVELS, *CARRIED, *TENURE)
PUBLISHED_TERMS = (*MONEY_TERMS, "market", "first_time", "reactivated", "lapsed", "moved_clients", *LINKED)
PUBLISHED = (*PUBLISHED_LEVELS, *PUBLISHED_TERMS)
"""Whole-number columns of a published cell; the logarithm of growth stands beside them."""

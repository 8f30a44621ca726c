"""Reads of statistics: publications, the matrix and the overlap of products in any scope, and the days with facts."""

from __future__ import annotations

from smart_products.statistics.queries.amounts import Amounts, BehindMoney, Money, behind_money
from smart_products.statistics.queries.answers import (
    CutView,
    Matrix,
    NoSuchVersion,
    NotPublished,
    PublicationView,
    Shared,
    Standing,
    Transitions,
    UnknownScope,
)
from smart_products.statistics.queries.behind import Behind, Movement, behind
from smart_products.statistics.queries.client import ClientBook, client_book
from smart_products.statistics.queries.differences import Differences, differences
from smart_products.statistics.queries.history import History, Reported, history
from smart_products.statistics.queries.matrix import matrix, standing
from smart_products.statistics.queries.overlap import shared, transitions
from smart_products.statistics.queries.periods import fact_days, last_published, latest_day, publications, versions_of
from smart_products.statistics.queries.restatements import Moved, Restatement, restated, restatements
from smart_products.statistics.queries.retention import league, retention, retention_by
from smart_products.statistics.queries.scopes import Structure, channels, node_names
from smart_products.statistics.queries.told import Who
from smart_products.statistics.queries.usual import usual_start

__all__ = [
    "Amounts",
    "Behind",
    "BehindMoney",
    "ClientBook",
    "CutView",
    "Differences",
    "History",
    "Matrix",
    "Money",
    "Moved",
    "Movement",
    "NoSuchVersion",
    "NotPublished",
    "PublicationView",
    "Reported",
    "Restatement",
    "Shared",
    "Standing",
    "Structure",
    "Transitions",
    "UnknownScope",
    "Who",
    "behind",
    "behind_money",
    "channels",
    "client_book",
    "differences",
    "fact_days",
    "history",
    "last_published",
    "latest_day",
    "league",
    "matrix",
    "node_names",
    "publications",
    "restated",
    "restatements",
    "retention",
    "retention_by",
    "shared",
    "standing",
    "transitions",
    "usual_start",
    "versions_of",
]

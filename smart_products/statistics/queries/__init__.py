"""Reads of statistics: publications, the matrix of any scope and period, and the days with facts."""

from __future__ import annotations

from smart_products.statistics.queries.answers import (
    CutView,
    Matrix,
    NotPublished,
    PublicationView,
    UnknownScope,
)
from smart_products.statistics.queries.matrix import matrix
from smart_products.statistics.queries.periods import fact_days, latest_day, publications, versions_of
from smart_products.statistics.queries.retention import retention, retention_by
from smart_products.statistics.queries.scopes import Structure, channels, node_names

__all__ = [
    "CutView",
    "Matrix",
    "NotPublished",
    "PublicationView",
    "Structure",
    "UnknownScope",
    "channels",
    "fact_days",
    "latest_day",
    "matrix",
    "node_names",
    "publications",
    "retention",
    "retention_by",
    "versions_of",
]

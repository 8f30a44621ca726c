"""The writes of statistics: taking a data cut, closing days, publishing, rebuilding."""

from __future__ import annotations

from smart_products.statistics.operations.closing import CloseResult, TooManyDays, close
from smart_products.statistics.operations.rebuilding import RebuildResult, rebuild
from smart_products.statistics.operations.retention import publish_retention

__all__ = ["CloseResult", "RebuildResult", "TooManyDays", "close", "publish_retention", "rebuild"]

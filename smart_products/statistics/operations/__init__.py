"""The writes of statistics: taking a data cut, closing days, publishing."""

from __future__ import annotations

from smart_products.statistics.operations.closing import CloseResult, TooManyDays, close

__all__ = ["CloseResult", "TooManyDays", "close"]

"""The writes of holdings: taking in a delivery, and the portal's copy of accounts' values."""

from __future__ import annotations

from smart_products.holdings.operations.deliver import Outcome, deliver

__all__ = ["Outcome", "deliver"]

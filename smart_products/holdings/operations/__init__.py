"""The writes of holdings: taking in a delivery, and the portal's copy of accounts' values."""

from __future__ import annotations

from smart_products.holdings.operations.deliver import Outcome, deliver
from smart_products.holdings.operations.resend import resend
from smart_products.holdings.operations.serve import Served, serve_months
from smart_products.holdings.operations.upload import upload
from smart_products.holdings.operations.warnings import AlreadySigned, NoReason, UnknownWarning, sign_off

__all__ = [
    "AlreadySigned",
    "NoReason",
    "Outcome",
    "Served",
    "UnknownWarning",
    "deliver",
    "resend",
    "serve_months",
    "sign_off",
    "upload",
]

"""The writes of reports: plans and recipients, making a report, sending it."""

from __future__ import annotations

from smart_products.reports.operations.due import report_due
from smart_products.reports.operations.making import make_report
from smart_products.reports.operations.plans import (
    BeyondReach,
    Listed,
    NotOnList,
    NotWaiting,
    confirm_recipient,
    end_plan,
    make_plan,
    propose_recipient,
    set_up_recipient,
    withdraw_recipient,
)
from smart_products.reports.operations.sending import send_again, send_next, send_report

__all__ = [
    "BeyondReach",
    "Listed",
    "NotOnList",
    "NotWaiting",
    "confirm_recipient",
    "end_plan",
    "make_plan",
    "make_report",
    "propose_recipient",
    "report_due",
    "send_again",
    "send_next",
    "send_report",
    "set_up_recipient",
    "withdraw_recipient",
]

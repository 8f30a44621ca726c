"""The clients behind an amount as a page: what the figure comes to, who adds how much, and why.

Takes the amounts from statistics and the rows that the reader may see. Decides nothing, asks nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.filters import Filters
from backoffice.pages.behind import MONEY_NAMES, BehindPage, Choice, Reasons, fewer, tabs
from backoffice.pages.matrix import Surroundings
from backoffice.pages.panels import definitions
from backoffice.pages.product.head import head, plain_frame, setting
from screens import formats
from smart_products.signing.states import EndReason
from smart_products.statistics.figures import ENTER_REASONS, LEAVE_REASONS
from smart_products.statistics.queries import BehindMoney, Money

ENTRIES = {
    "new_client": gettext_lazy("New clients"),
    "returned_client": gettext_lazy("Returned"),
    "expanded": gettext_lazy("Expanded"),
}
SIGNED = (Money.FLOW, Money.MARKET, Money.MOVED)
"""What goes either way; the others are amounts without a sign (docs/metrics.md)."""
REASONS: Mapping[Money, Collection[str]] = {Money.ENTERED: ENTER_REASONS, Money.LEFT: LEAVE_REASONS}
"""Why money came under a signing, or is no longer under one."""


def page(
    found: BehindMoney, money: Money, reason: str, told: int, seen: int, filters: Filters, around: Surroundings
) -> BehindPage:
    """Return the page of an amount, to which `told` clients add and of whom the reader sees some."""
    frame = plain_frame(filters, around)
    top = head(frame, found.node, filters, around, found.publication, found.versions)
    shared = setting(frame, filters, around, top.title, found.publication, found.versions)
    name = str(MONEY_NAMES[money])
    return BehindPage(
        head=top,
        name=name,
        finding=_finding(found, money, told, around.language),
        fewer=fewer(told, seen),
        counts=tabs(money),
        reasons=_reasons(found, money, reason),
        definitions=definitions(shared, None, money.value, name, "", (money.value,)),
    )


def _finding(found: BehindMoney, money: Money, told: int, language: str) -> str:
    fen = int(found.amounts.of(money).sum())
    words = {
        "amount": formats.money(fen, language, signed=money in SIGNED).exact,
        "day": found.as_of.isoformat(),
        "clients": formats.heads(told),
    }
    if found.since is None:
        return _("The figure is %(amount)s on %(day)s, of %(clients)s clients.") % words
    text = _("The figure is %(amount)s after %(since)s up to %(day)s, of %(clients)s clients; the largest come first.")
    return text % {**words, "since": found.since.isoformat()}


def _reasons(found: BehindMoney, money: Money, reason: str) -> Reasons | None:
    if money not in REASONS:
        return None
    sums = {one: int(found.amounts.of(money, one).sum()) for one in REASONS[money]}
    ranked = sorted((one for one in sums if sums[one]), key=lambda one: -abs(sums[one]))
    return Reasons(
        _("Why it entered") if money is Money.ENTERED else _("Reason of the end"),
        _("Amount, CNY"),
        (
            Choice(_("All reasons"), "", not reason, formats.exact(sum(sums.values()))),
            *(Choice(reason_name(one), one, one == reason, formats.exact(sums[one])) for one in ranked),
        ),
    )


def reason_name(reason: str) -> str:
    """Return a reason in words."""
    return str(ENTRIES.get(reason) or EndReason(reason).label)


def yuan(fen: int) -> Decimal:
    """Return an amount as a sheet has it."""
    return Decimal(fen).scaleb(-2)

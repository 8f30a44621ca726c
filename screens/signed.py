"""What a client has signed, as a list and one by one: for the client, and for staff who have the client.

Names products in the reader's language and says why a subscription ended. The end of an account's code is enough for
the client; staff read the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from screens import formats
from screens.assets import Amount, change, rate
from smart_products.catalogue.queries import ProductView
from smart_products.signing.queries import SubscriptionView
from smart_products.signing.states import EndReason
from smart_products.statistics.personal import over
from smart_products.statistics.queries import ClientBook


@dataclass(frozen=True, slots=True)
class Line:
    """A subscription in a list."""

    public_id: UUID
    name: str
    account: str
    account_code: str
    product_id: int
    since: str
    ended: str
    reason: str
    value: str
    market: Amount
    time_weighted: Amount
    flow: Amount
    shared: bool
    """Whether another live subscription stands over the same account, whose value is then the same money."""


def product_name(product: ProductView | None, language: str) -> str:
    """Return the name of a product; one that left the catalogue has its code alone."""
    if product is None:
        return _("A product that is no longer offered")
    return product.name if formats.is_chinese(language) else product.name_en or product.name


def covered(code: str) -> str:
    """Return the end of a code: enough to know one's own account by."""
    return code[-4:]


def lines(book: ClientBook, products: Mapping[int, ProductView], language: str, *, live: bool) -> tuple[Line, ...]:
    """Return the subscriptions in force at the last close or started since, or those that have ended."""
    day = book.as_of
    current = [one for one in book.subscriptions if one.ended is None or (day is not None and one.ended > day)]
    accounts = [one.account_id for one in current]
    chosen = current if live else [one for one in book.subscriptions if one not in current]
    return tuple(
        _line(book, one, products, language, shared=live and accounts.count(one.account_id) > 1) for one in chosen
    )


def _line(
    book: ClientBook, one: SubscriptionView, products: Mapping[int, ProductView], language: str, *, shared: bool
) -> Line:
    days = book.line([one])
    period = over(days, days[0].day, days[-1].day) if days else None
    returns = period.returns() if period is not None else None
    waiting = _("Counts from the next close.")
    return Line(
        public_id=one.public_id,
        name=product_name(products.get(one.product_id), language),
        account=covered(one.account_code),
        account_code=one.account_code,
        product_id=one.product_id,
        since=one.start.isoformat(),
        ended=one.ended.isoformat() if one.ended is not None else "",
        reason=str(EndReason(one.end_reason).label) if one.end_reason else "",
        value=formats.exact(period.last.assets) if period is not None else "",
        market=change(period.market) if period is not None else Amount(formats.DASH, reason=waiting),
        time_weighted=rate(returns.time_weighted if returns else None, waiting),
        flow=change(period.flow) if period is not None else Amount(formats.DASH, reason=waiting),
        shared=shared,
    )

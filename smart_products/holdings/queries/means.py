"""The mean value of an account over a range of days, from the portal's copy. Never writes."""

from __future__ import annotations

from datetime import date

from smart_products.holdings.models import AccountDay, AccountMonth


def mean_value(*, account_id: int, first: date, until: date) -> int | None:
    """Return the mean of an account's values at the fact days from `first` until before `until`, in fen, rounded down.

    None when the copy holds no such day.
    """
    values = {
        day: value
        for row in AccountMonth.objects.filter(account_id=account_id, month__gte=first.replace(day=1), month__lt=until)
        for day, value in zip(row.days, row.values, strict=True)
        if first <= day < until
    }
    values |= dict(
        AccountDay.objects.filter(account_id=account_id, day__gte=first, day__lt=until).values_list("day", "value")
    )
    return sum(values.values()) // len(values) if values else None

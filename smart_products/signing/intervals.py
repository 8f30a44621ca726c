"""Effective intervals: when a subscription really is in force, as SQL for whole-set readers and for one row.

Owns the rule that the day an account closes, or a product is retired, ends what is signed over it
(docs/metrics.md, *Objects*). Never changes what was stated: the row of a subscription keeps its own end.
"""

from __future__ import annotations

from datetime import date

EFFECTIVE_INTERVALS = """
SELECT s.client_id, s.account_id, p.bit, s.start,
  CASE WHEN num_nonnulls(s."end", a.closed_on, p.retired_on) > 0
       THEN greatest(s.start, least(s."end", a.closed_on, p.retired_on)) END AS ended,
  CASE
    WHEN a.closed_on <= least(s."end", a.closed_on, p.retired_on) THEN 0
    WHEN s."end" <= least(s."end", p.retired_on) THEN
      array_position(ARRAY['account_closed', 'withdrawn', 'deceased', 'terminated', 'switched', 'expired',
                           'product_retired', 'not_observed'], s.end_reason::text) - 1
    WHEN p.retired_on IS NOT NULL THEN 6
  END AS reason
FROM signing_subscription s
JOIN accounts_assetaccount a ON a.id = s.account_id
JOIN catalogue_product p ON p.id = s.product_id
"""
"""Columns: client, account, bit, start, effective end (null: open), and the index of its reason in the order
that breaks a tie. `least` and `greatest` skip nulls in PostgreSQL."""


def effective_end(start: date, end: date | None, closed_on: date | None, retired_on: date | None) -> date | None:
    """Return the day before which a subscription is in force, by the same rule; None for an open one."""
    ends = [day for day in (end, closed_on, retired_on) if day is not None]
    return max(start, min(ends)) if ends else None

-- Every account at the close of :day beside what it was at the close before.
-- status: -1 closed, 0 no value, 1 a fact on the day, 1 + n carried for n days.
CREATE OR REPLACE TEMP TABLE accounts_now AS
SELECT b.account_id, b.client_id, b.source,
  coalesce(c.mask, b.mask) AS mask, b.mask AS mask_before,
  coalesce(c.client_mask, b.client_mask) AS client_mask, b.client_mask AS client_mask_before,
  coalesce(c.ever, b.ever) AS ever, b.ever AS ever_before,
  coalesce(c.place, b.slice // 8) * 8 + coalesce(t.tier, b.slice % 8) AS slice, b.slice AS slice_before,
  coalesce(c.signed, b.signed) AS signed, b.signed AS signed_before,
  b.is_head, coalesce(c.has_open, b.has_open) AS has_open, b.has_open AS has_open_before,
  CASE
    WHEN b.status < 0 OR c.closed THEN 0
    WHEN f.account_id IS NOT NULL THEN f.value
    WHEN b.status = 0 THEN 0
    WHEN (:sources >> b.source) & 1 = 0 OR b.status <= :carry_days THEN b.value
    ELSE 0
  END AS value,
  b.value AS value_before,
  CASE WHEN b.status < 0 OR c.closed THEN 0 ELSE coalesce(f.net_flow, 0) END AS flow,
  CAST(CASE
    WHEN b.status < 0 OR c.closed THEN -1
    WHEN f.account_id IS NOT NULL THEN 1
    WHEN b.status = 0 THEN 0
    WHEN (:sources >> b.source) & 1 = 0 THEN greatest(b.status, 2)
    WHEN b.status <= :carry_days THEN b.status + 1
    ELSE 0
  END AS SMALLINT) AS status,
  b.status AS status_before
FROM accounts_before AS b
LEFT JOIN facts AS f ON f.account_id = b.account_id
LEFT JOIN (SELECT * FROM batch_accounts WHERE day = :day) AS c ON c.account_id = b.account_id
LEFT JOIN :tiers AS t ON t.client_id = b.client_id;

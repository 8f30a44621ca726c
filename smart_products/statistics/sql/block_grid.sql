-- Every account at the close of every day of the block. status: -1 closed, 0 no value, 1 a fact on the day, 1 + n
-- carried for n days. What has no fact in the block yet goes on from the value and the status of before.
CREATE OR REPLACE TEMP TABLE grid AS
SELECT s.account_id, s.client_id, s.source, s.idx, s.mask, s.client_mask, s.ever, s.slice,
  CAST(s.signed AS SMALLINT) AS signed, s.is_head, s.has_open,
  CASE
    WHEN s.status < 0 THEN 0
    WHEN f.status IS NOT NULL THEN f.value
    WHEN s.status = 0 OR (d.total > 0 AND s.status + d.total + CASE WHEN s.status = 1 THEN d.bump ELSE 0 END > :carry_days + 1) THEN 0
    ELSE s.value
  END AS value,
  CASE WHEN s.status < 0 THEN 0 ELSE coalesce(f.net_flow, 0) END AS flow,
  CAST(CASE
    WHEN s.status <= 0 AND (s.status < 0 OR f.status IS NULL) THEN s.status
    WHEN f.status IS NOT NULL THEN f.status
    WHEN d.total > 0 AND s.status + d.total + CASE WHEN s.status = 1 THEN d.bump ELSE 0 END > :carry_days + 1 THEN 0
    ELSE s.status + d.total + CASE WHEN s.status = 1 THEN d.bump ELSE 0 END
  END AS SMALLINT) AS status
FROM (
  SELECT b.account_id, b.client_id, b.source, d.idx, b.mask, b.client_mask, b.ever, b.slice, b.signed, b.is_head,
    b.has_open, b.value, b.status
  FROM accounts_before AS b CROSS JOIN block AS d
  WHERE b.account_id NOT IN (SELECT account_id FROM block_spans)
  UNION ALL
  SELECT account_id, client_id, source, unnest(range(starts, stops)), mask, client_mask, ever, slice, signed, is_head,
    has_open, value, status
  FROM block_spans
) AS s
JOIN (
  SELECT d.source, d.idx, d.total, CASE WHEN o.delivered THEN 0 ELSE 1 END AS bump
  FROM deliveries AS d JOIN deliveries AS o ON o.source = d.source AND o.idx = :first
) AS d ON d.source = s.source AND d.idx = s.idx
LEFT JOIN (
  SELECT account_id, idx, value, net_flow, 1 AS status FROM facts
  UNION ALL SELECT account_id, idx, value, 0, status FROM carried
) AS f ON f.account_id = s.account_id AND f.idx = s.idx;

CREATE OR REPLACE TEMP VIEW grid_before AS
SELECT account_id, client_id, idx + 1 AS idx, mask, slice, signed, value, status FROM grid WHERE idx < :last
UNION ALL
SELECT account_id, client_id, :first, mask, slice, signed, value, status FROM accounts_before;

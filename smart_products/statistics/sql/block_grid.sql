-- Account days of the block without a fact and without one that is carried in the block: how often the source has
-- delivered others since before the block. The account then goes on from the value and the status of before.
-- :throughout are the accounts with a fact on every day.
CREATE OR REPLACE TEMP TABLE unvalued AS
WITH valued AS (
  SELECT account_id, idx FROM facts UNION ALL SELECT account_id, idx FROM carried
), lacking AS MATERIALIZED (
  SELECT a.account_id, a.source
  FROM (SELECT account_id, source FROM accounts_before UNION ALL SELECT account_id, source FROM block_arrivals) AS a
  ANTI JOIN :throughout AS v ON v.account_id = a.account_id
)
SELECT a.account_id, d.idx, d.total AS missed
FROM lacking AS a
JOIN deliveries AS d ON d.source = a.source AND d.idx >= :first
ANTI JOIN (SELECT * FROM valued WHERE account_id IN (SELECT account_id FROM lacking)) AS f
  ON f.account_id = a.account_id AND f.idx = d.idx;

-- Every account at the close of every day of the block. status: -1 closed, 0 no value, 1 a fact on the day, 2 + n
-- carried, of which n days are counted.
CREATE OR REPLACE TEMP TABLE grid AS
SELECT account_id, client_id, source, idx, mask, client_mask, ever, slice, signed, is_head, has_open,
  CASE WHEN status > 0 THEN value ELSE 0 END AS value, CASE WHEN status < 0 THEN 0 ELSE flow END AS flow, status
FROM (
  SELECT s.account_id, s.client_id, s.source, f.idx, s.mask, s.client_mask, s.ever, s.slice, s.signed, s.is_head,
    s.has_open, coalesce(f.value, s.value) AS value, f.flow,
    CAST(CASE
      WHEN s.status < 0 THEN -1
      WHEN f.status IS NOT NULL THEN f.status
      WHEN s.status = 0 THEN 0
      WHEN f.missed > 0 AND greatest(s.status, 2) + f.missed > :carry_days + 2 THEN 0
      ELSE greatest(s.status, 2) + f.missed
    END AS SMALLINT) AS status
  FROM (
    SELECT account_id, idx, value, net_flow AS flow, 1 AS status, 0 AS missed FROM facts
    UNION ALL SELECT account_id, idx, value, 0, status, 0 FROM carried
    UNION ALL SELECT account_id, idx, NULL, 0, NULL, missed FROM unvalued
  ) AS f
  JOIN (
    SELECT account_id, client_id, source, :first AS starts, :last AS ends, mask, client_mask, ever, slice, signed,
      is_head, has_open, value, status
    FROM accounts_before
    WHERE account_id NOT IN (SELECT account_id FROM block_spans)
    UNION ALL
    SELECT account_id, client_id, source, starts, stops - 1, mask, client_mask, ever, slice, CAST(signed AS SMALLINT),
      is_head, has_open, value, status
    FROM block_spans
  ) AS s ON s.account_id = f.account_id AND f.idx BETWEEN s.starts AND s.ends
) AS found;

CREATE OR REPLACE TEMP VIEW grid_before AS
SELECT account_id, client_id, idx + 1 AS idx, mask, slice, signed, value, status FROM grid WHERE idx < :last
UNION ALL
SELECT account_id, client_id, :first, mask, slice, signed, value, status FROM accounts_before;

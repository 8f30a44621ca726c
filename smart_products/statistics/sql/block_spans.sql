-- The touched clients of the block: those with an event or a new tier. `since` is the day from which a client or an
-- account is in the state; :first - 1 stands for before the block.
CREATE OR REPLACE TEMP TABLE touched_accounts AS
SELECT b.account_id, b.client_id, b.source, b.is_head, :first - 1 AS since, b.mask, b.client_mask, b.ever, b.slice,
  b.signed, b.has_open, b.value, b.status
FROM accounts_before AS b
WHERE b.client_id IN (
  SELECT client_id FROM batch_clients WHERE idx BETWEEN :first AND :last UNION ALL SELECT client_id FROM set_tiers)
UNION ALL
SELECT account_id, client_id, source, is_head, idx, 0, 0, 0, 0, 0, FALSE, 0, 0 FROM block_arrivals;

-- What each touched client is from a day on, beside what he was until then. A newcomer was nothing, in his own place
-- with no tier.
CREATE OR REPLACE TEMP TABLE client_spans AS
SELECT client_id, idx, client_mask, ever, place * 8 + tier AS slice, signed, has_open,
  coalesce(lag(client_mask) OVER w, 0) AS client_mask_before, coalesce(lag(ever) OVER w, 0) AS ever_before,
  coalesce(lag(place * 8 + tier) OVER w, place * 8) AS slice_before, coalesce(lag(signed) OVER w, 0) AS signed_before,
  coalesce(lag(has_open) OVER w, FALSE) AS has_open_before
FROM (
  SELECT client_id, idx, last_value(client_mask IGNORE NULLS) OVER u AS client_mask,
    last_value(ever IGNORE NULLS) OVER u AS ever, last_value(place IGNORE NULLS) OVER u AS place,
    last_value(signed IGNORE NULLS) OVER u AS signed, last_value(has_open IGNORE NULLS) OVER u AS has_open,
    coalesce(last_value(tier IGNORE NULLS) OVER u, 0) AS tier
  FROM (
    SELECT client_id, idx, max(client_mask) AS client_mask, max(ever) AS ever, max(place) AS place,
      max(signed) AS signed, max(has_open) AS has_open, max(tier) AS tier
    FROM (
      SELECT client_id, since AS idx, client_mask, ever, slice // 8 AS place, signed, has_open, slice % 8 AS tier
      FROM touched_accounts WHERE is_head AND since < :first
      UNION ALL
      SELECT c.client_id, c.idx, c.client_mask, c.ever, c.place, c.signed, c.has_open, NULL
      FROM batch_clients AS c
      JOIN touched_accounts AS h ON h.client_id = c.client_id AND h.is_head AND h.since <= c.idx
      WHERE c.idx BETWEEN :first AND :last
      UNION ALL
      SELECT client_id, idx, NULL, NULL, NULL, NULL, NULL, tier FROM set_tiers
    ) AS points
    GROUP BY client_id, idx
  ) AS merged
  WINDOW u AS (PARTITION BY client_id ORDER BY idx ROWS UNBOUNDED PRECEDING)
) AS filled
WINDOW w AS (PARTITION BY client_id ORDER BY idx);

-- The same by account: the state of an account from day `starts` up to before day `stops`, value and status being
-- those of before the block.
CREATE OR REPLACE TEMP TABLE block_spans AS
SELECT account_id, client_id, source, is_head, idx, greatest(idx, :first) AS starts,
  coalesce(lead(idx) OVER y, :last + 1) AS stops, mask,
  CASE WHEN idx < :first THEN mask ELSE coalesce(lag(mask) OVER y, 0) END AS mask_before,
  client_mask, CASE WHEN idx < :first THEN client_mask ELSE client_mask_before END AS client_mask_before,
  ever, CASE WHEN idx < :first THEN ever ELSE ever_before END AS ever_before,
  slice, CASE WHEN idx < :first THEN slice ELSE slice_before END AS slice_before,
  signed, CASE WHEN idx < :first THEN signed ELSE signed_before END AS signed_before,
  has_open, value, CASE WHEN closed THEN -1 ELSE status END AS status
FROM (
  SELECT a.account_id, a.client_id, a.source, a.is_head, c.idx, c.client_mask, c.client_mask_before, c.ever,
    c.ever_before, c.slice, c.slice_before, c.signed, c.signed_before, c.has_open, a.value, a.status,
    last_value(CASE WHEN c.idx < :first THEN a.mask ELSE b.mask END IGNORE NULLS) OVER x AS mask,
    coalesce(last_value(b.closed IGNORE NULLS) OVER x, FALSE) AS closed
  FROM touched_accounts AS a
  JOIN client_spans AS c ON c.client_id = a.client_id AND c.idx >= a.since
  LEFT JOIN batch_accounts AS b ON b.account_id = a.account_id AND b.idx = c.idx
  WINDOW x AS (PARTITION BY a.account_id ORDER BY c.idx ROWS UNBOUNDED PRECEDING)
) AS filled
WINDOW y AS (PARTITION BY account_id ORDER BY idx);

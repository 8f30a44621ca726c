-- Signed accounts with more to tell than a new value, spread over what the figures need of them.
CREATE OR REPLACE TEMP TABLE restless AS
SELECT a.account_id, a.client_id, a.mask, a.mask_before, a.signed, a.signed_before,
  a.value, a.value_before, a.status,
  a.slice + CASE WHEN a.slice % 8 = 0 THEN 1 ELSE 0 END AS slice,
  a.slice_before + CASE WHEN a.slice_before % 8 = 0 THEN 1 ELSE 0 END AS slice_before,
  coalesce(t.mask_before, 0) AS client_mask_before, coalesce(t.ever_before, 0) AS ever_before,
  a.status > 0 AND a.status_before > 0 AS valued,
  CASE WHEN a.status > 0 AND a.status_before > 0 THEN a.flow ELSE a.value - a.value_before END AS flow,
  CASE WHEN a.status_before > 0 THEN a.value_before ELSE a.value - a.flow END AS entry_value,
  CASE WHEN a.status > 0 OR a.status_before <= 0 THEN a.flow ELSE a.value - a.value_before END AS entry_flow
FROM accounts_now AS a
LEFT JOIN touched AS t ON t.client_id = a.client_id
WHERE (a.mask <> 0 OR a.mask_before <> 0)
  AND (a.mask <> a.mask_before OR a.slice <> a.slice_before OR a.signed <> a.signed_before OR a.flow <> 0
       OR a.status <> 1 OR a.status_before <> 1 OR (a.value > 0) <> (a.value_before > 0));

CREATE OR REPLACE TEMP TABLE shared_purse AS
SELECT a.client_id, a.mask, a.mask_before, a.value, a.value_before, a.signed, a.signed_before,
  a.slice + CASE WHEN a.slice % 8 = 0 THEN 1 ELSE 0 END AS slice,
  a.slice_before + CASE WHEN a.slice_before % 8 = 0 THEN 1 ELSE 0 END AS slice_before
FROM accounts_now AS a
WHERE (a.signed > 1 OR a.signed_before > 1) AND (a.mask <> 0 OR a.mask_before <> 0)
  AND a.client_id IN (SELECT client_id FROM restless WHERE signed > 1 OR signed_before > 1);

CREATE OR REPLACE TEMP TABLE ended_reasons AS
SELECT account_id, node, reason FROM (
  SELECT i.account_id, n.node, i.reason,
    row_number() OVER (PARTITION BY i.account_id, n.node ORDER BY i.ended DESC, i.reason) AS place
  FROM touched_intervals AS i
  JOIN nodes AS n ON (n.mask & i.power) <> 0
  WHERE i.ended > :before AND i.ended <= :day
) AS latest_end
WHERE place = 1;

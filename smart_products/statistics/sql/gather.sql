-- What the figures of :day need of it: the money by masks and slices, the clients that changed, and the signed
-- accounts with more to tell than a new value. A tier not known yet counts as the lowest.
INSERT INTO day_cube
SELECT :day, mask, slice + CASE WHEN slice % 8 = 0 THEN 1 ELSE 0 END, sum(value)
FROM accounts_now WHERE mask <> 0
GROUP BY mask, slice + CASE WHEN slice % 8 = 0 THEN 1 ELSE 0 END;

INSERT INTO day_books
SELECT :day, slice + CASE WHEN slice % 8 = 0 THEN 1 ELSE 0 END, count(*)
FROM accounts_now WHERE is_head AND has_open AND (NOT has_open_before OR slice <> slice_before) GROUP BY slice
UNION ALL
SELECT :day, slice_before + CASE WHEN slice_before % 8 = 0 THEN 1 ELSE 0 END, -count(*)
FROM accounts_now WHERE is_head AND has_open_before AND (NOT has_open OR slice <> slice_before) GROUP BY slice_before;

INSERT INTO day_clients
SELECT :day, client_id, client_mask, client_mask_before, ever, ever_before,
  slice + CASE WHEN slice % 8 = 0 THEN 1 ELSE 0 END,
  slice_before + CASE WHEN slice_before % 8 = 0 THEN 1 ELSE 0 END, slice_before % 8 = 0
FROM accounts_now
WHERE is_head AND ever <> 0
  AND (client_mask <> client_mask_before OR ever <> ever_before OR slice <> slice_before);

INSERT INTO day_restless
SELECT :day, account_id, mask, mask_before,
  slice + CASE WHEN slice % 8 = 0 THEN 1 ELSE 0 END,
  slice_before + CASE WHEN slice_before % 8 = 0 THEN 1 ELSE 0 END,
  value, value_before, status, status > 0 AND status_before > 0, signed = 1 AND value > 0,
  signed_before = 1 AND value_before > 0, client_mask_before, ever_before,
  CASE WHEN status > 0 AND status_before > 0 THEN flow ELSE value - value_before END,
  CASE WHEN status_before > 0 THEN value_before ELSE value - flow END,
  CASE WHEN status > 0 OR status_before <= 0 THEN flow ELSE value - value_before END
FROM accounts_now
WHERE (mask <> 0 OR mask_before <> 0)
  AND (mask <> mask_before OR slice <> slice_before OR signed <> signed_before OR flow <> 0 OR status <> 1
       OR status_before <> 1 OR (value > 0) <> (value_before > 0));

INSERT INTO day_purse
WITH purse AS (
  SELECT a.client_id, a.mask, a.mask_before, a.value, a.value_before, a.signed, a.signed_before,
    a.slice + CASE WHEN a.slice % 8 = 0 THEN 1 ELSE 0 END AS slice,
    a.slice_before + CASE WHEN a.slice_before % 8 = 0 THEN 1 ELSE 0 END AS slice_before
  FROM accounts_now AS a
  WHERE a.client_id IN (
    SELECT client_id FROM accounts_now
    WHERE (signed > 1 OR signed_before > 1)
      AND (mask <> mask_before OR slice <> slice_before OR signed <> signed_before OR (value > 0) <> (value_before > 0)
           OR value < 0 OR value_before < 0))
)
SELECT :day, node, slice, 1 FROM (
  SELECT p.client_id, n.node, p.slice FROM purse AS p JOIN nodes AS n ON (n.mask & p.mask) <> 0
  WHERE p.signed > 1 GROUP BY p.client_id, n.node, p.slice HAVING sum(p.value) > 0) AS funded_now
UNION ALL
SELECT :day, node, slice_before, -1 FROM (
  SELECT p.client_id, n.node, p.slice_before FROM purse AS p JOIN nodes AS n ON (n.mask & p.mask_before) <> 0
  WHERE p.signed_before > 1 GROUP BY p.client_id, n.node, p.slice_before
  HAVING sum(p.value_before) > 0) AS funded_before;

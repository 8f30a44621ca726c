-- What the figures of the block need of it: the money by masks and slices, the clients that changed, and the signed
-- accounts with more to tell than a new value. A tier not known yet counts as the lowest.
INSERT INTO day_cube
SELECT d.day, c.mask, c.slice + CASE WHEN c.slice % 8 = 0 THEN 1 ELSE 0 END, sum(c.assets)
FROM (SELECT idx, mask, slice, sum(value) AS assets FROM grid WHERE mask <> 0 GROUP BY idx, mask, slice) AS c
JOIN block AS d ON d.idx = c.idx
GROUP BY d.day, c.mask, c.slice + CASE WHEN c.slice % 8 = 0 THEN 1 ELSE 0 END;

INSERT INTO day_books
SELECT d.day, s.slice + CASE WHEN s.slice % 8 = 0 THEN 1 ELSE 0 END, count(*)
FROM client_spans AS s JOIN block AS d ON d.idx = s.idx
WHERE has_open AND (NOT has_open_before OR slice <> slice_before) GROUP BY d.day, slice
UNION ALL
SELECT d.day, s.slice_before + CASE WHEN s.slice_before % 8 = 0 THEN 1 ELSE 0 END, -count(*)
FROM client_spans AS s JOIN block AS d ON d.idx = s.idx
WHERE has_open_before AND (NOT has_open OR slice <> slice_before) GROUP BY d.day, slice_before;

INSERT INTO day_clients
SELECT d.day, s.client_id, s.client_mask, s.client_mask_before, s.ever, s.ever_before,
  s.slice + CASE WHEN s.slice % 8 = 0 THEN 1 ELSE 0 END,
  s.slice_before + CASE WHEN s.slice_before % 8 = 0 THEN 1 ELSE 0 END, s.slice_before % 8 = 0
FROM client_spans AS s JOIN block AS d ON d.idx = s.idx
WHERE s.ever <> 0
  AND (s.client_mask <> s.client_mask_before OR s.ever <> s.ever_before OR s.slice <> s.slice_before);

CREATE OR REPLACE TEMP TABLE restless AS
SELECT account_id, idx, min(still) AS still
FROM (
  SELECT account_id, idx, 0 AS still FROM block_spans WHERE idx >= :first AND (mask <> 0 OR mask_before <> 0)
  UNION ALL
  SELECT account_id, idx, CASE WHEN value > 0 THEN 1 ELSE 0 END FROM grid
  WHERE mask <> 0 AND (flow <> 0 OR status <> 1 OR value <= 0)
  UNION ALL
  SELECT account_id, idx, CASE WHEN value > 0 THEN 1 ELSE 0 END FROM grid_before
  WHERE mask <> 0 AND (status <> 1 OR value <= 0)
) AS found
GROUP BY account_id, idx;

INSERT INTO day_restless
SELECT d.day, g.account_id, g.mask, coalesce(s.mask_before, g.mask),
  g.slice + CASE WHEN g.slice % 8 = 0 THEN 1 ELSE 0 END,
  coalesce(s.slice_before, g.slice) + CASE WHEN coalesce(s.slice_before, g.slice) % 8 = 0 THEN 1 ELSE 0 END,
  g.value, coalesce(b.value, 0), g.status, g.status > 0 AND coalesce(b.status, 0) > 0, g.signed = 1 AND g.value > 0,
  coalesce(s.signed_before, g.signed) = 1 AND coalesce(b.value, 0) > 0,
  coalesce(s.client_mask_before, g.client_mask), coalesce(s.ever_before, g.ever),
  CASE WHEN g.status > 0 AND coalesce(b.status, 0) > 0 THEN g.flow ELSE g.value - coalesce(b.value, 0) END,
  CASE WHEN coalesce(b.status, 0) > 0 THEN b.value ELSE g.value - g.flow END,
  CASE WHEN g.status > 0 OR coalesce(b.status, 0) <= 0 THEN g.flow ELSE g.value - coalesce(b.value, 0) END
FROM restless AS r
JOIN grid AS g ON g.account_id = r.account_id AND g.idx = r.idx
JOIN block AS d ON d.idx = r.idx
LEFT JOIN grid_before AS b ON b.account_id = r.account_id AND b.idx = r.idx
LEFT JOIN block_spans AS s ON s.account_id = r.account_id AND s.idx = r.idx;

-- A client whose signed accounts are several counts once where their sum is positive: he steps as one purse.
CREATE OR REPLACE TEMP TABLE purses AS
SELECT DISTINCT g.client_id, g.idx
FROM (SELECT account_id, idx FROM restless WHERE still = 0) AS r
JOIN grid AS g ON g.account_id = r.account_id AND g.idx = r.idx
LEFT JOIN block_spans AS s ON s.account_id = r.account_id AND s.idx = r.idx
WHERE g.signed > 1 OR s.signed_before > 1;

INSERT INTO day_purse
SELECT d.day, p.node, p.slice + CASE WHEN p.slice % 8 = 0 THEN 1 ELSE 0 END, p.step
FROM (
  SELECT g.idx, g.client_id, n.node, g.slice, 1 AS step
  FROM grid AS g
  SEMI JOIN purses AS p ON p.client_id = g.client_id AND p.idx = g.idx
  JOIN nodes AS n ON (n.mask & g.mask) <> 0
  WHERE g.signed > 1 GROUP BY g.idx, g.client_id, n.node, g.slice HAVING sum(g.value) > 0
  UNION ALL
  SELECT g.idx, g.client_id, n.node, g.slice, -1
  FROM grid_before AS g
  SEMI JOIN purses AS p ON p.client_id = g.client_id AND p.idx = g.idx
  JOIN nodes AS n ON (n.mask & g.mask) <> 0
  WHERE g.signed > 1 GROUP BY g.idx, g.client_id, n.node, g.slice HAVING sum(g.value) > 0
) AS p
JOIN block AS d ON d.idx = p.idx;
